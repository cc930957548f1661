"""Plays recorded steps in a tab, one by one."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from vedette.contract.job import RecordedStep
from vedette.engine.net.browser_process import BrowserTrouble, within
from vedette.engine.net.tab import Tab

if TYPE_CHECKING:
    from playwright.async_api import Frame, FrameLocator, Locator, Page

FIND_S = 10.0
ACT_S = 8.0


async def play(tab: Tab, step: RecordedStep, text: str) -> str:
    """Does one step and waits until the page is still; `text` is what to type or choose. Empty, or why it could not
    be done, as a sentence."""
    if step.kind == "goto":
        reason = await tab.goto(step.url)
    else:
        try:
            reason = await _act(tab, step, text)
        except BrowserTrouble as trouble:
            reason = f"The step {named(step)} could not be done: {trouble}"
    await tab.settle()
    return reason


def named(step: RecordedStep) -> str:
    """A step as it is named to people."""
    where = step.url or step.css or step.xpath or (f"({step.x:.0f}, {step.y:.0f})" if step.x or step.y else step.value)
    return f"{step.kind} {where}".strip()[:160]


async def _act(tab: Tab, step: RecordedStep, text: str) -> str:
    page = tab.page
    if not step.css and not step.xpath:
        if step.kind == "press_key":
            await within(ACT_S, page.keyboard.press(step.value or "Enter"))
        elif step.x or step.y:
            await within(ACT_S, page.mouse.click(step.x, step.y))
        return ""
    element = await _found(page, step)
    if element is None:
        return f"The element of the step {named(step)} was not found."
    await within(ACT_S, _done(element, step, text))
    return ""


async def _found(page: Page, step: RecordedStep) -> Locator | None:
    """The first that can be seen of what the step's selectors name, once it is there."""
    scope = _scope(page, step)
    ways = [scope.locator(f"css={step.css}")] if step.css else []
    if step.css and step.shadow_host:
        ways.insert(0, scope.locator(f"css={_last(step.shadow_host)}").locator(f"css={step.css}"))
    if step.xpath:
        ways.append(scope.locator(f"xpath={step.xpath}"))
    for number, way in enumerate(ways):
        patience = FIND_S if number == 0 else 1.0
        try:
            await within(patience + 1, way.first.wait_for(state="visible", timeout=patience * 1000))
        except BrowserTrouble:
            continue
        return way.first
    return None


def _last(chain: str) -> str:
    return chain.rpartition(">>>")[2].strip()


def _scope(page: Page, step: RecordedStep) -> Page | Frame | FrameLocator:
    scope: Page | Frame | FrameLocator = page
    for part in filter(None, (one.strip() for one in step.frame.split(">>>"))):
        number = part.removeprefix("nth=")
        if number != part and number.isdecimal():
            scope = scope.frame_locator("iframe, frame").nth(int(number[:4]))
        else:
            scope = scope.frame_locator(part)
    return scope


def _done(element: Locator, step: RecordedStep, text: str) -> Awaitable[object]:
    patience = ACT_S * 900
    if step.kind == "dblclick":
        return element.dblclick(timeout=patience)
    if step.kind == "mouseover":
        return element.hover(timeout=patience)
    if step.kind == "check":
        return element.set_checked(step.checked, timeout=patience)
    if step.kind == "select_multi":
        return element.select_option(list(step.values), timeout=patience)
    if step.kind == "select":
        return element.select_option(text, timeout=patience)
    if step.kind in ("fill_value", "bfill_value", "fill_otp"):
        return _typed(element, text)
    if step.kind == "press_key":
        return element.press(step.value or "Enter", timeout=patience)
    if step.kind == "wait":
        return element.wait_for(state="visible", timeout=patience)
    return element.click(timeout=patience)


async def _typed(element: Locator, text: str) -> None:
    """Recorders of browsers tell a choice from a list as a typed value too."""
    patience = ACT_S * 900
    if await element.evaluate("one => one.tagName") == "SELECT":
        await element.select_option(text, timeout=patience)
    else:
        await element.fill(text, timeout=patience)
