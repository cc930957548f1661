"""What an answer shows when the session behind it may be gone. Signs only: the check page decides."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from vedette.contract.exchange import Exchange
from vedette.contract.job import Login
from vedette.engine.crawl.login import refused
from vedette.engine.crawl.login_telling import Telling, likeness
from vedette.engine.net.session import Session
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import resolve

BARRED = frozenset((401, 403, 407, 419, 440, 498, 511))
"""Statuses with which sites turn nobody away. Others that nobody gets say too little: a 404 is one for all."""

ALIKE = 60
"""How like the answer that nobody gets another one must be, of 64."""

SPREAD = 0.05
"""How much longer or shorter it may be: looked at first, because likeness costs time."""


class Signs:
    """Known from the job's log-in, and from the answer that nobody gets on the check page once that was learned."""

    def __init__(self, login: Login, session: Session) -> None:
        self._session = session
        self._entrance = login.url.partition("?")[0]
        self._doors = {_path(login.url)} - {"", "/"}
        self._texts = [one.value for one in login.detectors if one.kind == "body_contains"]
        self._outside: Page | None = None
        self._status = 0

    def learn(self, telling: Telling | None) -> None:
        """Takes note of what nobody gets on the check page, if that is another page than within the session."""
        if telling is None or not telling.far:
            return
        self._outside, self._status = telling.outside, telling.outside.response.status
        if 300 <= self._status < 400:
            self._doors.add(_path(_location(self._outside)))

    def on(self, exchange: Exchange) -> str:
        """What may show that the session is gone, as a key for its like; empty when nothing does."""
        response = exchange.response
        url = exchange.request.url.partition("?")[0]
        if response is None or url == self._entrance:
            return ""
        if name := self._taken_away(exchange):
            return f"the cookie {name} taken away"
        page = Page(exchange)
        return f"{exchange.request.method} {url} {response.status}" if self._refuses(page) else ""

    def _refuses(self, page: Page) -> bool:
        status, body = page.response.status, page.response.body
        if status >= 300:
            # What nobody is told on the check page, others are told elsewhere.
            barred = status == self._status and status in BARRED
            sent = 300 <= status < 400 and _path(_location(page)) in self._doors - {_path(page.url)}
            return barred or sent or bool(refused(page))
        if b"password" in body[:65_536].lower() and refused(page):
            return True
        return self._like_nobodys(page) or any(text in page.text for text in self._texts)

    def _like_nobodys(self, page: Page) -> bool:
        outside = self._outside
        if outside is None or self._status != page.response.status:
            return False
        length, wanted = len(page.response.body), len(outside.response.body)
        return abs(length - wanted) <= 16 + SPREAD * wanted and likeness(page, outside) >= ALIKE

    def _taken_away(self, exchange: Exchange) -> str:
        """The name of a cookie of the session that the answer removes."""
        response = exchange.response
        lines = [value for name, value in response.headers if name.lower() == "set-cookie"] if response else []
        if not lines:
            return ""
        held = {cookie.name for cookie in self._session.cookies}
        return next((name for name in _removed(lines) if name in held), "")


def _removed(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        pair, _, rest = line.partition(";")
        name, _, value = pair.partition("=")
        flat = rest.lower().replace(" ", "")
        if value.strip(' "') in ("", "deleted") or "max-age=0" in flat or "01-jan-1970" in flat or "01jan1970" in flat:
            yield name.strip()


def _location(page: Page) -> str:
    return resolve(page.url, page.response.header("location")) or ""


def _path(url: str) -> str:
    return urlsplit(url).path
