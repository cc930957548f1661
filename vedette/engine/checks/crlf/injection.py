"""A value from the request can add headers to the answer.

What it looks for
Line breaks in a parameter, path segment, cookie or header that end a header line of the answer, so that what follows
them becomes a header of its own.

Why it matters
Whoever can write headers into an answer can set cookies in a visitor's browser, redirect, weaken the site's security
policy, poison caches, and with two line breaks write the page itself: cross-site scripting that no escaping stops.

How it is confirmed
A value with a line break and a header of random name and value is sent. The flaw is confirmed when the parsed answer
really has that header with that value, twice with different names. As a control the same value with the line break
replaced by other characters must not yield the header. Text that is only reflected in the body or within another
header's value never counts.

How to fix it
Refuse or remove carriage returns and line feeds in everything that goes into a header, best by setting headers through
the framework's own functions, which all current versions guard. For redirects build the target from a list of known
places instead of from the request. Update servers and libraries that still pass line breaks through.

When it may be wrong
The header is seen in the parsed answer, so the injection is real. A proxy in between may be the part at fault rather
than the application.
"""

from __future__ import annotations

from urllib.parse import unquote

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof

INFO = CheckInfo(
    id="crlf-response-header",
    title="Response headers can be injected",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.MEDIUM,
    proof=ProofLevel.CONFIRMED,
    cwe=(113, 93),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N",
    owasp="A03:2021",
    references=(
        "https://owasp.org/www-community/attacks/HTTP_Response_Splitting",
        "https://www.rfc-editor.org/rfc/rfc9112#name-response-splitting",
    ),
    tags=("injection", "header"),
    cost=1,
    points=("query", "path", "form", "json", "name", "cookie"),
    wants=("reflected-header", "reflected-location"),
    profiles=("safe", "normal", "full"),
)

BREAKS = ("\r\n", "\n", "\r", "\u560d\u560a")
"""Ways to end a line; the last is cut down to one by servers that keep the low byte of each character."""

SHARE_OF_CONTROL = "-."
"""What stands in a control for the line break: as many characters that end no line."""


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """Tries the line breaks where the value is seen to reach a header; elsewhere there is no line to break."""
    if not probe.full:
        return []
    name, value = f"x-{probe.rng.token('detect-name')}", probe.rng.token("detect-value")
    for index, line_break in enumerate(BREAKS):
        exchange = await probe.send(point, _payload(point, line_break, name, value))
        if _injected(exchange, name, value):
            return [Candidate(check=INFO.id, point=point, data={"break": index})]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The header appears twice under new names, and not when the line break is none."""
    point = candidate.point
    if point is None:
        return None
    line_break = BREAKS[candidate.data["break"]]
    steps = []
    for turn in ("first", "second"):
        name, value = f"x-{probe.rng.token(turn + '-name')}", probe.rng.token(turn + "-value")
        control = await probe.send(point, _payload(point, SHARE_OF_CONTROL[: len(line_break)], name, value), fresh=True)
        attack = await probe.send(point, _payload(point, line_break, name, value), fresh=True)
        if not attack.usable or not control.usable:
            return None
        if control.response is None or control.response.header(name) or not _injected(attack, name, value):
            return None
        steps.append(Step(f"{turn} control", control, note="the same value without a line break", control=True))
        steps.append(Step(f"{turn} injection", attack, marks=(f"{name}: {value}",), note="the answer has our header"))
    return Proof(
        level=ProofLevel.CONFIRMED,
        detail=f"A line break in {point.kind} input {point.name!r} adds headers of our choice to the answer.",
        steps=tuple(steps),
    )


def _payload(point: Point, line_break: str, name: str, value: str) -> str:
    return f"{point.value}{line_break}{name}: {value}"


def _injected(exchange: Exchange, name: str, value: str) -> bool:
    # Sites often write more behind the value: the rest of their own header then follows ours.
    return exchange.response is not None and exchange.response.header(name).strip().startswith(value)


def _redirector(clean: bool, keeps_low_bytes: bool = False) -> Handler:
    """A site that redirects to what `to` says: writes a head as text, as old servers do, and parses it as we would."""

    def handle(request: Request) -> Response:
        to = unquote(request.url.partition("to=")[2])
        if keeps_low_bytes:
            to = "".join(chr(ord(char) & 0xFF) for char in to.replace("\r", "").replace("\n", ""))
        if clean:
            to = to.replace("\r", "").replace("\n", "")
        lines = f"Location: {to}\r\nContent-Type: text/html".replace("\r\n", "\n").split("\n")
        headers = tuple((key, text.strip()) for key, colon, text in (line.partition(":") for line in lines) if colon)
        return Response(302, headers, f"moved to {to}".encode())

    return handle


def _keeper(line: str) -> Handler:
    """A site that puts what `to` says into one of its header lines, with text of its own behind it."""

    def handle(request: Request) -> Response:
        head = line.format(unquote(request.url.partition("to=")[2])).split("\r\n")
        headers = tuple((key, text.strip()) for key, _, text in (one.partition(":") for one in head))
        return Response(200, headers, b"Kept.")

    return handle


_POINT = Point(Target(Request("GET", "http://site.example/go?to=home"), "/go"), PointKind.QUERY, "to", "home")

EXAMPLES = (
    Example(
        name="a redirect writes the value as it is", vulnerable=True, handler=_redirector(clean=False), point=_POINT
    ),
    Example(
        name="a server keeps only the low byte of each character",
        vulnerable=True,
        handler=_redirector(clean=False, keeps_low_bytes=True),
        point=_POINT,
    ),
    Example(
        name="attributes of a cookie follow the value",
        vulnerable=True,
        handler=_keeper("Set-Cookie: theme={}; Path=/; HttpOnly"),
        point=_POINT,
    ),
    Example(
        name="the value is percent-encoded in a cookie",
        vulnerable=False,
        handler=lambda request: Response(200, (("Set-Cookie", f"theme={request.url.partition('to=')[2]}; Path=/"),)),
        point=_POINT,
    ),
    Example(name="line breaks are removed", vulnerable=False, handler=_redirector(clean=True), point=_POINT),
    Example(
        name="the value is only shown in the page",
        vulnerable=False,
        handler=lambda request: Response(200, (("Content-Type", "text/html"),), unquote(request.url).encode()),
        point=_POINT,
    ),
)
