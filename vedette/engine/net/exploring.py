"""Drives what `exploring.js` does in a page: what can be done there, doing it, and what came of it."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from vedette.contract.exchange import Headers, Request
from vedette.engine.net.browser_process import GONE, BrowserTrouble, within
from vedette.engine.net.tab import Tab

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page

MAX_FRAMES = 12
STEP_S = 5.0
BRIEF_MS = 1_000
"""What a page puts off by less than this belongs to the step that it follows; what it puts off longer is an action of
its own, `wait`, since something to do may be gone afterwards."""

REST_S = 4.0
"""The longest that a page is waited for to be still."""

ROUNDS = 3
LOADS = 6
"""How often what a page loads by itself is waited for in one step, one thing after another."""

MAX_SILENT = 2
BOUNDARY = "----VedetteFormBoundary7MA4YWxk"
FORM_TYPE = "application/x-www-form-urlencoded"
SEEN_KINDS = ("fetch", "xhr", "beacon", "socket", "stream", "worker", "window", "navigation", "route", "text", "markup")
"""What a page can be seen to ask for, as `Noted.kind`."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person could do on a page. `key` names it independently of ids and position on the page;
    `fields` are the controls that doing it fills, as plain data; `address` is where a link leads."""

    key: str
    kind: str
    label: str = ""
    tag: str = ""
    hidden: bool = False
    address: str = ""
    action: str = ""
    method: str = ""
    fields: tuple[dict[str, Any], ...] = ()
    frame: int = 0
    index: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What a page shows: its address, what can be done, and a line for each element that a person sees."""

    url: str
    acts: tuple[Act, ...]
    lines: tuple[str, ...]
    elements: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    """A request or address that the page's scripts named, `kind` being one of SEEN_KINDS; a `text` is a string that
    may hold an address, a `markup` one that holds a document."""

    kind: str
    request: Request
    text: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page holds after scripts ran: for each frame its address, base and markup with all shadow trees, the
    texts in its storage, and what its scripts asked for since the last time."""

    documents: tuple[tuple[str, str, str], ...] = ()
    storage: tuple[str, ...] = ()
    noted: tuple[Noted, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What an action came to: whether it was done, whether the page asked for anything, what there is to be learned
    (markup that was told before left out) and what the page shows now."""

    performed: bool
    asked: bool
    taken: Taken
    look: Look


def script(token: str, refused: str = "(?!)") -> str:
    """The script for a page; it answers to `token` alone. `refused` is a regular expression of questions that are to
    be answered with no."""
    text = resources.files(__package__).joinpath("exploring.js").read_text(encoding="utf-8")
    return text.replace("%TOKEN%", token).replace("%REFUSED%", refused.replace("\\", "\\\\").replace('"', '\\"'))


@dataclass
class Explorer:
    """The page of a tab under exploration."""

    tab: Tab
    refused: str = "(?!)"
    token: str = field(default_factory=lambda: "v" + secrets.token_hex(12))
    _silent: int = 0
    _gone: bool = False

    @property
    def page(self) -> Page:
        """The page."""
        return self.tab.page

    @property
    def hung(self) -> bool:
        """Whether the page gave no answer several times in a row, or is gone: the browser may yet be thought to run."""
        return self._gone or self._silent >= MAX_SILENT

    async def install(self) -> None:
        """Once for each page object, before it opens a document."""
        await within(STEP_S, self.page.add_init_script(script=script(self.token, self.refused)))

    async def step(self, act: Act | None = None, values: Sequence[Any] = ()) -> Step:
        """Does it, or nothing, with a value for each of its fields; waits until the page is quiet, and takes what it
        gives. Of a page without frames in one call: most of the time goes into calls."""
        begun = self.tab.entered
        answers = await self._in_one_document(act, values) if len(self._frames()) == 1 else []
        done = bool(answers) and answers[0].get("done") == ""
        if answers and answers[-1] and len(self._frames()) == 1:
            taken, look = self._told(answers), self._shown(answers[-1])
        else:
            # There are frames, or another document is there by now.
            if act is not None and not answers:
                done = await self.perform(act, values)
            else:
                await self.rest()
            early = self._told([answer for answer in answers if answer])
            late, look = await self.take(), await self.look()
            taken = Taken((*early.documents, *late.documents), late.storage, (*early.noted, *late.noted))
        asked = bool(taken.noted) or self.tab.entered > begun
        return Step(done and act is not None, asked, taken, look)

    async def _in_one_document(self, act: Act | None, values: Sequence[Any]) -> list[dict[str, Any]]:
        """What the page's script told, again after each time that something more was loaded; empty when it was gone."""
        answers = [await (self._stepped(act.index, values) if act is not None else self._stepped())]
        for _ in range(LOADS):
            if not answers[-1] or not await self.tab.loaded(seen=not answers[-1]["flying"]):
                break
            answers.append(await self._stepped())
        return answers

    async def _stepped(self, index: int = -1, values: Sequence[Any] = ()) -> dict[str, Any]:
        text = await self._ask(self.page.main_frame, f"api.step({index}, given, {REST_S * 1000})", list(values), REST_S)
        answer: dict[str, Any] = json.loads(text) if isinstance(text, str) else {}
        return answer

    def _told(self, answers: Sequence[dict[str, Any]]) -> Taken:
        url = self.page.url
        reads = [answer["read"] for answer in answers]
        documents = tuple((read["url"], read["base"], read["html"]) for read in reads if read["html"])
        storage = tuple(dict.fromkeys(text for read in reads for text in read["storage"]))
        return Taken(documents, storage, tuple(_noted(row, url) for answer in answers for row in answer["noted"]))

    def _shown(self, answer: dict[str, Any]) -> Look:
        shown = answer["shown"]
        acts = tuple(_act(row, 0, index) for index, row in enumerate(shown["actions"]))
        return Look(self.page.url, acts, tuple(f"0|{line}" for line in shown["lines"]), shown["elements"])

    async def look(self) -> Look:
        """What there is now."""
        acts: list[Act] = []
        lines: list[str] = []
        elements = 0
        for number, frame in enumerate(self._frames()):
            shown = await self._ask(frame, "api.list()")
            if not isinstance(shown, dict):
                continue
            acts += [_act(row, number, index) for index, row in enumerate(shown["actions"])]
            lines += [f"{number}|{line}" for line in shown["lines"]]
            elements += shown["elements"]
        return Look(self.page.url, tuple(acts), tuple(lines), elements)

    async def perform(self, act: Act, values: Sequence[Any] = ()) -> bool:
        """Does it, with a value for each of its fields, and waits until the page is quiet; False when it is gone."""
        frames = self._frames()
        if act.frame >= len(frames):
            return False
        answer = await self._ask(frames[act.frame], f"api.perform({int(act.index)}, given)", list(values))
        await self.rest()
        return bool(answer == "")

    async def rest(self) -> None:
        """Waits until the page is quiet, and lets pass the time for which its short timers wait."""
        for _ in range(ROUNDS):
            await self.tab.settle()
            fired = [await self._ask(frame, f"api.forward({BRIEF_MS})") for frame in self._frames()]
            if not any(fired):
                return
        await self.tab.settle()

    async def take(self) -> Taken:
        """What there is to be learned from the page, notes once."""
        documents: list[tuple[str, str, str]] = []
        storage: dict[str, None] = {}
        noted: list[Noted] = []
        for frame in self._frames():
            read = await self._ask(frame, "api.read()")
            if isinstance(read, dict):
                documents.append((read["url"], read["base"], read["html"]))
                storage |= dict.fromkeys(read["storage"])
            rows = await self._ask(frame, "api.take()")
            noted += [_noted(row, frame.url) for row in rows or ()]
        return Taken(tuple(documents), tuple(storage), tuple(noted))

    def _frames(self) -> list[Frame]:
        return list(self.page.frames)[:MAX_FRAMES]

    async def _ask(self, frame: Frame, expression: str, given: Any = None, patience_s: float = 0.0) -> Any:
        """A value from the script in a frame; None when the frame is gone, or does not answer in time. `patience_s` is
        what the call may take by itself."""
        call = f"given => {{ const api = window.addEventListener('{self.token}'); return {expression}; }}"
        if self.hung:
            return None
        begun = time.monotonic()
        try:
            answer = await within(STEP_S + patience_s, frame.evaluate(call, given))
        except BrowserTrouble as trouble:
            # A frame goes with its page or without it.
            self._gone = self._gone or (str(trouble) == GONE and frame == self.page.main_frame)
            self._silent += time.monotonic() - begun > (STEP_S + patience_s) * 0.9
            return None
        self._silent = 0
        return answer


def _act(row: dict[str, Any], frame: int, index: int) -> Act:
    return Act(
        key=f"{frame}|{row['key']}",
        kind=row["kind"],
        label=row["label"],
        tag=row["tag"],
        hidden=row["hidden"],
        address=row["address"],
        action=row.get("action", ""),
        method=row.get("method", ""),
        fields=tuple(row.get("fields", ())),
        frame=frame,
        index=index,
    )


def _noted(row: dict[str, Any], page: str) -> Noted:
    kind = row["kind"]
    if kind == "text":
        return Noted(kind, Request("GET", page), row["url"])
    if kind == "markup":
        return Noted(kind, Request("GET", row["url"]), row["markup"])
    headers: Headers = tuple((str(name), str(value)) for name, value in row.get("headers", ()))
    encoding, body = _encoded(row)
    method = str(row.get("method", "GET"))
    if encoding and body and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", encoding))
    referer = () if any(name.lower() == "referer" for name, _ in headers) else (("Referer", page.partition("#")[0]),)
    return Noted(kind, Request(method, row["url"], (*headers, *referer), body))


def _encoded(row: dict[str, Any]) -> tuple[str, bytes]:
    encoding, pairs = row.get("encoding", ""), row.get("pairs")
    if pairs is None:
        body = row.get("body", "")
        guessed = "application/json" if body[:1] in ("{", "[") else FORM_TYPE if re.match(r"[\w\[\].-]+=", body) else ""
        return encoding or guessed or ("text/plain" if body else ""), body.encode("utf-8", "replace")
    if encoding != "multipart/form-data":
        return FORM_TYPE, urlencode([(name, value or file) for name, value, file in pairs]).encode()
    parts = b"".join(_part(name, value, file) for name, value, file in pairs)
    return f"{encoding}; boundary={BOUNDARY}", parts + f"--{BOUNDARY}--\r\n".encode()


def _part(name: str, value: str, file: str) -> bytes:
    quoted = name.replace('"', "%22")
    named = f'; filename="{file}"\r\nContent-Type: application/octet-stream' if file else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{quoted}"{named}\r\n\r\n'
    return head.encode() + value.encode() + b"\r\n"
