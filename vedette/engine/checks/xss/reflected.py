"""Input becomes script in the page that answers it.

What it looks for
Values that come back in an HTML answer. The light pass has told in which contexts (text, the three kinds of
attribute, addresses, handlers, comments, the kinds of string in scripts, ...); for each the smallest value that
breaks out of it is sent. Values that do not come back cost no request.

Why it matters
A link, or a page that submits a form, lets an attacker run his script in the victim's browser on this site: act in
the victim's name, read what the victim sees, steal the session.

How it is confirmed
The answer is parsed as a browser does it. The finding is firm when an element, handler, script address or statement
of ours, under a random name, really is part of the document: raised twice with different names, and not by a
control of the same length without special characters. With a browser at hand it is confirmed when the script runs.
Answers that browsers do not show as a page (JSON, downloads, other types) never count. Values from cookies and
headers are rated low, because an attacker must first be able to set them; a policy that keeps the script from
running lowers the rating too.

How to fix it
Escape where the value is written, for the context it is written into: HTML text and quoted attributes by entities,
scripts by JSON with `<` as `\\u003c`, addresses by a list of allowed schemes. Templates do it by themselves: Jinja and
Django autoescape, React's `{value}`, Thymeleaf's `th:text`, Razor's `@value`, Rails' `<%= %>`, PHP's
`htmlspecialchars($v, ENT_QUOTES)`; look for the places that switch it off (`|safe`, `mark_safe`, `th:utext`,
`Html.Raw`, `raw`, `dangerouslySetInnerHTML`, `v-html`). A strict content security policy is the second line of defence.

When it may be wrong
The parsed document is what a browser would build; that the script then runs can still depend on the visitor's click, or
on a script of the page that cleans up.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack.compare import blocked
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.mutations import with_value
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.checks.xss.breakout import Move, loud, moves, token_for
from vedette.engine.checks.xss.witness import Witness, witness

INFO = CheckInfo(
    id="xss-reflected",
    title="Reflected cross-site scripting",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.HIGH,
    proof=ProofLevel.CONFIRMED,
    cwe=(79, 80),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:H/SI:L/SA:N",
    owasp="A03:2021",
    references=(
        "https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html",
        "https://owasp.org/www-community/attacks/xss/",
    ),
    tags=("injection", "xss"),
    cost=1,
    flaw="xss",
    wants=("reflected",),
    profiles=("safe", "normal", "full"),
)

MAX_MOVES = 18
HARD_TO_SET = (PointKind.COOKIE, PointKind.HEADER)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """Tries the break-outs of each context in which the value came back; nothing without a reflection."""
    token = token_for(probe.rng, "detect")
    for move in moves(probe.reaction.reflections)[:MAX_MOVES]:
        exchange = await probe.send(point, move.value(point, token))
        found = witness(exchange, token)
        if found is not None:
            steps = (Step("break-out", exchange, marks=(found.mark,), note=f"The page holds {found.what}."),)
            data = {"template": move.template, "coding": move.coding}
            return [Candidate(check=INFO.id, point=point, data=data, steps=steps)]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The same under two new names, each beside a control without special characters; in a browser if there is one."""
    point = candidate.point
    if point is None:
        return None
    move = Move(str(candidate.data["template"]), str(candidate.data["coding"]))
    steps: list[Step] = []
    found: Witness | None = None
    for turn in ("first", "second"):
        token = token_for(probe.rng, turn)
        control = await probe.send(point, move.control(point, token), fresh=True)
        attack = await probe.send(point, move.value(point, token), fresh=True)
        found = witness(attack, token)
        if found is None or blocked(control) or witness(control, token):
            return None
        steps.append(Step(f"{turn} control", control, note="letters and digits only", control=True))
        steps.append(
            Step(f"{turn} break-out", attack, (found.mark,), f"The page holds {found.what}.", request_marks=(token,))
        )
    ran = await _executed(probe, point, move)
    if ran is not None:
        steps.append(ran)
    return _proof(point, found, tuple(steps), ran is not None) if found else None


async def _executed(probe: Probe, point: Point, move: Move) -> Step | None:
    """The step in which a browser ran our script, when there is a browser."""
    if probe.browser is None:
        return None
    for index, form in enumerate(loud(move)):
        token = token_for(probe.rng, f"browser {index}")
        ran = await probe.browser.executes(with_value(point, form.value(point, token)), token)
        if ran is not None:
            return ran
    return None


def _proof(point: Point, found: Witness, steps: tuple[Step, ...], ran: bool) -> Proof:
    detail = f"The value of the {point.kind} input {point.name!r} becomes part of the document: {found.what}."
    severity = ""
    if point.kind in HARD_TO_SET:
        severity = Severity.LOW
    elif found.blocked and not ran:
        detail += " The page's content security policy keeps it from running."
        severity = Severity.MEDIUM
    level = ProofLevel.CONFIRMED if ran else ProofLevel.FIRM
    return Proof(level=level, detail=detail, steps=steps, severity=severity)


_POINT = Point(Target(Request("GET", "http://site.example/find?q=hat"), "/find"), PointKind.QUERY, "q", "hat")


def _shows(
    template: str,
    escape: Callable[[str], str] = str,
    media: str = "text/html",
    extra: tuple[tuple[str, str], ...] = (),
) -> Handler:
    """A site that writes `q`, escaped in some way, into a page."""

    def handle(request: Request) -> Response:
        value = parse_qs(urlsplit(request.url).query, keep_blank_values=True).get("q", [""])[0]
        headers = (("Content-Type", media), *extra)
        return Response(200, headers, template.replace("{}", escape(value)).encode())

    return handle


def _example(name: str, vulnerable: bool, handler: Handler) -> Example:
    return Example(name=name, vulnerable=vulnerable, handler=handler, point=_POINT)


def _half(value: str) -> str:
    return value.replace("<", "&lt;").replace(">", "&gt;")


def _slashed(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'").replace("<", "\\u003c")


EXAMPLES = (
    _example("in text", True, _shows("<p>No {} here</p>")),
    _example("in an attribute whose quotes pass", True, _shows('<input value="{}">', _half)),
    _example("as an address", True, _shows('<a href="{}">back</a>', html.escape)),
    _example("in a script's string", True, _shows("<script>find('{}', 1)</script>", _half)),
    _example("in a handler, escaped for HTML only", True, _shows("<b onclick=\"find('{}')\">x</b>", html.escape)),
    _example("in a title", True, _shows("<title>{}</title><p>x</p>")),
    _example("escaped", False, _shows("<p>No {} here</p>", html.escape)),
    _example("escaped in an attribute", False, _shows('<input value="{}">', html.escape)),
    _example("escaped in a script", False, _shows("<script>find('{}', 1)</script>", _slashed)),
    _example("echoed as JSON", False, _shows('{"q": "{}"}', media="application/json")),
    _example("echoed as text", False, _shows("<p>{}</p>", media="text/plain")),
    _example(
        "offered as a download",
        False,
        _shows("<p>{}</p>", extra=(("Content-Disposition", 'attachment; filename="a.html"'),)),
    ),
)
