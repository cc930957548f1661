"""One tab of the browser: opens pages, waits until they are still, and tells what they asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from vedette.contract.exchange import Exchange
from vedette.engine.net.browser_process import BrowserTrouble, within
from vedette.engine.net.film import Film
from vedette.engine.net.recording import Recorder

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Page

STILL_MS = 120
SHORT_S = 5.0
POPUP_MS = 3000

_STILL = """([quiet, limit]) => new Promise((done) => {
  const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(finish, quiet); });
  const finish = () => { observer.disconnect(); clearTimeout(timer); clearTimeout(end); done(true); };
  let timer = setTimeout(finish, quiet);
  const end = setTimeout(finish, limit);
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})"""


class Tab:
    """A page under the rules of the network, on behalf of one user. Whoever got it releases it.

    `page` is Playwright's: whatever it is told to do passes the guard proxy. Dialogs are dismissed, pages that it
    opens are recorded and closed. A tab whose page hangs or has crashed says so in each answer; ask for another.
    """

    def __init__(
        self,
        page: Page,
        recorder: Recorder,
        *,
        reason_of: Callable[[str], str],
        take_cookies: Callable[[Tab], Awaitable[None]],
        give_back: Callable[[Tab], Awaitable[None]],
        goto_s: float,
    ) -> None:
        self.page = page
        self.user = recorder.user
        self.spoiled = False
        self.dialogs: list[str] = []
        self._recorder = recorder
        self._reason_of = reason_of
        self._take_cookies = take_cookies
        self._give_back = give_back
        self._goto_s = goto_s
        self._film: Film | None = None
        self._filmed = b""
        self._popups: set[asyncio.Task[None]] = set()
        self._released = False
        recorder.listen(page)
        page.on("dialog", self._dismiss)
        page.on("crash", self._crashed)
        page.on("popup", self._popup)

    @property
    def lost(self) -> bool:
        """Whether nothing more can be done with it: its page hangs, has crashed or is closed, or the browser ended."""
        browser = self.page.context.browser
        return self.spoiled or self.page.is_closed() or (browser is not None and not browser.is_connected())

    async def goto(self, url: str) -> str:
        """Opens the address and waits until its document is there; empty, or why not, as a sentence."""
        if not url.startswith(("http://", "https://")):
            return "Only web pages are opened."
        try:
            await within(
                self._goto_s + SHORT_S,
                self.page.goto(url, wait_until="domcontentloaded", timeout=self._goto_s * 1000),
            )
        except BrowserTrouble as trouble:
            reason = self._reason_of(url)
            if not reason and "Timeout" in str(trouble):
                self.spoiled = True
                reason = "the page did not come in time"
            return f"{url} was not opened: {reason}." if reason else str(trouble)
        return ""

    async def settle(self, limit_s: float = 4.0) -> None:
        """Returns when the network is quiet and the document still, at the latest after so long."""
        end = time.monotonic() + limit_s
        while (left := end - time.monotonic()) > 0:
            if self._recorder.busy:
                await self._recorder.change(min(left, 0.25))
                continue
            begun, url = self._recorder.begun, self.page.url
            try:
                await within(left + 0.5, self.page.evaluate(_STILL, [STILL_MS, left * 1000]))
            except BrowserTrouble:
                if self.page.is_closed() or self.spoiled:
                    return
                await self._recorder.change(min(left, 0.1))  # it went to another page meanwhile
                continue
            if self._recorder.begun == begun and self.page.url == url and not self._recorder.busy:
                return

    @property
    def entered(self) -> int:
        """How much was asked for so far of what `drain` gives."""
        return self._recorder.entered

    async def loaded(self, *, seen: bool, limit_s: float = 4.0) -> bool:
        """Waits until what the page is loading has come; whether there was any. What its scripts fetched counts no more
        when the page has `seen` the answers."""
        end = time.monotonic() + limit_s
        waited = False
        while self._recorder.loading(but_fetched=seen) and (left := end - time.monotonic()) > 0:
            waited = True
            await self._recorder.change(min(left, 0.25))
        return waited

    def drain(self) -> list[Exchange]:
        """What the code of the page, or who used it, asked for and what came of it since the last call, in the order
        in which it began; what is still awaited comes with a later call. Images, styles and scripts are left out.
        Requests that were not let out have the error `refused`. A socket is a GET of its ws address."""
        return self._recorder.drain()

    async def cookies_to_session(self) -> None:
        """Takes the cookies that the browser has now into the session of the tab's user."""
        await self._take_cookies(self)

    @property
    def filmed(self) -> bool:
        """Whether it was asked for with a film."""
        return self._film is not None

    async def film(self) -> None:
        """Begins to film."""
        self._film = Film(self.page)
        self._film.start()

    async def video(self) -> bytes:
        """The film of a tab that was asked for with one, as WebM, once it is released; else empty."""
        return self._filmed

    async def release(self) -> None:
        """Gives the tab back; only `video` may be used afterwards."""
        if self._released:
            return
        self._released = True
        if self._film is not None:
            self._filmed = await self._film.stop()
        for task in self._popups:
            task.cancel()
        await self._give_back(self)

    async def reopen(self) -> bool:
        """Makes a released tab fit for its next user; False when it is not."""
        if self.spoiled or self.page.is_closed():
            return False
        try:
            await within(SHORT_S, self.page.goto("about:blank"))
        except BrowserTrouble:
            return False
        self._recorder.forget()
        self.dialogs.clear()
        self._film, self._filmed, self._released = None, b"", False
        return True

    def _crashed(self, _: Page) -> None:
        self.spoiled = True

    async def _dismiss(self, dialog: Dialog) -> None:
        if len(self.dialogs) < 100:
            self.dialogs.append(dialog.message)
        try:
            # Who leaves a page that asks whether to stay wants to leave.
            await within(SHORT_S, dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())
        except BrowserTrouble:
            return  # the page closed it by going away

    def _popup(self, popup: Page) -> None:
        popup.on("dialog", self._dismiss)
        self._recorder.listen(popup)
        task = asyncio.ensure_future(self._see_off(popup))
        self._popups.add(task)
        task.add_done_callback(self._popups.discard)

    async def _see_off(self, popup: Page) -> None:
        try:
            try:
                state = popup.wait_for_load_state("domcontentloaded", timeout=POPUP_MS)
                await within(SHORT_S, state)
            finally:
                self._recorder.opened(popup.url)
                await within(SHORT_S, popup.close())
        except BrowserTrouble:
            return
