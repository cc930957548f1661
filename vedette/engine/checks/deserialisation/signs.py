"""A value holds a serialised object, and the site turns what a sender made of it back into objects.

What it looks for
Cookies, fields and parameters whose value is a serialised object of PHP, Python (pickle), Java, Ruby (Marshal) or
.NET, plain, in hexadecimal digits or in base64.

Why it matters
These formats let the sender choose which classes are made and with what content. With the classes that most
applications carry along, this leads to code running on the server.

How it is confirmed
Copies of the site's own value go back, none of which does anything. Either the deserialiser complains, in an error
message of its own, of two invalid copies and not of the original. Or, in random order, copies that are spelled in
another way but mean the same to the language's deserialiser are always answered like the original, and invalid copies
never are. Or all invalid copies are answered by one page of refusal, and valid ones with another text inside by other
pages. A value whose signature the site checks fails in all copies and is not reported. Whether a dangerous class can
be reached is not tested, so the finding is firm and not confirmed.

How to fix it
Exchange data in a format that holds only data: JSON with a schema. Keep state on the server and give out a random id.
If the format must stay, sign the value (HMAC, compared in constant time) and check that before anything is read from
it. PHP: `unserialize($v, ['allowed_classes' => false])` at the least. Java: `ObjectInputFilter` with a list of allowed
classes. Python: never `pickle.loads` on anything that was outside. .NET: `BinaryFormatter` is gone; use
`System.Text.Json`.

When it may be wrong
Where the deserialiser runs with a strict list of allowed classes, or is a reader of one's own for plain data, the harm
is small.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.compare import Model, blocked, decoded
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.checks.deserialisation.example_readers import ReadError, Value, unpickle, unserialize
from vedette.engine.checks.deserialisation.formats import Serialised, recognised

INFO = CheckInfo(
    id="deserialisation-signs",
    title="Serialised objects are accepted from the sender",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.HIGH,
    proof=ProofLevel.FIRM,
    cwe=(502,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    owasp="A08:2021",
    references=(
        "https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html",
        "https://cwe.mitre.org/data/definitions/502.html",
    ),
    tags=("deserialisation",),
    cost=1,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("serialised",),
    profiles=("safe", "normal", "full"),
)

ROUNDS = 3
"""How often each side of the experiment is asked; with both sides in random order chance explains one in twenty orders,
and each answer has to fit besides."""


def _php(value: str) -> Value:
    return unserialize(value)


def _pickle(value: str) -> Value:
    return unpickle(base64.b64decode(value))


def _site(read: Callable[[str], Value], tells: bool = False, only: str = "") -> Handler:
    """A page in the theme of the preferences in `prefs`; with `only` all other values are refused, as if unsigned."""

    def handle(request: Request) -> Response:
        value = parse_qs(urlsplit(request.url).query).get("prefs", [""])[0]
        try:
            prefs = read(value) if not only or value == only else None
            theme = prefs.get("theme") if isinstance(prefs, dict) else None
            text = f"<body class={theme}><h1>Shop</h1><p>Theme: {theme}</p></body>"
            return Response(200, (("Content-Type", "text/html"),), text.encode())
        except (ReadError, ValueError) as fault:
            text = f"<p>Warning: {fault}</p>" if tells else "<h1>Shop</h1><p>Your preferences were reset, sorry</p>"
            return Response(200, (("Content-Type", "text/html"),), text.encode())

    return handle


def _point(value: str) -> Point:
    encoded = value.replace("%", "%25").replace("+", "%2B").replace("&", "%26").replace("=", "%3D").replace('"', "%22")
    target = Target(Request("GET", f"http://shop.example/?prefs={encoded}"), "/")
    return Point(target, PointKind.QUERY, "prefs", value)


_PHP_VALUE = 'a:1:{s:5:"theme";s:4:"dark";}'
_PICKLE_VALUE = base64.b64encode(b"\x80\x04}\x8c\x05theme\x8c\x04darks.").decode()
_JSON_VALUE = base64.b64encode(b'{"theme": "dark"}').decode()

EXAMPLES = (
    Example(name="PHP, silent", vulnerable=True, handler=_site(_php), point=_point(_PHP_VALUE)),
    Example(
        name="PHP, with its error message", vulnerable=True, handler=_site(_php, tells=True), point=_point(_PHP_VALUE)
    ),
    Example(name="pickle, silent", vulnerable=True, handler=_site(_pickle), point=_point(_PICKLE_VALUE)),
    Example(
        name="pickle, accepted only as it was given out",
        vulnerable=False,
        handler=_site(_pickle, only=_PICKLE_VALUE),
        point=_point(_PICKLE_VALUE),
    ),
    Example(
        name="never read", vulnerable=False, handler=_site(lambda value: {"theme": "dark"}), point=_point(_PHP_VALUE)
    ),
    Example(name="JSON", vulnerable=False, handler=_site(lambda value: None), point=_point(_JSON_VALUE)),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One invalid copy, and only of values that are serialised objects."""
    known = recognised(point.value)
    if known is None:
        return []
    payload = known.copy(known.format.broken[0])
    if not payload:
        return []
    exchange = await probe.send(point, payload)
    model = await probe.baseline(point)
    if blocked(exchange) or not (_complaint(known, exchange) or not model.same(exchange, payload)):
        return []
    step = Step("An invalid copy is answered differently", exchange)
    return [Candidate(check=INFO.id, point=point, steps=(step,))]


def _complaint(known: Serialised, exchange: Exchange) -> str:
    match = known.format.complaint.search(decoded(exchange.response.text)) if exchange.response else None
    return match.group() if match else ""


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """By complaints where there are any, else by what is answered like the original, else by what is not refused."""
    point = candidate.point
    known = recognised(point.value) if point else None
    if point is None or known is None:
        return None
    model = await probe.baseline(point)
    steps = await _complaints(probe, point, known)
    told = "its deserialiser complains of invalid copies"
    if not steps and model.stable:
        steps = await _equal_spellings(probe, point, known, model)
        told = "copies spelled otherwise are read alike, invalid ones are not"
    if not steps and model.stable:
        steps = await _refusals(probe, point, known, model)
        told = "altered copies are read, invalid ones are refused"
    if not steps:
        return None
    detail = f"The value of {point.name} is a serialised object ({known.format.name}), and {told}."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps)


async def _complaints(probe: Probe, point: Point, known: Serialised) -> tuple[Step, ...]:
    """Complaints of invalid copies and none of the original; empty otherwise."""
    steps = []
    for change in (known.format.broken * 2)[:2]:
        exchange = await probe.send(point, known.copy(change), fresh=True)
        told = _complaint(known, exchange)
        if not told:
            return ()
        steps.append(
            Step("An invalid copy", exchange, (told,), f"Only a deserialiser of {known.format.name} says this.")
        )
    exchange = await probe.send(point, point.value, fresh=True)
    if blocked(exchange) or _complaint(known, exchange):
        return ()
    return (*steps, Step("The original value", exchange, note="No complaint may appear.", control=True))


async def _equal_spellings(probe: Probe, point: Point, known: Serialised, model: Model) -> tuple[Step, ...]:
    """Every way to spell the same must be answered like the original, its invalid neighbour never."""
    steps = []
    pairs = [
        (same, broken) for same, broken in zip(known.format.same, known.format.broken, strict=False) if known.copy(same)
    ]
    trials = [(valid, change) for pair in pairs for valid, change in zip((True, False), pair, strict=True)]
    for valid, change in probe.rng.shuffled(trials * ROUNDS) if trials else []:
        payload = known.copy(change)
        exchange = await probe.send(point, payload, fresh=True)
        if blocked(exchange) or not exchange.usable or model.same(exchange, payload) != valid:
            return ()
        label = "The same in another spelling" if valid else "An invalid copy"
        note = "Must be answered like the original." if valid else "Must not be answered like the original."
        steps.append(Step(label, exchange, note=note, control=not valid, request_marks=(payload,)))
    return tuple(steps)


async def _refusals(probe: Probe, point: Point, known: Serialised, model: Model) -> tuple[Step, ...]:
    """All invalid copies must meet one page, and copies with other texts inside never that one."""
    if known.format.altered is None or not known.copy(known.format.altered(probe.rng)):
        return ()
    steps: list[Step] = []
    refused: tuple[Exchange, str] | None = None
    for valid in [False, *probe.rng.shuffled([True, False] * ROUNDS)]:
        change = known.format.altered(probe.rng) if valid else probe.rng.choice(list(known.format.broken))
        payload = known.copy(change)
        exchange = await probe.send(point, payload, fresh=True)
        if blocked(exchange) or not exchange.usable:
            return ()
        refused = refused or (exchange, payload)
        if model.alike(refused[0], exchange, refused[1], payload) == valid:
            return ()
        label, note = (
            ("Another text inside", "Must not be refused.") if valid else ("An invalid copy", "Must be refused.")
        )
        steps.append(Step(label, exchange, note=note, control=not valid, request_marks=(payload,)))
    return tuple(steps)
