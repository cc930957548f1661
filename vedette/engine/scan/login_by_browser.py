"""A log-in by browser: forms as a person would fill them in, and recorded sequences."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from vedette.contract.events import Event, LoginStep, LoginVideo
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Login, Otp
from vedette.engine.crawl.login_attempt import Attempt, barred_by, by_http, judged, missing, sent_back, unheld
from vedette.engine.crawl.login_between import MOST, by_password, link_only, mails_link, onward
from vedette.engine.crawl.login_fields import CODE, PASSWORD, USER, Blank, Choice
from vedette.engine.crawl.login_form import Button, Plan, button_for, choose_on, opener
from vedette.engine.crawl.login_signs import complaint, words_of
from vedette.engine.crawl.login_tokens import in_answers, in_storage, used_headers
from vedette.engine.net import signing_in
from vedette.engine.net.browser import Browser
from vedette.engine.net.browser_process import BrowserTrouble
from vedette.engine.net.playing import named, play
from vedette.engine.net.signing_in import Sheet
from vedette.engine.net.tab import Tab
from vedette.engine.parse.forms import Form
from vedette.engine.parse.page import Page
from vedette.engine.scan.login_values import Values

MAX_STEPS = 6
APPEAR_S = 10.0
"""How long a form may take to appear."""

ANSWER_S = 8.0
"""How long a page may take to say what became of it."""

VEILED_S = 2.0
"""How long a page may take to show a form by itself, before a button is pressed that may bring it."""

POLL_S = 0.4
BOXES = range(4, 9)
"""As many fields of one character each, side by side, take a one-time code."""

Note = Callable[[Event], Awaitable[None]]


async def by_browser(
    browser: Browser, login: Login, user: str, values: Values, note: Note | None, shown: bool
) -> Attempt:
    """One try; `shown` asks for a picture of each step. Sends the password once at most."""
    reason = await browser.start()
    if reason:
        return Attempt(ok=False, reason=reason)
    try:
        tab = await browser.tab(user, video=login.record and note is not None)
    except BrowserTrouble as trouble:
        return Attempt(ok=False, reason=str(trouble))
    drive = Drive(tab, login, values, note if shown else None)
    try:
        attempt = await (drive.replay() if login.kind == "sequence" else drive.fill_in())
        await tab.cookies_to_session()
    except BrowserTrouble as trouble:
        attempt = Attempt(ok=False, reason=f"The browser came to no end: {trouble}", sent=PASSWORD in drive.done)
    finally:
        await tab.release()
    if note is not None and (film := await tab.video()):
        await note(LoginVideo(video=film))
    return attempt


class Drive:
    """One log-in in one tab. `done` are the roles that were sent, in order."""

    def __init__(self, tab: Tab, login: Login, values: Values, note: Note | None) -> None:
        self.done: list[str] = []
        self._tab = tab
        self._login = login
        self._values = values
        self._note = note
        self._seen: list[Exchange] = []
        self._between = 0
        self._unveiled: set[str] = set()
        self._word = ""

    async def fill_in(self) -> Attempt:
        """The form, in as many steps as it takes."""
        if attempt := await self._open():
            return attempt
        for _ in range(MAX_STEPS):
            sheet, choice = await self._next_form()
            page = _page(sheet)
            shown = _plan(sheet, choice)
            if PASSWORD in self.done and sent_back(self._passed, page):
                return unheld(page)
            if self.done and (attempt := judged(page, self.done, plan_on=shown)):
                return attempt
            if not self.done and (reason := barred_by(page)):
                return Attempt(ok=False, reason=reason, url=page.url)
            asked = self._asked(choice)
            if not asked:
                if await self._went_on(sheet, page):
                    continue
                break
            if asked == [USER] and (others := self._beside_link(sheet, choice, page)) is not None:
                if not await self._unveil_password(sheet):
                    return Attempt(ok=False, reason=link_only(page, others), url=page.url)
                continue
            if attempt := await self._send(sheet, choice, asked):
                return attempt
        return await self._concluded()

    def _beside_link(self, sheet: Sheet, choice: Choice, page: Page) -> list[str] | None:
        """What else a page offers that would send a link to the user's address; None when it would not."""
        buttons = [Button(one.text, one.kind, one.form, one.at) for one in sheet.presses]
        at = button_for(buttons, sheet.controls[choice.user].form)
        label = next((one.text for one in sheet.presses if one.at == at), "")
        others = [one.text for one in sheet.presses if one.at != at]
        return others if mails_link(page, label, others) else None

    async def _unveil_password(self, sheet: Sheet) -> bool:
        """Presses what leads to a log-in with a password instead, once; False when there is no such button."""
        fresh = [one for one in sheet.presses if one.text not in self._unveiled]
        at = by_password([one.text for one in fresh])
        if at < 0:
            return False
        self._unveiled.add(fresh[at].text)
        await sheet.press(fresh[at].at)
        await self._tab.settle()
        await self._tell(f"Pressed “{fresh[at].text}”")
        return True

    async def _went_on(self, sheet: Sheet, page: Page) -> bool:
        """Answers a page that only asks whether to go on; False when it is none."""
        at = onward(words_of(page), [one.text for one in sheet.presses]) if PASSWORD in self.done else -1
        if at < 0 or self._between >= MOST:
            return False
        self._between += 1
        await sheet.press(sheet.presses[at].at)
        await self._tab.settle()
        await self._tell(f"Went on with “{sheet.presses[at].text}”")
        return True

    async def replay(self) -> Attempt:
        """The recorded steps, one after another."""
        for number, step in enumerate(self._login.steps, 1):
            text = self._values.secret(step.secret) if step.secret else step.value
            if step.kind == "fill_otp" and not (text := await self._values.code()):
                return Attempt(ok=False, reason=self._values.codeless, url=self._tab.page.url)
            reason = await play(self._tab, step, text)
            await self._tell(f"Step {number}: {named(step)}", reason)
            if reason:
                return Attempt(
                    ok=False, reason=f"Step {number} of the sequence failed. {reason}", url=self._tab.page.url
                )
        self.done += [USER, PASSWORD, *([CODE] if any(step.kind == "fill_otp" for step in self._login.steps) else [])]
        sheet, choice = await self._answered()
        return judged(_page(sheet), self.done, plan_on=_plan(sheet, choice)) or await self._concluded()

    async def _read(self) -> Sheet:
        return await signing_in.read(self._tab, self._word)

    async def _open(self) -> Attempt | None:
        self._word = await signing_in.open_trees(self._tab)
        for _ in range(2):
            reason = await self._tab.goto(self._login.url)
            if reason:
                if "INVALID_AUTH_CREDENTIALS" in reason:
                    return Attempt(ok=False, reason=by_http(self._login.url), url=self._login.url)
                reason = self._away() or reason
                return Attempt(ok=False, reason=f"The log-in page could not be opened. {reason}", url=self._login.url)
            await self._tab.settle()
            if not await signing_in.forget(self._tab):
                break  # else once more, without what an earlier log-in has left there
        await self._tell("Opened the log-in page")
        return None

    @property
    def _passed(self) -> list[Page]:
        """The pages that were asked for since the password was sent."""
        pages = [Page(exchange) for exchange in self._seen if exchange.response is not None]
        posts = [at for at, page in enumerate(pages) if page.exchange.request.method == "POST"]
        return [page for page in pages[posts[-1] + 1 :] if page.exchange.request.method == "GET"] if posts else []

    def _away(self) -> str:
        """Where the page wanted to go and was not let, as a sentence; empty when it was let go everywhere."""
        seen = self._tab.drain()
        self._seen += seen
        refused = [exchange for exchange in seen if exchange.error == "refused"]
        if not refused:
            return ""
        url = refused[-1].request.url.partition("?")[0]
        return f"It leads to {url}, which must not be requested: {refused[-1].detail}."

    async def _next_form(self) -> tuple[Sheet, Choice]:
        """What the page shows, once there is something to fill in, or nothing more is to be expected."""
        if PASSWORD in self.done:
            return await self._answered()
        begun = time.monotonic()
        while True:
            sheet = await self._read()
            choice = self._choose(sheet)
            waited = time.monotonic() - begun
            if self._asked(choice) or waited > APPEAR_S or (self.done and complaint(_page(sheet))):
                return sheet, choice
            if not self.done and waited > VEILED_S:
                await self._unveil(sheet)
            await asyncio.sleep(POLL_S)

    async def _unveil(self, sheet: Sheet) -> None:
        """Presses what may bring the form to light, each button once."""
        at = opener([one.text for one in sheet.presses], self._unveiled)
        if at >= 0:
            self._unveiled.add(sheet.presses[at].text)
            await sheet.press(sheet.presses[at].at)
            await self._tab.settle()
            await self._tell(f"Pressed “{sheet.presses[at].text}”")

    async def _answered(self) -> tuple[Sheet, Choice]:
        """What the page shows once the password has gone: the form lingers until the answer is there."""
        end = time.monotonic() + ANSWER_S
        while True:
            await self._tab.settle()
            sheet = await self._read()
            choice = self._choose(sheet)
            lingers = choice.password >= 0 or (CODE in self.done and choice.code >= 0)
            comes = self._login.otp is not None and CODE not in self.done and choice.code < 0
            if not (lingers or comes) or complaint(_page(sheet)) or time.monotonic() > end:
                return sheet, choice
            await asyncio.sleep(POLL_S)

    def _choose(self, sheet: Sheet) -> Choice:
        blanks = [
            Blank(one.name, one.kind, one.autocomplete, one.id, one.label, one.placeholder) for one in sheet.controls
        ]
        buttons = [Button(one.text, one.kind, one.form, one.at) for one in sheet.presses]
        choice = choose_on(blanks, [one.form for one in sheet.controls], buttons, self._values.names)
        if boxes := _boxes(sheet):
            choice = choice._replace(code=boxes[0]) if choice.code < 0 or choice.code in boxes else choice
        texts = [at for at, one in enumerate(blanks) if one.kind in ("text", "email", "tel")]
        if choice.user < 0 and choice.password < 0 and choice.code < 0 and len(texts) == 1 and not self.done:
            choice = choice._replace(user=texts[0])
        otp = self._login.otp
        field = otp.field if otp is not None and PASSWORD in self.done else ""
        named_one = next((at for at, one in enumerate(sheet.controls) if field and _is(one, field)), -1)
        return choice._replace(code=named_one) if named_one >= 0 else choice

    def _asked(self, choice: Choice) -> list[str]:
        """What to fill in now: after the password only a code."""
        wanted: list[str] = []
        if PASSWORD not in self.done:
            wanted += [USER] if choice.user >= 0 and USER not in self.done else []
            wanted += [PASSWORD] if choice.password >= 0 else []
        if choice.code >= 0 and CODE not in self.done and (PASSWORD in self.done or PASSWORD in wanted):
            wanted.append(CODE)
        return wanted

    async def _send(self, sheet: Sheet, choice: Choice, asked: list[str]) -> Attempt | None:
        last = -1
        for role, at in ((USER, choice.user), (PASSWORD, choice.password), (CODE, choice.code)):
            if role not in asked:
                continue
            text = await self._values.code() if role == CODE else self._values.by_role[role]
            if not text:
                return Attempt(ok=False, reason=self._values.codeless, url=sheet.url, sent=PASSWORD in self.done)
            last = await self._enter(sheet, at, text) if role == CODE else await self._type(sheet, at, text)
        for name, at in zip(self._values.names, choice.given, strict=True):
            if name in self._values.by_role and at >= 0:
                await sheet.fill(sheet.controls[at].at, self._values.by_role[name])
        await self._tell(f"Filled in {' and '.join(asked)}")
        await self._submit(sheet, last, asked)
        self.done += asked
        await self._tab.settle()
        await self._tell("Sent the form")
        if self._tab.page.url.startswith("chrome-error:") and (reason := self._away()):
            reason = f"The log-in was sent away. {reason}"
            return Attempt(ok=False, reason=reason, url=sheet.url, sent=PASSWORD in self.done)
        self._seen += self._tab.drain()
        return None

    async def _type(self, sheet: Sheet, at: int, text: str) -> int:
        await sheet.fill(sheet.controls[at].at, text)
        return sheet.controls[at].at

    async def _enter(self, sheet: Sheet, at: int, code: str) -> int:
        """Types a code, be it into one field or into one for each of its characters."""
        boxes = _boxes(sheet)
        if at not in boxes or len(boxes) != len(code):
            return await self._type(sheet, at, code)
        for box, character in zip(boxes, code, strict=True):
            await sheet.strike(sheet.controls[box].at, character)
        return sheet.controls[boxes[0]].at

    async def _submit(self, sheet: Sheet, last: int, asked: list[str]) -> None:
        form = next(one.form for one in sheet.controls if one.at == last)
        otp: Otp | None = self._login.otp
        if otp is not None and otp.submit and asked == [CODE]:
            await signing_in.press(self._tab, otp.submit)
            return
        # Typing may have made the button usable: asked for again. Or the last character has sent the code.
        if boxes := _boxes(sheet) if asked == [CODE] else []:
            await self._tab.settle()
        fresh = await self._read()
        if boxes and not _boxes(fresh):
            return
        at = button_for([Button(one.text, one.kind, one.form, one.at) for one in fresh.presses], form)
        if at >= 0:
            await fresh.press(at)
        else:
            await sheet.enter(last)

    async def _concluded(self) -> Attempt:
        tab = self._tab
        if PASSWORD not in self.done:
            page = _page(await self._read())
            what = "a password" if self.done else "a user name or password"
            return Attempt(ok=False, reason=missing(what, page), url=page.url)
        await tab.settle()
        self._seen += tab.drain()
        page = _page(await self._read())
        await self._tell("Logged in")
        spare = in_storage(await signing_in.stored(tab)) or in_answers(self._seen)
        return Attempt(ok=True, url=page.url, sent=True, page=page, by_origin=used_headers(self._seen), spare=spare)

    async def _tell(self, label: str, detail: str = "") -> None:
        if self._note is not None:
            picture = await signing_in.picture(self._tab)
            await self._note(LoginStep(label=label, url=self._tab.page.url, detail=detail, picture=picture))


def _page(sheet: Sheet) -> Page:
    """What the browser shows, as a page for those that judge pages."""
    response = Response(200, (("Content-Type", "text/html; charset=utf-8"),), sheet.html.encode("utf-8", "replace"))
    return Page(Exchange(Request("GET", sheet.url.partition("#")[0]), response), logged_in=True)


def _plan(sheet: Sheet, choice: Choice) -> Plan | None:
    roles = {
        role: role for role, at in ((USER, choice.user), (PASSWORD, choice.password), (CODE, choice.code)) if at >= 0
    }
    return Plan(Form(sheet.url), roles) if roles else Plan(Form(sheet.url), {})


def _boxes(sheet: Sheet) -> list[int]:
    """The fields that take a code character by character, by their places; empty when there are none."""
    single = [at for at, one in enumerate(sheet.controls) if one.length == 1]
    side_by_side = single == list(range(single[0], single[0] + len(single))) if single else False
    return single if side_by_side and len(single) in BOXES else []


def _is(control: signing_in.Control, selector: str) -> bool:
    bare = selector.lstrip("#")
    return selector in (control.name, f'[name="{control.name}"]', f"[name={control.name}]") or bare == control.id
