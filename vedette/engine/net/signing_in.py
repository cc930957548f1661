"""Hands for a log-in: what a tab's page offers to fill in and to press, and the doing of it."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vedette.engine.net.browser_process import BrowserTrouble, within
from vedette.engine.net.tab import Tab

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, JSHandle

ACT_S = 6.0
COVERED_S = 3.0
"""How long a click waits for what it is meant for to come to the front."""

MAX_HTML = 1024 * 1024
_LOOK = Path(__file__).with_name("signing_in.js").read_text(encoding="utf-8").partition("\n(word) =>")
_TREES = Path(__file__).with_name("closed_trees.js").read_text(encoding="utf-8")
_STORED = """() => { const found = {};
for (const store of [localStorage, sessionStorage])
  for (let i = 0; i < Math.min(store.length, 200); i++)
    found[store.key(i)] = (store.getItem(store.key(i)) || "").slice(0, 16384);
return JSON.stringify(found); }"""
_CLEAR = """() => { const held = localStorage.length + sessionStorage.length;
localStorage.clear(); sessionStorage.clear();
return held; }"""


class Control(NamedTuple):
    """A field that can be seen. `form` tells apart the forms of a page, -1 outside of any; `at` is its place, `length`
    the most characters that it takes, 0 for no limit."""

    name: str
    kind: str
    autocomplete: str
    id: str
    label: str
    placeholder: str
    form: int
    at: int
    length: int = 0


class Press(NamedTuple):
    """A button that can be seen. `kind` is `submit` or `button`."""

    text: str
    kind: str
    form: int
    at: int


class Sheet:
    """What a page showed at one moment, its frames included. Every act may raise BrowserTrouble."""

    def __init__(self, url: str, html: str, controls: list[Control], presses: list[Press]) -> None:
        self.url = url
        self.html = html
        self.controls = controls
        self.presses = presses
        self._handles: list[ElementHandle | None] = []

    async def fill(self, at: int, text: str) -> None:
        """Types a text in place of what stands in a field."""
        element = self._handle(at)
        await within(ACT_S, element.fill(text, timeout=ACT_S * 900))

    async def strike(self, at: int, key: str) -> None:
        """Strikes one key in a field, as a person does: scripts that move on to the next field listen to that."""
        await within(ACT_S, self._handle(at).press(key, timeout=ACT_S * 900, no_wait_after=True))

    async def press(self, at: int) -> None:
        """Clicks on an element; if something lies over it, as a question about cookies does, through that."""
        handle = self._handle(at)
        try:
            await within(ACT_S, handle.click(timeout=COVERED_S * 900, no_wait_after=True))
        except BrowserTrouble as trouble:
            if "Timeout" not in str(trouble):
                raise
            await within(ACT_S, handle.evaluate("element => element.click()"))

    async def enter(self, at: int) -> None:
        """Presses the enter key in a field."""
        await within(ACT_S, self._handle(at).press("Enter", timeout=ACT_S * 900, no_wait_after=True))

    def _handle(self, at: int) -> ElementHandle:
        handle = self._handles[at]
        if handle is None:
            raise BrowserTrouble("The element has gone.")
        return handle


async def open_trees(tab: Tab) -> str:
    """Before a tab opens a page: its closed shadow trees can be read too from then on, by the word that is given back.
    Raises BrowserTrouble."""
    word = "v" + secrets.token_hex(12)
    await within(ACT_S, tab.page.add_init_script(script=_TREES.replace("%TOKEN%", word)))
    return word


async def read(tab: Tab, word: str = "") -> Sheet:
    """What the page shows now, in closed trees by the word that `open_trees` gave. Raises BrowserTrouble."""
    page = tab.page
    sheet = Sheet(page.url, (await within(ACT_S, page.content()))[:MAX_HTML], [], [])
    for number, frame in enumerate(page.frames[:10]):
        try:
            pair = await within(ACT_S, frame.evaluate_handle("(word) =>" + _LOOK[2], word))
            await _take(sheet, pair, 1000 * number)
        except BrowserTrouble:
            if frame is page.main_frame:
                raise
    return sheet


async def _take(sheet: Sheet, pair: JSHandle, offset: int) -> None:
    elements = await within(ACT_S, pair.get_property("0"))
    rows, trees = json.loads(await within(ACT_S, (await within(ACT_S, pair.get_property("1"))).json_value()))
    sheet.html += f"\n{trees}"[: max(0, MAX_HTML - len(sheet.html))]
    for index, row in enumerate(rows):
        handle = await within(ACT_S, elements.get_property(str(index)))
        at, form = len(sheet._handles), row["form"] if row["form"] < 0 else row["form"] + offset
        sheet._handles.append(handle.as_element())
        if row["press"]:
            sheet.presses.append(Press(row["text"], row["kind"], form, at))
        else:
            row |= {"form": form, "at": at}
            sheet.controls.append(Control(**{name: row[name] for name in Control._fields}))


async def press(tab: Tab, selector: str) -> None:
    """Clicks on what a CSS selector names. Raises BrowserTrouble."""
    await within(ACT_S, tab.page.locator(selector).first.click(timeout=ACT_S * 900, no_wait_after=True))


async def picture(tab: Tab) -> bytes:
    """The page as it is seen, PNG; empty when it could not be taken."""
    try:
        return await within(ACT_S, tab.page.screenshot(timeout=ACT_S * 900))
    except BrowserTrouble:
        return b""


async def stored(tab: Tab) -> dict[str, str]:
    """What the page's site keeps in the browser's storage."""
    try:
        found: dict[str, str] = json.loads(await within(ACT_S, tab.page.evaluate(_STORED)))
    except BrowserTrouble:
        return {}
    return found


async def forget(tab: Tab) -> bool:
    """Empties the storage of the page's site; whether there was anything in it."""
    try:
        return bool(await within(ACT_S, tab.page.evaluate(_CLEAR)))
    except BrowserTrouble:
        return False
