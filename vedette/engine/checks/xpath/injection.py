"""A value becomes part of an XPath query.

What it looks for
Values that the application writes into a query on an XML document. Conditions on random words are added behind the
value: as a number, in single or double quotes, as an argument of `contains`. A true one must lead to one page and a
false one to another.

Why it matters
XPath knows no rights: whoever can change a query reads the whole document, accounts and passwords included, and passes
log-ins that compare them in the query.

How it is confirmed
A series of true and false conditions in random order on fresh connections must be followed until chance is ruled out,
and one that no parser accepts must not pass as true. The conditions use functions of XPath that SQL does not have.
Then the length of the name of the document's root is found through the same conditions and stands in the evidence.

How to fix it
Hand values over as variables of the query (`$name`), as most libraries allow. Where that is impossible, accept only
letters and digits.

When it may be wrong
A finding that rests on an error message alone is firm: another component may word its complaints like an XML library.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack import errors
from vedette.engine.attack.compare import Model, blocked
from vedette.engine.attack.example import Example
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.rng import Rng
from vedette.engine.attack.series import Series, steps
from vedette.engine.checks.xpath.example_document import library, sealed

INFO = CheckInfo(
    id="xpath-injection",
    title="XPath injection",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.HIGH,
    proof=ProofLevel.CONFIRMED,
    cwe=(643,),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://owasp.org/www-community/attacks/XPATH_Injection",
        "https://cwe.mitre.org/data/definitions/643.html",
    ),
    tags=("injection", "xpath"),
    cost=3,
    wants=("changed", "odd", "failed", "error:xpath"),
    points=("query", "path", "form", "json", "xml", "multipart", "name", "cookie", "header"),
    profiles=("safe", "normal", "full"),
)

LONGEST_NAME = 64


def condition(rng: Rng, truth: bool | None) -> str:
    """A true, false or (None) unparsable condition on random words, written with single quotes."""
    length = rng.integer(5, 9)
    word = rng.word(length)
    if truth is None:
        return f"string-length('{word}'={length}"
    if rng.integer(0, 1):
        return f"string-length('{word}')={length if truth else length + rng.integer(1, 3)}"
    part = word[1:4] if truth else word[1:3] + "l"  # a letter that no random word has
    return f"contains('{word}','{part}')"


@dataclass(frozen=True, slots=True)
class Form:
    """How a condition `{p}` is put behind the value at one kind of place, `{x}` being a random word; `keeps` as for a
    series."""

    name: str
    template: str
    keeps: bool = True

    def payload(self, value: str, rng: Rng, text: str) -> str:
        """The value to send for a condition."""
        return self.template.format(v=value, n=value or "1", p=text, x=rng.word(4))


FORMS = (
    Form("single", "{v}' and {p} and '{x}'='{x}"),
    Form("double", '{v}" and {p} and "{x}"="{x}'),
    Form("number", "{n} and {p}"),
    Form("argument", "{v}') and {p} and contains('{x}','{x}"),
    Form("argument-double", '{v}") and {p} and contains("{x}","{x}'),
    Form("position", "{n}][{p}"),
    Form("single-or", "{v}' or {p} or '{x}'='", keeps=False),
    Form("double-or", '{v}" or {p} or "{x}"="', keeps=False),
    Form("argument-or", "{v}{x}') or {p} or contains('{x}','{x}{x}", keeps=False),
    Form("number-or", "{n} or {p}", keeps=False),
)
BY_NAME = {form.name: form for form in FORMS}
CHEAP_TEXT, CHEAP_NUMBER = ("single-or", "argument-or"), ("number-or", "single-or")
SELECTING = ("single", "double")

BROKEN = ("{v}'\"", "{v}\"'[")
COMPLETED = "{v}{x}"


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One candidate for the first form that is followed, or for a parser's complaint."""
    model = await probe.baseline(point)
    if not probe.full:
        return await _cheap(probe, point, model) if model.stable else []
    for form in FORMS if model.stable else ():
        series = _series(probe, point, model, form)
        if await series.suspect() and await series.replicate():
            return [_candidate(point, form.name)]
        if series.blocked:
            return []
    return [_candidate(point, "error")] if await _complaints(probe, point, model, fresh=False) else []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The whole series on fresh connections with the original value as control; for a complaint, twice the pair."""
    point, name = candidate.point, candidate.data["form"]
    if point is None:
        return None
    model = await probe.baseline(point)
    if name == "error":
        return await _complained(probe, point, model)
    form = BY_NAME[name]
    series = _series(probe, point, model, form, fresh=True)
    if not (model.stable and await series.confirm()):
        return None
    control = await series.unchanged()
    if control is None:
        return None
    shown, count = (*steps(series.trials), control), len(series.trials) - 1
    detail = f"The answer followed {count} true and false XPath conditions in random order."
    length = await _root_length(probe, point, form, series)
    if length:
        detail += f" Read out by such conditions: the name of the document's root has {length} characters."
        shown = (*shown, *steps(series.trials[-2:]))
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=shown)


def _candidate(point: Point, form: str) -> Candidate:
    return Candidate(check=INFO.id, point=point, data={"form": form})


def _series(probe: Probe, point: Point, model: Model, form: Form, *, fresh: bool = False) -> Series:
    def ask(truth: bool | None) -> str:
        return form.payload(point.value, probe.rng, condition(probe.rng, truth))

    return Series(probe, point, model, ask, keeps=form.keeps, fresh=fresh)


async def _cheap(probe: Probe, point: Point, model: Model) -> list[Candidate]:
    """Where another value changes nothing, only a true condition that selects more can show: two requests, and a third
    to see that a false one does not. Of a path segment that leads nowhere when it is another, true ones must keep the
    page."""
    names = CHEAP_NUMBER if point.value.isdigit() else CHEAP_TEXT
    for name in SELECTING if "missing" in probe.reaction.signs else names:
        series = _series(probe, point, model, BY_NAME[name])
        if await series.suspect():
            return [_candidate(point, name)]
        if series.blocked or len(series.trials) > 1:
            return []
    return []


async def _root_length(probe: Probe, point: Point, form: Form, series: Series) -> int:
    """The length of the root element's name, by halving; 0 when it does not stand up to a last pair of questions."""
    low, high = 1, LONGEST_NAME

    async def asked(text: str) -> bool | None:
        return await series.holds(form.payload(point.value, probe.rng, f"string-length(name(/*)){text}"))

    while low < high:
        middle = (low + high) // 2
        longer = await asked(f">{middle}")
        if longer is None:
            return 0
        low, high = (middle + 1, high) if longer else (low, middle)
    sure = await asked(f"={low}") is True and await asked(f"={low + 1}") is False
    return low if sure else 0


async def _complaints(probe: Probe, point: Point, model: Model, *, fresh: bool) -> list[Step]:
    """Both broken values with the parser's complaint and a harmless one without."""
    shown: list[Step] = []
    for template in (*BROKEN, COMPLETED):
        payload = template.format(v=point.value, x=probe.rng.word(4))
        exchange = await probe.send(point, payload, fresh=fresh)
        if blocked(exchange) or not exchange.usable:
            return []
        text = errors.new_errors(exchange, model, payload).get("xpath", ("", ""))[1]
        control = template is COMPLETED
        if bool(text) == control:
            return []
        note = "Letters only: no complaint." if control else "The query's parser complains."
        label = "Harmless value" if control else "Broken value"
        shown.append(Step(label, exchange, (text,) if text else (), note, control, (payload,)))
    return shown


async def _complained(probe: Probe, point: Point, model: Model) -> Proof | None:
    first = await _complaints(probe, point, model, fresh=True)
    second = await _complaints(probe, point, model, fresh=True) if first else []
    if not second:
        return None
    detail = "The query's parser complained twice about quotes and brackets, and not about letters."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=(*first, *second))


def _query(value: str) -> Point:
    request = Request("GET", "http://shop.example/books?" + urlencode({"q": value}))
    return Point(Target(request, "/books"), PointKind.QUERY, "q", value)


def _path(value: str) -> Point:
    path = f"/books/{value}"
    return Point(Target(Request("GET", f"http://shop.example{path}"), path), PointKind.PATH, "1", value)


def _fickle(request: Request) -> Response:
    """A page that refuses quotes, whatever they say."""
    return Response(200, (("Content-Type", "text/html"),), b"No quotes!" if "%27" in request.url else b"<h1>Books</h1>")


def _header(value: str) -> Point:
    request = Request("GET", "http://shop.example/books", (("X-Author", value),))
    return Point(Target(request, "/books"), PointKind.HEADER, "X-Author", value)


def _cookie(value: str) -> Point:
    request = Request("GET", "http://shop.example/books", (("Cookie", f"q={value}"),))
    return Point(Target(request, "/books"), PointKind.COOKIE, "q", value)


_BY_AUTHOR = "//book[author='{}']"
_BY_ID = "//book[@id={}]"

EXAMPLES = (
    Example(name="text", vulnerable=True, handler=library(_BY_AUTHOR, "q"), point=_query("Holm")),
    Example(name="double quotes", vulnerable=True, handler=library('//book[author="{}"]', "q"), point=_query("Lind")),
    Example(name="number", vulnerable=True, handler=library(_BY_ID, "q"), point=_query("2")),
    Example(name="position", vulnerable=True, handler=library("//book[{}]", "q"), point=_query("1")),
    Example(name="argument", vulnerable=True, handler=library("//book[contains(title,'{}')]", "q"), point=_query("Sp")),
    Example(name="header", vulnerable=True, handler=library(_BY_AUTHOR, "X-Author"), point=_header("Holm")),
    Example(name="cookie", vulnerable=True, handler=library(_BY_AUTHOR, "q"), point=_cookie("Lind")),
    Example(name="nothing found so far", vulnerable=True, handler=library(_BY_AUTHOR, "q"), point=_query("nobody")),
    Example(
        name="name in the path", vulnerable=True, handler=library(_BY_AUTHOR, "", show="page"), point=_path("Lind")
    ),
    Example(
        name="variable from the path",
        vulnerable=False,
        handler=library("//book[author=$value]", "", show="page"),
        point=_path("Lind"),
    ),
    Example(name="anything else changes the page", vulnerable=False, handler=_fickle, point=_query("Holm")),
    Example(
        name="parser's words",
        vulnerable=True,
        handler=library("//map[name='{}']", "q", errors="shown"),
        point=_query("Holm"),
    ),
    Example(name="variable", vulnerable=False, handler=library("//book[author=$value]", "q"), point=_query("Holm")),
    Example(
        name="quotes removed", vulnerable=False, handler=library(_BY_AUTHOR, "q", read=sealed), point=_query("Holm")
    ),
)
