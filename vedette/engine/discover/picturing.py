"""A picture of a service as a browser shows it, small enough to be kept with it."""

from __future__ import annotations

import base64

from vedette.contract.discovery import MAX_SCREENSHOT, Screenshot
from vedette.contract.exchange import Request
from vedette.engine.net.browser import Browser
from vedette.engine.net.browser_process import BrowserTrouble, within
from vedette.engine.net.lane import SAFE_METHODS
from vedette.engine.net.tab import Tab

SETTLE_S = 3.0
PICTURE_S = 8.0
QUALITIES = (70, 40, 15)


def veto(request: Request) -> str:
    """Why a page must not ask for this by itself while its picture is taken; empty when it may."""
    return "" if request.method in SAFE_METHODS else "a picture writes nothing"


async def picture(browser: Browser, url: str) -> Screenshot | None:
    """What the page at the address looks like, WebP of at most MAX_SCREENSHOT bytes; None when it cannot be told."""
    try:
        tab = await browser.tab()
    except BrowserTrouble:
        return None
    try:
        if await tab.goto(url):
            return None
        await tab.settle(SETTLE_S)
        return await _taken(tab)
    except BrowserTrouble:
        return None
    finally:
        await tab.release()


async def _taken(tab: Tab) -> Screenshot | None:
    session = await within(PICTURE_S, tab.page.context.new_cdp_session(tab.page))
    for quality in QUALITIES:
        options = {"format": "webp", "quality": quality, "optimizeForSpeed": True}
        taken = await within(PICTURE_S, session.send("Page.captureScreenshot", options))
        data = base64.b64decode(taken["data"])
        if 0 < len(data) <= MAX_SCREENSHOT:
            return Screenshot(media_type="image/webp", data=data)
    return None
