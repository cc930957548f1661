"""The seam of the log-in: something that makes a session and can tell whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import urlencode

import re2

from vedette.contract import job as job_records
from vedette.contract.exchange import Headers, Request
from vedette.contract.job import Job
from vedette.engine.crawl.harm import harm
from vedette.engine.crawl.login_telling import Telling, logged_out
from vedette.engine.crawl.login_trail import Send, Trail, follow
from vedette.engine.parse.forms import forms
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import split

USER = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginResult:
    """Whether a session is in force. `reason` says in a sentence why not; `headers` and `cookies` are what the
    session adds to each request, beyond what the job already sends. `shown`: a page was seen to be another one than
    for nobody, so that the end of the session will show."""

    ok: bool
    reason: str = ""
    url: str = ""
    headers: Headers = ()
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    shown: bool = True


class Login(Protocol):
    """One way to tell whether a session is in force. `telling` is what sets its check page apart from what nobody gets
    there, where that was learned."""

    telling: Telling | None

    async def establish(self, send: Send) -> LoginResult:
        """Makes sure of the session. `send` carries a request with the session of its user, or with none."""

    async def holds(self, send: Send) -> bool | None:
        """Asks whether the session still holds; None when that cannot be told."""

    def alive(self, page: Page) -> bool:
        """Whether a page that was asked for with the session shows that the session still holds."""


class NoLogin:
    """For jobs that expect no session: always in order."""

    telling: Telling | None = None

    async def establish(self, send: Send) -> LoginResult:
        """Nothing to do."""
        return LoginResult(ok=True)

    async def holds(self, send: Send) -> bool | None:
        """There is no session that could end."""
        return None

    def alive(self, page: Page) -> bool:
        """There is no session that could end."""
        return True


class StaticLogin:
    """The session is in the job's headers and cookies; here it is only tested.

    With a pattern, the check page must match it. Without one, the check page is asked for with and without the
    session: what sets the two answers apart tells later on which of the two a page is. Detectors of the job come first.
    """

    def __init__(self, job: Job, login: job_records.Login | None = None, user: str = USER) -> None:
        self.login = login or job.login
        self.user = user
        self._pattern = _compiled(self.login.logged_in_pattern)
        self._url = self.login.check_url or job.start_urls[0]
        self.telling: Telling | None = None
        self._asking: Request | None = None

    async def establish(self, send: Send) -> LoginResult:
        """Asks for the check page; without a pattern twice, the second time as nobody."""
        return await self._on(self._url, send)

    async def holds(self, send: Send) -> bool | None:
        """Asks for the check page as the user; None when it tells nothing or does not answer."""
        trail = await self._visit(send)
        if not trail.pages or trail.stopped:
            return None
        first = trail.pages[0]
        if first.response.status == 429 or first.response.status >= 500:
            return None
        if self.login.detectors and logged_out(self.login, trail.pages):
            return False
        if self._pattern is not None:
            return any(self._pattern.search(page.text) for page in trail.pages)
        if self.telling is None:
            # It did not do so at first, and else looks alike to all.
            return False if refused(first) else (True if self.login.detectors else None)
        return self.telling.alive(first)

    def alive(self, page: Page) -> bool:
        """Judged on the check page by the pattern or by what was learned; on any other page only a log-in form, a
        redirect to one, or status 401 tells that the session has ended. The log-in page itself tells nothing."""
        if _same_page(page.url, self._url):
            if self.login.detectors and logged_out(self.login, [page]):
                return False
            if self._pattern is not None and page.response.status < 300:
                return bool(self._pattern.search(page.text))
            if self.telling is not None:
                return self.telling.alive(page)
        return names_login(split(page.url)[1]) or not refused(page)

    async def _on(self, url: str, send: Send) -> LoginResult:
        """Whether this page shows that the session is in force, and what it is known by from now on."""
        self._url = url
        trail = await self._visit(send)
        if not trail.pages:
            return self._failed(f"The page {trail.reason}")
        page = trail.pages[0]
        if sign := logged_out(self.login, trail.pages):
            return self._failed(f"The page {url} shows that nobody is logged in: {sign}.")
        if self._pattern is not None:
            if not any(self._pattern.search(one.text) for one in trail.pages):
                return self._failed(f"The page {url} does not match the logged-in pattern.")
            return LoginResult(ok=True, url=url)
        if reason := refused(page):
            return self._failed(f"The page {url} {reason}.")
        return LoginResult(ok=True, url=url, shown=await self._learn(page, send) or bool(self.login.detectors))

    async def _visit(self, send: Send) -> Trail:
        """The check page; beyond its redirects only where what to look for is told, and may stand at their end."""
        request = self._question(self.user)
        if self._pattern is not None or self.login.detectors:
            return await follow(send, request)
        return await follow(send, request, hops=1)

    async def _learn(self, page: Page, send: Send) -> bool:
        """Whether the page is another one for nobody; then it is known by that."""
        self.telling = None
        outside = await send(self._question(""))
        if outside.response is None:
            return False
        telling = Telling([page], Page(outside))
        if telling.useful and not telling.far:
            # A few words only: those that another look does not show were of the moment.
            again = await send(self._question(self.user))
            telling = Telling([page, *([Page(again)] if again.response is not None else [])], Page(outside))
        self.telling = telling if telling.useful else None
        return telling.useful

    def _question(self, user: str) -> Request:
        if self._asking is not None and self._asking.url == self._url:
            return replace(self._asking, user=user)
        return Request("GET", self._url, user=user)

    def _failed(self, reason: str) -> LoginResult:
        return LoginResult(ok=False, reason=reason, url=self._url)


class MadeLogin(StaticLogin):
    """The session was made by a log-in of ours, which ended on the page `landed`; it is tested on the check page, or,
    without one, on whichever of the landing and start pages is another one for nobody."""

    def __init__(self, job: Job, login: job_records.Login, user: str = USER) -> None:
        super().__init__(job, login, user)
        self._starts = job.start_urls
        self._wanted = self._pattern
        self.landed: Page | None = None

    async def establish(self, send: Send) -> LoginResult:
        """Looks for a page that shows the session. Not `shown` when there is none but nothing speaks against it."""
        self._pattern = self._wanted
        landed = self.landed
        result = await self._anywhere(send, landed)
        if not result.ok and self._pattern is not None and landed is not None and self._pattern.search(landed.text):
            # It matched the answer to the log-in, which may be one that cannot be asked for again.
            self._pattern = None
            return await self._anywhere(send, landed)
        return result

    def ask(self, request: Request) -> None:
        """From now on this request is the one that tells, in the place of the check page."""
        self._asking = request
        self.login = replace(self.login, check_url=request.url)

    async def _anywhere(self, send: Send, landed: Page | None) -> LoginResult:
        if self.login.check_url:
            return await self._on(self.login.check_url, send)
        pages = (landed.url,) if landed is not None and landed.exchange.request.method == "GET" else ()
        results: list[LoginResult] = []
        for url in dict.fromkeys((*pages, *self._starts)):
            result = await self._on(url, send)
            if result.ok and result.shown:
                return result
            results.append(result)
        fair = next((result for result in results if result.ok), None)
        if fair is not None:
            await self._on(fair.url, send)  # to be known by this page from now on, not by the last one
        return fair or results[0]


def login_for(job: Job, user: str = USER) -> Login:
    """The log-in that a job asks for, for user A or B; ValueError for what the engine does not know or cannot use."""
    login = job.login if user == USER else job.second_login
    if login.kind == "none":
        return NoLogin()
    if login.kind not in job_records.LOGIN_KINDS:
        raise ValueError(f"unknown kind of log-in: {login.kind}")
    if unknown := [one.kind for one in login.detectors if one.kind not in job_records.DETECTOR_KINDS]:
        raise ValueError(f"unknown kind of log-out detector: {unknown[0]}")
    if login.kind == "static":
        return StaticLogin(job, login, user)
    if login.kind == "sequence" and not login.steps:
        raise ValueError("a log-in by sequence needs its steps")
    if login.kind == "api" and login.token is None:
        raise ValueError("a log-in by API needs to know what to post and where the token stands")
    if login.kind == "postman" and (login.folder is None or all(one.kind != "postman" for one in job.descriptions)):
        raise ValueError("a log-in by a folder needs its name and a Postman collection")
    if login.kind in ("form", "api") and not login.url:
        raise ValueError(f"a log-in of the kind {login.kind} needs an address")
    return MadeLogin(job, login, user)


def refused(page: Page) -> str:
    """In a few words how a page shows that nobody is logged in; empty when it does not."""
    status = page.response.status
    if status == 401:
        return "answered 401"
    if 300 <= status < 400 and names_login(page.response.header("location")):
        return "sent us to a log-in page"
    return "shows a log-in form" if status < 400 and has_login_form(page) else ""


def has_login_form(page: Page) -> bool:
    """Whether a page asks for a password to enter (not to change one, not to register): a form with one password
    that is posted to an address which names the log-in."""
    if not any(tag == "input" and (known.get("type") or "").lower() == "password" for tag, known, _ in page.elements):
        return False
    for form in forms(page):
        secrets = [one for one in form.fields if one.kind == "password"]
        if form.method != "POST" or len(secrets) != 1 or len(form.fields) > 8 or not names_login(form.action):
            continue
        request = Request(form.method, form.action, body=urlencode([(one.name, "x") for one in form.fields]).encode())
        if not harm(request, form.labels):
            return True
    return False


_LOGIN = re2.compile(r"(?:^|[/._-])(?:log-?in|log-?on|sign-?in|auth|sso|sessions?/new|anmelden)(?:[/._-]|$)")


def names_login(url: str) -> bool:
    """Whether an address is that of a log-in by its name."""
    return _LOGIN.search(url.partition("?")[0].lower()) is not None


def _same_page(left: str, right: str) -> bool:
    return split(left)[:2] == split(right)[:2]


def _compiled(pattern: str) -> Any:
    if not pattern:
        return None
    try:
        return re2.compile(pattern)
    except re2.error as error:
        raise ValueError(f"the logged-in pattern is no regular expression: {error}") from error
