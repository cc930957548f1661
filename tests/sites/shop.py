"""A small shop with real flaws and a few traps, served on loopback by the running event loop.

Flaws: a search that reflects, an item page that builds SQL, a guest book that stores, a redirect to anywhere, a header
that takes line breaks, a page that shows a cookie and one that shows a header. Traps: a delete link, a delete form, a
log-out link. `/old/` answers 200 to any name. `/members` wants the cookie `sid` or the header `X-Key`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import html
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, unquote_to_bytes

HOME = """<p>Tea and pots for every day of the week, sent to your door.</p>
<a href="/search?q=tea">Search</a> <a href="/safe?q=tea">Safe search</a> <a href="/item?id=1">Item of the day</a>
<a href="/shelf/1">One</a> <a href="/shelf/2">Two</a> <a href="/shelf/3">Three</a> <a href="/book">Guest book</a>
<a href="/go?to=/about">About</a> <a href="/theme?name=dark">Dark</a> <a href="/hello">Hello</a>
<a href="/visits">Visits</a> <a href="/old/news">Old news</a> <a href="/members">Members</a>
<a href="http://outside.invalid/">Friends</a> <a href="/account/delete?id=7">Delete account</a>
<a href="/logout">Log out</a>
<form method="post" action="/account/delete"><input name="id" value="7"><button>Delete account</button></form>"""


@dataclass
class Asked:
    """One request as the shop saw it; `at` is the loop's time when it had been read."""

    method: str
    target: str
    headers: dict[str, str]
    body: str
    at: float

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def line(self) -> str:
        """Method, target and body: equal for equal requests."""
        return f"{self.method} {self.target} {self.body}"


@dataclass
class Answer:
    """What goes back; the head's lines are written as they are, with whatever line breaks they hold."""

    text: str = ""
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)


Before = Callable[[Asked], Awaitable[Answer | None]]


class Shop:
    """`log` holds every request in the order read. `before` is asked first and may wait, or answer itself."""

    def __init__(self, before: Before | None = None) -> None:
        self.log: list[Asked] = []
        self.url = ""
        self.port = 0
        self.secrets = {"cookie": "", "header": ""}
        self._before = before
        self._book: list[str] = []
        self._stock = sqlite3.connect(":memory:")
        self._stock.execute("CREATE TABLE items (id INTEGER, name TEXT)")
        self._stock.executemany("INSERT INTO items VALUES (?, ?)", [(1, "green tea"), (2, "pot")])

    def close(self) -> None:
        """Lets the database go."""
        self._stock.close()

    def lines(self, *, since: int = 0) -> list[str]:
        """The requests as text, from the one with this index on."""
        return [asked.line for asked in self.log[since:]]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until the peer hangs up."""
        try:
            while True:
                asked = await _read(reader)
                self.log.append(asked)
                answer = await self._before(asked) if self._before else None
                _write(writer, asked, answer or self.answer(asked))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the peer hung up
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def answer(self, asked: Asked) -> Answer:
        """The shop's own answer."""
        fields = dict(parse_qsl(asked.target.partition("?")[2], keep_blank_values=True))
        posted = dict(parse_qsl(asked.body, keep_blank_values=True))
        path = unquote(asked.path)
        if path.startswith("/shelf/"):
            return self._shelf(path)
        if path.startswith("/old/"):
            return Answer(page("Old", "<p>What you look for has been moved, or it never was here at all, sorry.</p>"))
        known = {
            "/": self._home, "/search": self._search, "/safe": self._safe, "/item": self._item, "/book": self._guests,
            "/go": self._go, "/theme": self._theme, "/hello": self._hello, "/visits": self._visits,
            "/members": self._members, "/about": self._about,
        }  # fmt: skip
        handler = known.get(path)
        return handler(asked, fields, posted) if handler else Answer(page("None", "<p>No such page.</p>"), 404)

    def _home(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        return Answer(page("Shop", HOME), 200, [("Set-Cookie", "lang=en; Path=/")])

    def _search(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        return Answer(page("Search", f"<p>Nothing was found for {fields.get('q', '')} in the whole shop.</p>"))

    def _safe(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        return Answer(page("Search", f"<p>There is no {html.escape(fields.get('q', ''))} on our safe shelf.</p>"))

    def _item(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        try:
            rows = self._stock.execute(f"SELECT name FROM items WHERE id = {fields.get('id', '1')}").fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            return Answer(page("Error", f"<p>sqlite3.OperationalError: {html.escape(str(error))}</p>"), 500)
        return Answer(page("Item", "".join(f"<li>{html.escape(str(row[0]))}</li>" for row in rows)))

    def _shelf(self, path: str) -> Answer:
        number = path.rpartition("/")[2]
        if number not in ("1", "2", "3"):
            return Answer(page("None", "<p>No such shelf.</p>"), 404)
        return Answer(page("Shelf", f"<p>On shelf {number} stand {number} pots and {number} cups of one kind.</p>"))

    def _guests(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        if asked.method == "POST":
            self._book.append(posted.get("text", ""))
            return Answer("", 303, [("Location", "/book")])
        entries = "".join(f"<li>{entry}</li>" for entry in self._book[-60:])
        form = '<form method="post" action="/book"><input name="text" value="nice"><button>Write</button></form>'
        return Answer(page("Guests", f"<p>What our guests say about tea.</p><ul>{entries}</ul>{form}"))

    def _go(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        target = "".join(char for char in fields.get("to", "/") if char.isascii() and char.isprintable())
        return Answer("", 302, [("Location", target or "/")])

    def _theme(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        name = fields.get("name", "").encode("latin-1", "replace").decode("latin-1")
        return Answer(page("Theme", "<p>The colours were changed.</p>"), 200, [("X-Theme", name)])

    def _hello(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        language = cookies(asked).get("lang", "en")
        return Answer(page("Hello", f"<p>Hello to you, in the language {language}, from all of us.</p>"))

    def _visits(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        origin = asked.headers.get("x-forwarded-for", "nowhere")
        return Answer(page("Visits", f"<p>You seem to visit us from {origin}, be welcome.</p>"))

    def _members(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        cookie, key = self.secrets["cookie"], self.secrets["header"]
        if cookie and cookies(asked).get("sid") == cookie and asked.headers.get("x-key") == key:
            # Shows back what it was given, as debug pages do.
            text = f"<p>Welcome, member with {html.escape(cookie)} and {html.escape(key)}, to your own corner.</p>"
            return Answer(page("Members", text), 200, [("Set-Cookie", f"sid={cookie}; Path=/")])
        return Answer(page("Members", "<p>This corner is for members only.</p>"), 401)

    def _about(self, asked: Asked, fields: dict[str, str], posted: dict[str, str]) -> Answer:
        return Answer(page("About", "<p>We sell tea since the year of the great rain.</p>"))


def page(title: str, body: str) -> str:
    """A whole document."""
    return f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


def cookies(asked: Asked) -> dict[str, str]:
    """The cookies of a request by name."""
    pairs = (part.strip().partition("=") for part in asked.headers.get("cookie", "").split(";"))
    return {name: unquote_to_bytes(value).decode("utf-8", "replace") for name, _, value in pairs if name}


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body.decode("latin-1"), asyncio.get_running_loop().time())


def _write(writer: asyncio.StreamWriter, asked: Asked, answer: Answer) -> None:
    body = answer.text.encode()
    named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in (*named.items(), *answer.headers)]
    head = "\r\n".join([f"HTTP/1.1 {answer.status} OK", *lines, "", ""]).encode("latin-1", "replace")
    writer.write(head + (b"" if asked.method == "HEAD" else body))


@functools.cache
def berth() -> socket.socket:
    """A place that stays when its shop closes, the same for all of a process, one shop at a time: what was found in
    one holds for the next, and nobody else takes the port in between."""
    return socket.create_server(("127.0.0.1", 0), backlog=100)


@contextlib.asynccontextmanager
async def shop(before: Before | None = None, at: socket.socket | None = None) -> AsyncIterator[Shop]:
    """The shop while the block runs; on a random port when no place is given."""
    site = Shop(before)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(site.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    place = at.dup() if at is not None else socket.create_server(("127.0.0.1", 0), backlog=100)
    server = await asyncio.start_server(connected, sock=place)
    site.port = server.sockets[0].getsockname()[1]
    site.url = f"http://127.0.0.1:{site.port}/"
    try:
        yield site
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        site.close()
