"""The browser of a scan: pages of people, opened and driven under the rules of the network.

Nothing is started before it is needed. Each byte goes through the guard proxy, which asks the network; pages belong to
users, each with the cookies of his session.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from vedette.contract.exchange import Request, Step
from vedette.engine.net.browser_cookies import for_browser, from_browser
from vedette.engine.net.browser_process import UNCONFINED, BrowserProcess, BrowserTrouble, missing, within
from vedette.engine.net.guard_proxy import GuardProxy, Part, Veto
from vedette.engine.net.network import STOPPED, Network
from vedette.engine.net.proof import Prover
from vedette.engine.net.recording import Recorder
from vedette.engine.net.session import Session
from vedette.engine.net.tab import Tab

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

TABS = 2
PROVERS = 2
STARTS = 2
"""How often in a row something is tried with a new browser, since the one at hand died or hung."""

MAX_STARTS = 12
"""How often a browser is started for a slice."""

MAX_FAILED = 3
"""How many starts may fail in a row."""

MAKE_S = 20.0
GOTO_S = 30.0
"""A document may stop for some of its scripts, each of which may take a request's time."""
PROOF_S = 25.0
CLOSE_S = 5.0
_CLOSED = "The browser was closed."


class Browser:
    """One for each slice. `veto` gives the reason why a request must not leave (methods, paths), else an empty text;
    `part` what its requests count into at the moment.

    `ran` tells whether one was running at some time; `remarks` are sentences for the verdict. `refused` counts what
    pages wanted and did not get.
    """

    def __init__(self, network: Network, *, veto: Veto | None = None, part: Part | None = None) -> None:
        self.remarks: tuple[str, ...] = ()
        self._network = network
        self._proxy = GuardProxy(network, veto, part)
        self._process: BrowserProcess | None = None
        self._starts = 0
        self._failed = 0
        self._gone = ""
        self.ran = False
        self._starting = asyncio.Lock()
        self._tabs = asyncio.Semaphore(TABS)
        self._provers = asyncio.Semaphore(PROVERS)
        self._contexts: dict[str, BrowserContext] = {}
        self._synced: dict[BrowserContext, list[Any]] = {}
        self._idle: list[Tab] = []
        self._idle_provers: list[Prover] = []
        self._making = asyncio.Lock()

    @property
    def refused(self) -> int:
        """Requests and connections that pages wanted and that did not leave."""
        return self._proxy.refused

    @property
    def pids(self) -> tuple[int, ...]:
        """All processes of the browser."""
        return self._process.pids if self._process is not None else ()

    @property
    def veto(self) -> Veto | None:
        """What pages must not ask for; may be changed at any time."""
        return self._proxy.veto

    @veto.setter
    def veto(self, veto: Veto | None) -> None:
        self._proxy.veto = veto

    async def start(self) -> str:
        """Empty when a browser runs, started now or earlier; else why there is none, as a sentence. One that died is
        started again, up to `MAX_STARTS` times in all."""
        async with self._starting:
            while not self._gone:
                if self._process is not None and self._process.alive:
                    return ""
                await self._restart()
        return self._gone

    async def tab(self, user: str = "", *, video: bool = False) -> Tab:
        """A tab for a user of the scan (empty: nobody), with the cookies of his session; waits while all are in use.
        With `video` it is filmed. Raises BrowserTrouble when there is no browser, or none any more."""
        await self._tabs.acquire()
        try:
            tab = await self._made(user)
            if video:
                await tab.film()
        except BaseException:
            self._tabs.release()
            raise
        return tab

    async def executes(self, request: Request, token: str) -> Step | None:
        """Loads the request (any method, headers, body) under the page's own policy; the step in which a dialog
        carried exactly the token, or a console call the pattern /token/. None when nothing did, or it could not be
        tried. Elements that carry the token are clicked, hovered and typed into as people do."""
        if self._network.guard.refusal(request.url):
            return None
        async with self._provers:
            for _ in range(STARTS):
                if self._network.stopped or await self.start():
                    return None
                process = self._process
                with contextlib.suppress(BrowserTrouble):
                    return await self._proven(request, token)
                if process is not None and process.alive:
                    return None
        return None

    async def close(self) -> None:
        """Ends everything; the browser cannot be used again."""
        self._gone = self._gone or _CLOSED
        try:
            await self._end_process()
        finally:
            await self._proxy.close()

    async def _restart(self) -> None:
        await self._end_process()
        reason = missing()
        if reason or self._network.stopped:
            self._gone = reason or f"The browser was not started: {STOPPED}."
            return
        if self._starts >= MAX_STARTS:
            self._gone = f"The browser stopped {MAX_STARTS} times; the rest was done without it."
            return
        self._starts += 1
        if not self._proxy.port:
            await self._proxy.start()
        process = BrowserProcess()
        try:
            await process.start(self._proxy.port, self._proxy.certificates.pin)
        except BrowserTrouble as trouble:
            self._failed += 1
            if self._failed >= MAX_FAILED:
                self._gone = str(trouble)
            return
        self._failed = 0
        self._process, self.ran = process, True
        if not process.confined:
            self.remarks = (UNCONFINED,)

    async def _end_process(self) -> None:
        process, self._process = self._process, None
        self._contexts.clear()
        self._synced.clear()
        self._idle.clear()
        self._idle_provers.clear()
        if process is not None:
            await process.close()

    async def _made(self, user: str) -> Tab:
        for _ in range(STARTS):
            reason = await self.start()
            if reason:
                raise BrowserTrouble(reason)
            async with self._making:
                with contextlib.suppress(BrowserTrouble):
                    return await self._taken(user)
                await self._hung()
        raise BrowserTrouble(await self.start() or "The browser gives no tab.")

    async def _taken(self, user: str) -> Tab:
        context = self._contexts.get(user)
        if context is None:
            context = self._contexts[user] = await self._context(user)
        await self._give_cookies(context, user)
        while (tab := next((tab for tab in self._idle if tab.user == user), None)) is not None:
            self._idle.remove(tab)
            if await tab.reopen():
                return tab
            await self._shut(tab)
        proxy = self._proxy
        recorder = Recorder(user, self._network.max_body, proxy.reason_of, proxy.handshakes.get)
        return Tab(
            await within(MAKE_S, context.new_page()),
            recorder,
            reason_of=proxy.reason_of,
            take_cookies=self._take_cookies,
            give_back=self._give_back,
            goto_s=min(GOTO_S, 3 * self._network.timeout_s),
        )

    async def _context(self, user: str) -> BrowserContext:
        process = self._process
        if process is None or process.chromium is None:
            raise BrowserTrouble("The browser stopped.")
        version = process.chromium.version.partition(".")[0]
        making = process.chromium.new_context(
            proxy={
                "server": f"http://127.0.0.1:{self._proxy.port}",
                "bypass": "<-loopback>",
                "username": self._proxy.name_of(user),
                "password": self._proxy.secret,
            },
            accept_downloads=False,
            viewport={"width": 1280, "height": 900},
            locale="en-US",
            # The header that names the scan says what we are; sites that turn headless browsers away say nothing.
            user_agent=f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0"
            " Safari/537.36",
        )
        return await within(MAKE_S, making)

    async def _give_cookies(self, context: BrowserContext, user: str) -> None:
        """Makes the browser's cookies those of the session, unless that has not changed since the last time: what the
        browser got from the site meanwhile stays then."""
        session = self._network.session(user)
        now = session.snapshot()["cookies"]
        if self._synced.get(context, []) != now:
            await _put_cookies(context, session)
            self._synced[context] = now

    async def _take_cookies(self, tab: Tab) -> None:
        context = tab.page.context
        rows = await within(MAKE_S, context.cookies())
        session = self._network.session(tab.user)
        for cookie in session.adopt(from_browser(rows), tab.page.url):
            self._network.masker.learn_session(cookie.name, cookie.value)
        self._synced[context] = session.snapshot()["cookies"]

    async def _give_back(self, tab: Tab) -> None:
        try:
            current = self._contexts.get(tab.user) is tab.page.context
            if current and not (tab.spoiled or tab.filmed or tab.page.is_closed()):
                self._idle.append(tab)
            else:
                await self._shut(tab)
            while len(self._idle) > TABS:
                await self._shut(self._idle.pop(0))
        except BrowserTrouble:
            await self._hung()
        finally:
            self._tabs.release()

    async def _shut(self, tab: Tab) -> None:
        if not tab.page.is_closed():
            await within(CLOSE_S, tab.page.close())

    async def _hung(self) -> None:
        """The browser answers no more: what is left of it ends, and whoever needs one next gets another."""
        if self._process is not None:
            self._process.kill()
            await self._process.close()

    async def _proven(self, request: Request, token: str) -> Step | None:
        prover = await self._prover(request.user)
        try:
            step = await within(PROOF_S, prover.prove(request, token))
        except BaseException:
            await self._discard(prover)
            raise
        self._idle_provers.append(prover)
        return step

    async def _prover(self, user: str) -> Prover:
        prover = next((one for one in self._idle_provers if one.user == user), None)
        if prover is not None:
            self._idle_provers.remove(prover)
        else:
            while len(self._idle_provers) >= PROVERS:
                await self._discard(self._idle_provers.pop(0))
            context = await self._context(user)
            page = await within(MAKE_S, context.new_page())
            prover = Prover(page, user, self._proxy, self._network.max_body)
        await _put_cookies(prover.page.context, self._network.session(user))
        return prover

    async def _discard(self, prover: Prover) -> None:
        try:
            await within(CLOSE_S, prover.page.context.close())
        except BrowserTrouble:
            await self._hung()


async def _put_cookies(context: BrowserContext, session: Session) -> None:
    """Makes the cookies of the context those of the session, without those that the browser refuses."""
    rows = for_browser(session.cookies)
    await within(MAKE_S, context.clear_cookies())
    try:
        await within(MAKE_S, context.add_cookies(rows))  # type: ignore[arg-type]
    except BrowserTrouble:
        # One that breaks a rule (a secure prefix on a plain page) keeps all others of the call out.
        for row in rows:
            with contextlib.suppress(BrowserTrouble):
                await within(MAKE_S, context.add_cookies([row]))  # type: ignore[list-item]
