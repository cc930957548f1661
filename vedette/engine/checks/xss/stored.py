"""Input is stored and becomes script in a page shown later.

What it looks for
Values that were sent in one place and come back in a page fetched from another, or later. The stored-input pass has
told on which pages and in which contexts; for each the smallest value that breaks out of it is stored, and the page
fetched again.

Why it matters
The script runs for everybody who opens the page, without any link to click, and with their rights: one review or
profile text can take over the accounts of all visitors and of the administrators.

How it is confirmed
The page is parsed as a browser does it. The finding is firm when an element, handler, script address or statement of
ours, under a random name, really is part of the document, and was not there before that name was stored. With a browser
at hand it is confirmed when the script runs. Pages that browsers do not show as such (JSON, downloads, other types)
never count. What was stored is harmless, and listed for clean-up.

How to fix it
Escape where the value is written, for the context it is written into: HTML text and quoted attributes by entities,
scripts by JSON with `<` as `\\u003c`, addresses by a list of allowed schemes. Templates do it by themselves: Jinja and
Django autoescape, React's `{value}`, Thymeleaf's `th:text`, Razor's `@value`, Rails' `<%= %>`, PHP's
`htmlspecialchars($v, ENT_QUOTES)`. Where visitors may use markup, clean it with a library made for that (DOMPurify,
nh3, HtmlSanitizer) by a list of allowed elements. Clean what is stored already.

When it may be wrong
The parsed document is what a browser would build; that the script then runs can still depend on the visitor's click, or
on a script of the page that cleans up. A page that only the author himself can see is less bad.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from urllib.parse import parse_qs

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof, Sink
from vedette.engine.checks.xss.breakout import Move, loud, moves, token_for
from vedette.engine.checks.xss.witness import witness

INFO = CheckInfo(
    id="xss-stored",
    title="Stored cross-site scripting",
    kind=Kind.ACTIVE,
    phase=Phase.STORED,
    severity=Severity.HIGH,
    proof=ProofLevel.CONFIRMED,
    cwe=(79, 80),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:P/VC:N/VI:N/VA:N/SC:H/SI:H/SA:N",
    owasp="A03:2021",
    references=(
        "https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html",
        "https://owasp.org/www-community/attacks/xss/",
    ),
    tags=("injection", "xss", "stored"),
    cost=8,
    wants=("reflected", "changed"),
    profiles=("normal", "full"),
)

MAX_SINKS = 3
MAX_MOVES = 8


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """Stores a break-out for each context of each page that shows the point's value; nothing without such a page."""
    sinks = (await probe.sinks(point))[:MAX_SINKS]
    tries = [(number, moves(sink.reflections)[:MAX_MOVES]) for number, sink in enumerate(sinks)]
    turns = [(number, own[turn]) for turn in range(MAX_MOVES) for number, own in tries if turn < len(own)]
    found: dict[int, Candidate] = {}
    # Each try is two requests: one to store, one to look.
    for number, move in turns if probe.full else turns[: INFO.cost // 2]:
        if number not in found:
            token = token_for(probe.rng, f"detect-{number}")
            candidate = await _stored(probe, point, sinks[number], move, token)
            if candidate is not None:
                found[number] = candidate
    return [found[number] for number in sorted(found)]


async def _stored(probe: Probe, point: Point, sink: Sink, move: Move, token: str) -> Candidate | None:
    sent = await probe.send(point, move.value(point, token))
    shown = await probe.fetch(sink.request)
    seen = witness(shown, token)
    if seen is None:
        return None
    steps = (
        Step("store", sent, request_marks=(token,)),
        Step("show", shown, marks=(seen.mark,), note=f"The page holds {seen.what}."),
    )
    request = sink.request
    data = {
        "template": move.template,
        "coding": move.coding,
        "method": request.method,
        "url": request.url,
        "headers": [list(pair) for pair in request.headers],
        "body": request.body.decode("latin-1"),
        "user": request.user,
    }
    return Candidate(check=INFO.id, point=point, data=data, steps=steps)


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """Stores it under a new name: not on the page before, part of its document after."""
    point, data = candidate.point, candidate.data
    if point is None:
        return None
    move = Move(str(data["template"]), str(data["coding"]))
    sink = _sink_request(candidate)
    token = token_for(probe.rng, "verify")
    plain = await probe.send(point, move.control(point, token), fresh=True)
    before = await probe.fetch(sink, fresh=True)
    sent = await probe.send(point, move.value(point, token), fresh=True)
    after = await probe.fetch(sink, fresh=True)
    found = witness(after, token)
    if found is None or before.response is None or witness(before, token):
        return None
    steps = [
        Step("store letters and digits only", plain, control=True),
        Step("show before", before, note="Nothing of ours is part of the document.", control=True),
        Step("store the break-out", sent, request_marks=(token,)),
        Step("show after", after, marks=(found.mark,), note=f"The page holds {found.what}."),
    ]
    ran = await _executed(probe, point, sink, move)
    steps += ran
    detail = (
        f"The value of the {point.kind} input {point.name!r} is stored and becomes part of {sink.url}: {found.what}."
    )
    severity = ""
    if found.blocked and not ran:
        detail += " The page's content security policy keeps it from running."
        severity = Severity.MEDIUM
    level = ProofLevel.CONFIRMED if ran else ProofLevel.FIRM
    return Proof(level=level, detail=detail, steps=tuple(steps), severity=severity, sink_url=sink.url)


async def _executed(probe: Probe, point: Point, sink: Request, move: Move) -> tuple[Step, ...]:
    """The steps in which our script was stored and a browser ran it, when there is a browser; else none."""
    if probe.browser is None:
        return ()
    for index, form in enumerate(loud(move)):
        token = token_for(probe.rng, f"browser {index}")
        sent = await probe.send(point, form.value(point, token), fresh=True)
        ran = await probe.browser.executes(sink, token)
        if ran is not None:
            return Step("store a call", sent, request_marks=(token,)), ran
    return ()


def _sink_request(candidate: Candidate) -> Request:
    data = candidate.data
    headers = tuple((str(name), str(value)) for name, value in data["headers"])
    body = str(data["body"]).encode("latin-1")
    return Request(str(data["method"]), str(data["url"]), headers, body, str(data["user"]))


_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
_POINT = Point(
    Target(Request("POST", "http://site.example/review", _FORM, b"text=nice"), "/review"),
    PointKind.FORM,
    "text",
    "nice",
)
_PAGE = "http://site.example/reviews"


def _book(escape: Callable[[str], str], media: str = "text/html", frame: str = "<li>{}</li>") -> Callable[[], Handler]:
    """A guest book that shows what was written into it on another page."""

    def fresh() -> Handler:
        entries: list[str] = []

        def handle(request: Request) -> Response:
            if request.method == "POST":
                entries.extend(parse_qs(request.body.decode()).get("text", []))
                return Response(303, (("Location", "/reviews"),))
            shown = "".join(frame.replace("{}", escape(entry)) for entry in entries)
            return Response(200, (("Content-Type", media),), f"<ul>{shown}</ul>".encode())

        return handle

    return fresh


def _example(name: str, vulnerable: bool, site: Callable[[], Handler]) -> Example:
    return Example(name=name, vulnerable=vulnerable, state=site, point=_POINT, pages=(_PAGE,))


EXAMPLES = (
    _example("shown as it is", True, _book(str)),
    _example(
        "shown in an attribute", True, _book(lambda text: text.replace("<", "&lt;"), frame='<li title="{}">x</li>')
    ),
    _example("escaped", False, _book(html.escape)),
    _example("shown as text", False, _book(str, media="text/plain")),
    _example("shown in a text field", False, _book(html.escape, frame="<textarea>{}</textarea>")),
)
