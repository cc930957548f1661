"""The seam of the log-in: something that makes a session and can tell whether it still holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import re2

from vedette.contract.exchange import Exchange, Headers, Request
from vedette.contract.job import Job
from vedette.engine.crawl.harm import harm
from vedette.engine.parse.forms import forms
from vedette.engine.parse.page import Page
from vedette.engine.parse.skeleton import distance, simhash, skeleton, text_tokens
from vedette.engine.parse.urls import split

Send = Callable[[Request], Awaitable[Exchange]]
USER = "A"
NEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginResult:
    """Whether a session is in force. `reason` says in a sentence why not; `headers` and `cookies` are what the
    session adds to each request, beyond what the job already sends."""

    ok: bool
    reason: str = ""
    url: str = ""
    headers: Headers = ()
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)


class Login(Protocol):
    """One way to log in."""

    async def establish(self, send: Send) -> LoginResult:
        """Makes or checks the session. `send` carries a request with the session of its user, or with none."""

    def alive(self, page: Page) -> bool:
        """Whether a page that was asked for with the session shows that the session still holds."""


class NoLogin:
    """For jobs that expect no session: always in order."""

    async def establish(self, send: Send) -> LoginResult:
        """Nothing to do."""
        return LoginResult(ok=True)

    def alive(self, page: Page) -> bool:
        """There is no session that could end."""
        return True


class StaticLogin:
    """The session is in the job's headers and cookies; here it is only tested.

    With a pattern, the check page must match it. Without one, the check page is asked for with and without the
    session: what sets the two answers apart tells later on which of the two a page is.
    """

    def __init__(self, job: Job) -> None:
        self._pattern = _compiled(job.login.logged_in_pattern)
        self._url = job.login.check_url or job.start_urls[0]
        self._inside: Page | None = None
        self._outside: Page | None = None

    async def establish(self, send: Send) -> LoginResult:
        """Asks for the check page; without a pattern twice, the second time as nobody."""
        exchange = await send(Request("GET", self._url, user=USER))
        if exchange.response is None:
            return self._failed(f"The page {self._url} did not answer: {exchange.detail or exchange.error}.")
        page = Page(exchange, logged_in=True)
        if self._pattern is not None:
            if not self._pattern.search(page.text):
                return self._failed(f"The page {self._url} does not match the logged-in pattern.")
            return LoginResult(ok=True, url=self._url)
        if reason := refused(page):
            return self._failed(f"The page {self._url} {reason}.")
        outside = await send(Request("GET", self._url))
        if outside.response is not None:
            self._inside, self._outside = page, Page(outside)
            if self._differs() is None:
                self._inside = self._outside = None
        return LoginResult(ok=True, url=self._url)

    def alive(self, page: Page) -> bool:
        """Judged on the check page by the pattern or by what was learned; on any other page only a log-in form, a
        redirect to one, or status 401 tells that the session has ended. The log-in page itself tells nothing."""
        if _same_page(page.url, self._url):
            if self._pattern is not None:
                return bool(self._pattern.search(page.text))
            if self._inside is not None and self._outside is not None:
                return _likeness(page, self._inside) >= _likeness(page, self._outside)
        return _names_login(split(page.url)[1]) or not refused(page)

    def _differs(self) -> bool | None:
        if self._inside is None or self._outside is None or _likeness(self._inside, self._outside) > 64 - NEAR:
            return None
        return True

    def _failed(self, reason: str) -> LoginResult:
        return LoginResult(ok=False, reason=reason, url=self._url)


def login_for(job: Job) -> Login:
    """The log-in that a job asks for; ValueError for a kind that the engine does not know."""
    if job.login.kind == "static":
        return StaticLogin(job)
    if job.login.kind == "none":
        return NoLogin()
    raise ValueError(f"unknown kind of log-in: {job.login.kind}")


def refused(page: Page) -> str:
    """In a few words how a page shows that nobody is logged in; empty when it does not."""
    status = page.response.status
    if status == 401:
        return "answered 401"
    if 300 <= status < 400 and _names_login(page.response.header("location")):
        return "sent us to a log-in page"
    return "shows a log-in form" if status < 400 and has_login_form(page) else ""


def has_login_form(page: Page) -> bool:
    """Whether a page asks for a password to enter (not to change one, not to register): a form with one password
    that is posted to an address which names the log-in."""
    if not any(tag == "input" and (known.get("type") or "").lower() == "password" for tag, known, _ in page.elements):
        return False
    for form in forms(page):
        secrets = [one for one in form.fields if one.kind == "password"]
        if form.method != "POST" or len(secrets) != 1 or len(form.fields) > 8 or not _names_login(form.action):
            continue
        request = Request(form.method, form.action, body=urlencode([(one.name, "x") for one in form.fields]).encode())
        if not harm(request, form.labels):
            return True
    return False


_LOGIN = re2.compile(r"(?:^|[/._-])(?:log-?in|log-?on|sign-?in|auth|sso|sessions?/new|anmelden)(?:[/._-]|$)")


def _names_login(url: str) -> bool:
    return _LOGIN.search(url.partition("?")[0].lower()) is not None


def _likeness(left: Page, right: Page) -> int:
    """64 for equal pages, less the more they differ."""
    if left.response.status != right.response.status:
        return -1
    built = 0 if skeleton(left) == skeleton(right) else 16
    return 64 - built - distance(simhash(text_tokens(left)), simhash(text_tokens(right)))


def _same_page(left: str, right: str) -> bool:
    return split(left)[:2] == split(right)[:2]


def _compiled(pattern: str) -> Any:
    if not pattern:
        return None
    try:
        return re2.compile(pattern)
    except re2.error as error:
        raise ValueError(f"the logged-in pattern is no regular expression: {error}") from error
