"""Films a tab: a picture now and then, kept when it differs from the one before."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import TYPE_CHECKING

from vedette.engine.net.browser_process import BrowserTrouble, within
from vedette.engine.net.webm import film, key_frame, size_of

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

EVERY_S = 0.2
PICTURE_S = 5.0
MAX_BYTES = 8 * 1024 * 1024
QUALITY = 60


class Film:
    """Pictures of a page from `start` to `stop`, at most MAX_BYTES of them: what comes later is left out."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[tuple[int, bytes]] = []
        self._bytes = 0
        self._began = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to film."""
        self._began = time.monotonic()
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> bytes:
        """Ends with a last picture and gives the film as WebM; empty when there was nothing to be seen."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            session = await within(PICTURE_S, self._page.context.new_cdp_session(self._page))
            await self._picture(session)
        except BrowserTrouble:
            pass  # the page is gone: the film ends before it went
        return film(self._frames, int((time.monotonic() - self._began) * 1000) + 1)

    async def _run(self) -> None:
        try:
            session = await within(PICTURE_S, self._page.context.new_cdp_session(self._page))
            while self._bytes < MAX_BYTES:
                await self._picture(session)
                await asyncio.sleep(EVERY_S)
        except BrowserTrouble:
            return

    async def _picture(self, session: CDPSession) -> None:
        options = {"format": "webp", "quality": QUALITY, "optimizeForSpeed": True}
        taken = await within(PICTURE_S, session.send("Page.captureScreenshot", options))
        frame = key_frame(base64.b64decode(taken["data"]))
        same = self._frames and (frame == self._frames[-1][1] or size_of(frame) != size_of(self._frames[0][1]))
        if frame and not same:
            self._frames.append((int((time.monotonic() - self._began) * 1000), frame))
            self._bytes += len(frame)
