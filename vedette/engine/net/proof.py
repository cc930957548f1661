"""Shows that a script runs: loads a page as it is, under its own policy, and listens for the call that we put in."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vedette.contract.exchange import Exchange, Headers, Request, Step, header
from vedette.engine.net.browser_process import BrowserTrouble, within
from vedette.engine.net.guard_proxy import LENT, GuardProxy
from vedette.engine.net.handover import dressed
from vedette.engine.net.recording import Recorder, as_answered, as_sent
from vedette.engine.net.relay import without_hops

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Dialog, Page, Route
    from playwright.async_api import Response as Answer

LOAD_S = 15.0
CALL_S = 2.0
STILL_S = 4.0
REACT_S = 1.0

_PROVOKE = Path(__file__).with_name("provoke.js").read_text("utf-8")


@dataclass(slots=True)
class _Ear:
    """Listens to one page for one token."""

    token: str
    heard: str = ""
    event: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def waits(self) -> bool:
        """Whether nothing was heard so far."""
        return not self.event.is_set()

    def tell(self, what: str) -> None:
        """It was heard, in these words."""
        self.heard = self.heard or what
        self.event.set()


class Prover:
    """One page in which loads are proven, one after another, on behalf of one user."""

    def __init__(self, page: Page, user: str, proxy: GuardProxy, max_body: int) -> None:
        self.page = page
        self.user = user
        self._max_body = max_body
        self._proxy = proxy
        self._recorder = Recorder(user, 0, proxy.reason_of, proxy.handshakes.get)
        self._ear = _Ear("")
        self._hearing: set[asyncio.Task[None]] = set()
        page.on("console", self._console)
        page.on("dialog", self._dialog)
        page.on("request", self._recorder.noticed)
        page.on("requestfinished", self._recorder.over)
        page.on("requestfailed", self._recorder.over)

    async def prove(self, request: Request, token: str) -> Step | None:
        """The step in which the loaded page made a call with the token, else None. Raises BrowserTrouble when that
        could not be tried."""
        await within(CALL_S, self.page.goto("about:blank"))
        self._ear = ear = _Ear(token)
        exchange = Exchange(request, sent_at=time.time())
        answers: list[Answer] = []

        def first(answer: Answer) -> None:
            asked = answer.request
            if not answers and asked.is_navigation_request() and asked.frame == self.page.main_frame:
                answers.append(answer)

        self.page.on("response", first)
        try:
            await self._load(request, ear)
            if ear.waits:
                await self._provoke(ear)
            if not ear.heard:
                return None
            if answers:
                sent = await within(CALL_S, as_sent(answers[0].request, request.user))
                exchange.request = replace(sent, headers=dressed(without_hops(sent.headers, LENT), _own(request)))
                exchange.response = await within(LOAD_S, as_answered(answers[0], self._max_body))
        finally:
            self.page.remove_listener("response", first)
            await self._rest()
        shown = exchange.response is not None and token in exchange.response.text
        note = f"Loaded in Chromium {self._version()} under the page's own policy, the script ran: {ear.heard}."
        return Step("run in a browser", exchange, marks=(token,) if shown else (), note=note)

    def _version(self) -> str:
        browser = self.page.context.browser
        return browser.version if browser is not None else ""

    async def _rest(self) -> None:
        for task in self._hearing:
            task.cancel()
        self._ear = _Ear("")
        await within(CALL_S, self.page.unroute_all(behavior="ignoreErrors"))

    async def _load(self, request: Request, ear: _Ear) -> None:
        headers = _own(request)
        if headers or request.body or request.method != "GET":
            await within(CALL_S, self.page.route("**/*", _Once(request, self._proxy.lend(headers))))
        going = asyncio.ensure_future(
            within(LOAD_S, self.page.goto(request.url, wait_until="domcontentloaded", timeout=LOAD_S * 1000))
        )
        hearing = asyncio.ensure_future(ear.event.wait())
        try:
            await asyncio.wait({going, hearing}, return_when=asyncio.FIRST_COMPLETED)
            if going.done() and going.exception() is not None and ear.waits:
                raise BrowserTrouble(str(going.exception()))
        finally:
            hearing.cancel()
            going.cancel()
            await asyncio.gather(going, hearing, return_exceptions=True)

    async def _provoke(self, ear: _Ear) -> None:
        """Waits for what the page does by itself, then does to the elements that carry the token what people do."""
        await self._quiet(ear, STILL_S)
        for frame in self.page.frames:
            if not ear.waits:
                return
            try:
                tried = await within(CALL_S, frame.evaluate(_PROVOKE, ear.token))
            except BrowserTrouble:
                continue  # the frame went away, which may have been the doing
            if tried:
                await self._quiet(ear, REACT_S)

    async def _quiet(self, ear: _Ear, seconds: float) -> None:
        """Waits until it is heard or the page has been quiet for a moment, at the latest after so long."""
        end = time.monotonic() + seconds
        while ear.waits and (left := end - time.monotonic()) > 0:
            begun, busy = self._recorder.begun, self._recorder.busy
            try:
                async with asyncio.timeout(min(left, 0.2)):
                    await ear.event.wait()
            except TimeoutError:
                if not busy and not self._recorder.busy and begun == self._recorder.begun and not self._hearing:
                    return

    def _console(self, message: ConsoleMessage) -> None:
        # Sites write what they are given to the console as text, but never as a pattern, which only code can make.
        if self._ear.token and f"/{self._ear.token}/" in message.text:
            task = asyncio.ensure_future(self._hear(self._ear, message))
            self._hearing.add(task)
            task.add_done_callback(self._hearing.discard)

    async def _hear(self, ear: _Ear, message: ConsoleMessage) -> None:
        for argument in message.args:
            try:
                value: Any = await within(CALL_S, argument.json_value())
            except BrowserTrouble:
                continue
            if isinstance(value, re.Pattern) and value.pattern == ear.token:
                ear.tell(f"it called console.{message.type}(/{ear.token}/)")

    async def _dialog(self, dialog: Dialog) -> None:
        if dialog.message in (self._ear.token, f"/{self._ear.token}/") and self._ear.token:
            self._ear.tell(f"it opened the dialog {dialog.type}({dialog.message})")
        try:
            await within(CALL_S, dialog.dismiss())
        except BrowserTrouble:
            return  # closed by its page meanwhile


class _Once:
    """Gives the first request of a page its method, headers and body; all others go as they are."""

    def __init__(self, request: Request, lent: str) -> None:
        self._request: Request | None = request
        self._lent = lent

    async def __call__(self, route: Route) -> None:
        asked, request = route.request, self._request
        try:
            if request is None or not asked.is_navigation_request():
                await within(CALL_S, route.continue_())
                return
            self._request = None
            # Browsers let nobody set cookies, referrers and the like: the proxy does it.
            headers = {**asked.headers, LENT: self._lent}
            if request.body:
                headers["content-type"] = header(request.headers, "content-type")
            body = request.body or None
            await within(CALL_S, route.continue_(method=request.method, headers=headers, post_data=body))
        except BrowserTrouble:
            return  # the page went on without waiting


def _own(request: Request) -> Headers:
    return without_hops(request.headers, "host", "content-length", "accept-encoding")
