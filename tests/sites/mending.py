"""A small site whose flaws can be mended one by one, whose pages can be taken away, and whose sessions can end.

Serves on loopback in this event loop, by the shop's server.
"""

from __future__ import annotations

import contextlib
import hashlib
import html
import socket
import sqlite3
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from tests.sites.shop import Answer, Asked, Shop, cookies, page, shop

FLAWS = {
    "search": ("xss-reflected", "/search"),
    "book": ("xss-stored", "/book"),
    "item": ("sqli-error", "/item"),
    "visits": ("xss-reflected", "/visits"),
    "hello": ("xss-reflected", "/hello"),
    "go": ("redirect-open", "/go"),
    "price": ("disclosure-stack-trace", "/price"),
    "listing": ("disclosure-directory-listing", "/files/"),
    "flags": ("cookies-no-httponly", "/"),
    "nosniff": ("headers-nosniff-missing", "/"),
    "env": ("files-env-exposed", "/.env"),
}
"""Flaw -> the check that finds it and a path on which it shows."""

SESSION = "s3ss10n-0f-a-m3mb3r"
TRACE = 'Traceback (most recent call last):\n  File "/srv/app/price.py", line 7, in view\nValueError: {}'
LINKS = ("/search?q=tea", "/item?id=1", "/visits", "/hello", "/go?to=/about", "/price?of=3", "/files/", "/write",
         "/entries", "/about", "/notes?text=tea")  # fmt: skip


class Mending:
    """`mended` names flaws that are repaired, `removed` paths that are gone, `soft` makes missing pages answer 200.

    `down` breaks every connection, `broken` those for some paths. `members` tells whether the notes want a session,
    `expired` that none is good any more, `expires_after` how many more requests of members it lasts, `refused`
    counts those turned away. `firewall` refuses odd characters by a page of its own.
    """

    def __init__(self) -> None:
        self.mended: set[str] = set()
        self.removed: set[str] = set()
        self.broken: set[str] = set()
        self.soft = self.down = self.expired = self.firewall = self.members = False
        self.expires_after = -1
        self.refused = 0
        self.server: Shop = Shop()
        self._salt = 0
        self._entries: list[str] = []
        self._stock = sqlite3.connect(":memory:")
        self._stock.execute("CREATE TABLE items (id INTEGER, name TEXT)")
        self._stock.executemany("INSERT INTO items VALUES (?, ?)", [(1, "green tea"), (2, "pot")])

    @property
    def url(self) -> str:
        """The start page."""
        return self.server.url

    def new_tokens(self) -> None:
        """Makes all tokens of forms that were given out before worthless."""
        self._salt += 1

    def close(self) -> None:
        """Lets the database go."""
        self._stock.close()

    async def __call__(self, asked: Asked) -> Answer | None:
        """The answer to a request."""
        if self.down or asked.path in self.broken:
            raise ConnectionResetError
        answer = self._answer(asked)
        if not any(name == "Content-Type" for name, _ in answer.headers) and "nosniff" in self.mended:
            answer.headers.append(("X-Content-Type-Options", "nosniff"))
        return answer

    def _answer(self, asked: Asked) -> Answer:
        if self.firewall and any(sign in asked.target + asked.body for sign in ("%3C", "%27", "<", "'")):
            return Answer(page("Stop", "<p>Your request was blocked by the web application firewall.</p>"), 403)
        handlers = {
            "/": self._home, "/search": self._search, "/item": self._item, "/visits": self._visits,
            "/hello": self._hello, "/go": self._go, "/price": self._price, "/files/": self._files,
            "/write": self._write, "/book": self._book, "/entries": self._shown, "/about": self._about,
            "/.env": self._env, "/notes": self._notes, "/members": self._members,
        }  # fmt: skip
        handler = handlers.get(asked.path)
        if handler is None or asked.path in self.removed or (asked.path == "/.env" and "env" in self.mended):
            return Answer(page("None", "<p>What you look for is not here, sorry, and never was.</p>"), self._no)
        fields = dict(parse_qsl(asked.target.partition("?")[2], keep_blank_values=True))
        return handler(asked, fields)

    @property
    def _no(self) -> int:
        return 200 if self.soft else 404

    def _text(self, flaw: str, value: str) -> str:
        return html.escape(value) if flaw in self.mended else value

    def _home(self, asked: Asked, fields: dict[str, str]) -> Answer:
        flags = "; HttpOnly" if "flags" in self.mended else ""
        links = "".join(f'<a href="{link}">{link}</a> ' for link in LINKS)
        first = [("Set-Cookie", f"visit=7{flags}"), ("Set-Cookie", "lang=en; HttpOnly")]
        return Answer(page("Home", f"<p>All that we have.</p>{links}"), 200, [] if "visit" in cookies(asked) else first)

    def _search(self, asked: Asked, fields: dict[str, str]) -> Answer:
        return Answer(page("Search", f"<p>Nothing was found for {self._text('search', fields.get('q', ''))}.</p>"))

    def _item(self, asked: Asked, fields: dict[str, str]) -> Answer:
        number = fields.get("id", "1")
        try:
            if "item" in self.mended:
                found = self._stock.execute("SELECT name FROM items WHERE id = ?", (number,)).fetchall()
            else:
                found = self._stock.execute(f"SELECT name FROM items WHERE id = {number}").fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            return Answer(page("Error", f"<p>sqlite3.OperationalError: {html.escape(str(error))}</p>"), 500)
        return Answer(page("Item", "".join(f"<li>{html.escape(str(row[0]))}</li>" for row in found)))

    def _visits(self, asked: Asked, fields: dict[str, str]) -> Answer:
        if "visits" in self.mended:
            return Answer(page("Visits", "<p>Be welcome, wherever you may come from.</p>"))
        return Answer(page("Visits", f"<p>You visit us from {asked.headers.get('x-forwarded-for', 'nowhere')}.</p>"))

    def _hello(self, asked: Asked, fields: dict[str, str]) -> Answer:
        return Answer(page("Hello", f"<p>Hello in {self._text('hello', cookies(asked).get('lang', 'en'))}.</p>"))

    def _go(self, asked: Asked, fields: dict[str, str]) -> Answer:
        target = "".join(char for char in fields.get("to", "/") if char.isascii() and char.isprintable()) or "/"
        return Answer("", 302, [("Location", "/about" if "go" in self.mended else target)])

    def _price(self, asked: Asked, fields: dict[str, str]) -> Answer:
        value = fields.get("of", "1")
        if value.isdigit():
            return Answer(page("Price", "<p>Three coins and a half, as every day of this year.</p>"))
        text = "<p>No such number.</p>" if "price" in self.mended else f"<pre>{TRACE.format('no number')}</pre>"
        return Answer(page("Price", text), 400 if "price" in self.mended else 500)

    def _files(self, asked: Asked, fields: dict[str, str]) -> Answer:
        if "listing" in self.mended:
            return Answer(page("Files", "<p>We keep our files to ourselves from now on.</p>"))
        return Answer(
            "<html><head><title>Index of /files/</title></head><body><h1>Index of /files/</h1><pre>"
            '<a href="../">../</a> <a href="a.txt">a.txt</a> <a href="b.txt">b.txt</a></pre></body></html>'
        )

    def _token(self, asked: Asked) -> str:
        return hashlib.sha256(f"{self._salt}".encode()).hexdigest()[:24]

    def _write(self, asked: Asked, fields: dict[str, str]) -> Answer:
        form = f'<input type="hidden" name="token" value="{self._token(asked)}"><input name="text" value="nice">'
        return Answer(page("Write", f'<form method="post" action="/book">{form}<button>Write</button></form>'))

    def _book(self, asked: Asked, fields: dict[str, str]) -> Answer:
        posted = dict(parse_qsl(asked.body, keep_blank_values=True))
        if posted.get("token") != self._token(asked):
            return Answer(page("Book", "<p>This form is too old, please try once more.</p>"), 200)
        self._entries.append(posted.get("text", ""))
        return Answer("", 303, [("Location", "/entries")])

    def _shown(self, asked: Asked, fields: dict[str, str]) -> Answer:
        shown = "".join(f"<li>{self._text('book', entry)}</li>" for entry in self._entries[-80:])
        return Answer(page("Entries", f"<p>What our guests say about tea.</p><ul>{shown}</ul>"))

    def _about(self, asked: Asked, fields: dict[str, str]) -> Answer:
        return Answer(page("About", "<p>We sell tea since the year of the great rain.</p>"))

    def _env(self, asked: Asked, fields: dict[str, str]) -> Answer:
        return Answer("DB_PASSWORD=4fJ29xkQ\nAPP_KEY=9f8a7b6c5d4e3f21\n", 200, [("Content-Type", "text/plain")])

    def _is_member(self, asked: Asked) -> bool:
        if cookies(asked).get("sid") != SESSION or self.expired:
            self.refused += 1
            return False
        self.expires_after -= 1
        self.expired = self.expires_after == 0
        return True

    def _notes(self, asked: Asked, fields: dict[str, str]) -> Answer:
        if self.members and not self._is_member(asked):
            return Answer(page("Notes", "<p>Only for members, whoever you may be.</p>"))
        return Answer(page("Notes", f"<p>You noted {self._text('notes', fields.get('text', ''))} today.</p>"))

    def _members(self, asked: Asked, fields: dict[str, str]) -> Answer:
        if self._is_member(asked):
            return Answer(page("Members", "<p>Welcome back, dear member, to your corner of the house.</p>"))
        return Answer(page("Members", "<p>Please log in.</p>"), 401)


@contextlib.asynccontextmanager
async def mending(at: socket.socket | None = None) -> AsyncIterator[Mending]:
    """The site while the block runs; on a random port when no place is given."""
    site = Mending()
    site.server.close()
    async with shop(site, at) as server:
        site.server = server
        try:
            yield site
        finally:
            site.close()
