"""One user's way into the target: logs in as the job says, checks that the session is there, remembers failures."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from vedette.contract.events import Event, LoginStep
from vedette.contract.exchange import Exchange, Request
from vedette.contract.job import Job
from vedette.contract.progress import PartProgress
from vedette.engine.crawl.login import USER, LoginResult, MadeLogin, login_for
from vedette.engine.crawl.login_attempt import Attempt
from vedette.engine.net.browser import Browser
from vedette.engine.net.network import Network
from vedette.engine.parse.urls import origin
from vedette.engine.scan.control import Control
from vedette.engine.scan.login_by_browser import by_browser
from vedette.engine.scan.login_by_folder import Collection, by_folder
from vedette.engine.scan.login_by_form import by_form
from vedette.engine.scan.login_by_token import by_token
from vedette.engine.scan.login_values import HANDED_S, Values
from vedette.engine.scan.obtaining import text_of, values_of

MAX_FAILED = 3
"""Failed log-ins of a scan and user: sites lock accounts that go on."""

LIMIT_S = 120.0
"""A log-in takes no longer, waiting for codes apart."""

Way = Callable[[], Awaitable[Attempt]]
NOTHING_LEFT = "The log-in left neither a cookie nor a token behind: the user name or password may be wrong."
_NO_WAY = "There is no way to log in."
_NO_BROWSER = "The scan does without a browser."


class Failures:
    """What earlier tries of a user came to; kept over slices as `dump` gives it."""

    def __init__(self, raw: Mapping[str, object] | None = None) -> None:
        given = raw or {}
        count = given.get("failed", 0)
        self.failed = count if isinstance(count, int) else 0
        self.barred = str(given.get("barred", ""))

    def note(self, attempt: Attempt) -> None:
        """Counts a try that sent the password in vain; a refused password is never sent again."""
        if attempt.sent and not attempt.ok and not attempt.stopped:
            self.failed += 1
            if attempt.refused:
                self.barred = attempt.reason

    @property
    def reason(self) -> str:
        """Why there shall be no further try; empty when there may."""
        if self.barred:
            return self.barred
        return f"{self.failed} log-ins have failed; no more are tried." if self.failed >= MAX_FAILED else ""

    def dump(self) -> dict[str, object]:
        """As JSON-able values."""
        return {"failed": self.failed, "barred": self.barred}


class Entry:
    """The log-in of user A or B. `note` takes events of what is going on; `browser` is used where there is one and
    requests alone do not do; `used` is the period of the last one-time code of earlier slices. `shown` wants each step
    to be seen: a browser does all then, if it can. One that is to be recorded is tried by browser first, once. Raises
    ValueError for a log-in that cannot be made."""

    def __init__(
        self,
        job: Job,
        secrets: Mapping[str, str],
        network: Network,
        control: Control,
        *,
        user: str = USER,
        part: PartProgress | None = None,
        note: Callable[[Event], Awaitable[None]] | None = None,
        failures: Failures | None = None,
        used: int = -1,
        browser: Browser | None = None,
        shown: bool = False,
    ) -> None:
        self.job = job
        self.user = user
        self.login = job.login if user == USER else job.second_login
        self.check = login_for(job, user)
        self.network = network
        self.failures = failures or Failures()
        self.values = Values(self.login, secrets, control, self.say, used=used)
        self.browser = browser
        self.note = note
        self.collection: Collection | None = None
        self._secrets = secrets
        self._shown = shown
        self._worked: Way | None = None
        self._to_film = self.login.record  # once
        self._send = functools.partial(network.send, part=part)

    @property
    def made(self) -> bool:
        """Whether the session is one that we make, and can make again."""
        return self.login.kind in ("form", "sequence", "api", "postman")

    async def send(self, request: Request) -> Exchange:
        """One exchange of the log-in, counted as the crawler's."""
        return await self._send(request)

    async def say(self, label: str, detail: str = "") -> None:
        """Tells what has been done: a step of the log-in, and its address or what else is to be known."""
        if self.note is not None:
            is_url = detail.startswith(("http://", "https://"))
            await self.note(LoginStep(label=label, url=detail if is_url else "", detail="" if is_url else detail))

    async def establish(self) -> LoginResult:
        """Logs in, unless the session is in the job already, and makes sure of it."""
        if not self.made:
            return await self.check.establish(self.send)
        if reason := self.failures.reason:
            return self._failed(reason)
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._try()
        except TimeoutError:
            self.failures.failed += 1
            return self._failed(f"The log-in was not done within {self._limit_s:.0f} seconds.")

    @property
    def _limit_s(self) -> float:
        otp = self.login.otp
        if otp is None:
            return LIMIT_S
        return LIMIT_S + (HANDED_S if otp.kind == "handed" else 2 * otp.period_s)

    async def _try(self) -> LoginResult:
        result = self._failed(_NO_WAY)
        for way in await self._ways():
            if self.failures.reason:
                break
            if way == self._by_browser and (missing := await self._browserless()):
                if result.ok:
                    break
                if result.reason != _NO_WAY:
                    missing = f"{result.reason} A browser might do better. {missing}"
                return self._failed(missing, result.url)
            self.network.session(self.user).renew()
            filming = self._to_film and way == self._by_browser
            attempt = await way()
            self.failures.note(attempt)
            self._worked = None
            if not attempt.ok:
                result = self._failed(attempt.reason, attempt.url)
                if attempt.undecided and not attempt.stopped:
                    continue
                break
            checked = await self._checked(attempt)
            if checked.ok and checked.shown:
                self._worked = None if filming else way  # the next time the quicker way will do
                return checked
            result = checked if checked.ok or not result.ok else result
        return result

    async def _checked(self, attempt: Attempt) -> LoginResult:
        self._adopt(attempt)
        if isinstance(self.check, MadeLogin):
            self.check.landed = attempt.page
            if attempt.check is not None:
                self.check.ask(attempt.check)
        result = await self.check.establish(self.send)
        if attempt.spare and not (result.ok and result.shown):
            # No request has shown yet what the token is for: most want it so.
            self._adopt(replace(attempt, headers=(("Authorization", f"Bearer {attempt.spare}"),)))
            with_token = await self.check.establish(self.send)
            result = with_token if with_token.ok or not result.ok else result
        if result.ok and not result.shown and not self._carried(attempt):
            self.failures.failed += 1
            return self._failed(NOTHING_LEFT, result.url)
        if result.ok:
            return result
        self.failures.failed += 1
        return self._failed(f"The log-in went through, but the session did not hold. {result.reason}", result.url)

    def _carried(self, attempt: Attempt) -> bool:
        """Whether there is anything that could carry a session: without it, requests are nobody's."""
        gave = attempt.headers or attempt.cookies or attempt.by_origin or attempt.spare or attempt.check is not None
        brought = self.job.certificate or self.job.headers or self.network.session(self.user).cookies
        return bool(gave or brought)

    def _adopt(self, attempt: Attempt) -> None:
        adopt, guard = self.network.adopt, self.network.guard
        for place in dict.fromkeys(map(origin, (self.login.url, attempt.url, *self.job.start_urls))):
            if place and (attempt.headers or attempt.cookies) and not guard.refusal(place + "/"):
                adopt(self.user, place, attempt.headers, attempt.cookies)
        for place, headers in attempt.by_origin.items():
            if not guard.refusal(place + "/"):
                adopt(self.user, place, headers)

    async def _ways(self) -> list[Way]:
        """What to try, the cheapest first."""
        if self.login.kind == "api":
            return [self._by_token]
        if self.login.kind == "postman":
            return [self._by_folder]
        if not self.values.complete and self.login.kind == "form":
            return [self._incomplete]
        if self.login.kind == "sequence":
            return [self._by_browser]
        if self._worked is not None:
            return [self._worked]
        if (self._shown or self._to_film) and not await self._browserless():
            return [self._by_browser] if self._shown else [self._by_browser, self._by_form]
        return [self._by_form, self._by_browser]

    async def _by_form(self) -> Attempt:
        return await by_form(self.send, self.login, self.user, self.values, self.say)

    async def _by_token(self) -> Attempt:
        payload = self._secrets[self.login.token.payload] if self.login.token is not None else ""
        return await by_token(self.send, self.login, self.user, payload, self.say)

    async def _by_folder(self) -> Attempt:
        folder = self.login.folder
        described = next((one for one in self.job.descriptions if one.kind == "postman"), None)
        if folder is None or described is None:
            return await self._incomplete()
        if self.collection is None or self.collection.text.problem:
            text = await text_of(described, self.job, self.network, "")
            self.collection = Collection(text, values_of(described, self._secrets), described.base)
        attempt = await by_folder(self.send, self.collection, folder, self.user, self.network.guard, self.say)
        for name, value in self.collection.learned.items():
            self.network.masker.learn_session(name, value)
        return attempt

    async def _by_browser(self) -> Attempt:
        if self.browser is None:
            return Attempt(ok=False, reason=_NO_BROWSER)
        film, self._to_film = self._to_film, False
        login = replace(self.login, record=film)
        return await by_browser(self.browser, login, self.user, self.values, self.note, self._shown)

    async def _browserless(self) -> str:
        """Why there is no browser; empty when there is one."""
        return await self.browser.start() if self.browser is not None else _NO_BROWSER

    async def _incomplete(self) -> Attempt:
        return Attempt(ok=False, reason="The log-in needs a user name and a password.")

    def _failed(self, reason: str, url: str = "") -> LoginResult:
        return LoginResult(ok=False, reason=reason, url=url or self.login.url)
