"""A value is run as code of the site's own language; what it computes stays hidden, but its time does not.

What it looks for
Values that reach `eval` and its like in PHP, Perl, Python, Ruby and JavaScript while their result stays hidden: as a
whole expression or statement, or out of a string in single or double quotes.

Why it matters
Who can run code in the site's process can do all that the site can, whether or not the result is shown.

How it is confirmed
By an experiment: waits of eight different, mostly uneven lengths in random order, on fresh connections and with
nothing else running against the host. The answers must be late by just the time asked for, as good as never by chance.
Between them go the same bytes with the waiting function's name jumbled, which must not be late.

How to fix it
Do not run text from a request. Parse JSON with a JSON parser, numbers with `int(...)` or `Number(...)`, choose
functions from a fixed table by name. PHP: no `eval`, `assert` with a string, `create_function`, `preg_replace` with
`/e`; Python: `ast.literal_eval` for literals; JavaScript: no `eval`, `new Function`, `setTimeout` with a string, `vm`;
Ruby: `public_send` with a list of allowed names instead of `eval`, `instance_eval` and `send`.

When it may be wrong
Only where running code is the page's purpose. A page that is slow by itself cannot follow the lengths asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response
from vedette.engine.attack import timing
from vedette.engine.attack.example import Example
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.checks.code.example_interpreters import CodeError, Php, Python

INFO = CheckInfo(
    id="code-injection-time",
    flaw="code-injection",
    title="Code injection (blind)",
    kind=Kind.ACTIVE,
    phase=Phase.TIMING,
    severity=Severity.CRITICAL,
    proof=ProofLevel.CONFIRMED,
    cwe=(94, 95),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://owasp.org/www-community/attacks/Code_Injection",
        "https://cwe.mitre.org/data/definitions/95.html",
    ),
    tags=("injection", "code", "blind"),
    cost=3,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("error:code", "failed", "odd"),
    profiles=("normal", "full"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """Where waiting code `@e` goes: `@v` is the value that was there; `language` is a key of `_WAITS`."""

    template: str
    language: str

    def payload_for(self, value: str) -> Callable[[float], str]:
        """Payloads that wait the seconds given."""
        return lambda seconds: self._render(value, seconds)

    def control_for(self, value: str) -> Callable[[float], str]:
        """The same bytes with the waiting function's name jumbled."""
        return lambda seconds: self._render(value, seconds, jumbled=True)

    def _render(self, value: str, seconds: float, jumbled: bool = False) -> str:
        expression = _WAITS[self.language](seconds)
        if jumbled:
            for name in ("sleep", "wait", "select"):
                expression = expression.replace(name, name[:-2] + name[:-3:-1])
        return self.template.replace("@e", expression).replace("@v", value)


def _php(seconds: float) -> str:
    return f"usleep({round(seconds * 1e6)})"


def _perl(seconds: float) -> str:
    return f"select(undef,undef,undef,{seconds:g})"


def _python(seconds: float) -> str:
    # The module's name is spelled out so that no quotes meet those of the string it may stand in.
    return f"__import__(chr(116)+chr(105)+chr(109)+chr(101)).sleep({seconds:g})"


def _ruby(seconds: float) -> str:
    return f"sleep({seconds:g})"


def _javascript(seconds: float) -> str:
    # Written without `new`, so that Python may read it too.
    memory = "Reflect.construct(Int32Array,[Reflect.construct(SharedArrayBuffer,[4])])"
    return f"Atomics.wait({memory},0,0,{round(seconds * 1000)})"


def _either(seconds: float) -> str:
    # JavaScript sees a comparison and a comment; Python a pair, whose first chain of comparisons ends at `1<0`.
    return f"1<0<{_javascript(seconds)}//1,{_python(seconds)}"


_WAITS: dict[str, Callable[[float], str]] = {
    "php": _php,
    "perl": _perl,
    "python": _python,
    "ruby": _ruby,
    "javascript": _javascript,
    "either": _either,
}
_JOINED = Form("@e.'.@e.'.\".@e.\";", "php")
_EITHER = Form("@e", "either")
_POLYGLOTS = {
    "python": Form("str(@e)+'+str(@e)+'+\"+str(@e)+\"", "python"),
    "javascript": Form("@e+'+@e+'+\"+@e+\"", "javascript"),
    "ruby": Form("@e.to_s+'+@e.to_s+'+\"+@e.to_s+\"", "ruby"),
    "perl": Form("@e.'.@e.'.\".@e.\"", "perl"),
}
"""Each for a bare value and one in either quotes: exactly one of the three waits, the others are text in a string."""

_TECHNOLOGIES = {
    "python": ("python", "django", "flask", "werkzeug", "gunicorn", "uvicorn", "tornado", "fastapi"),
    "javascript": ("node", "node.js", "express", "next.js", "koa"),
    "ruby": ("ruby", "rails", "ruby on rails", "passenger", "puma"),
    "perl": ("perl", "mod_perl", "mojolicious"),
}
_THOROUGH = (
    *_POLYGLOTS.values(),
    Form("@v;@e;//", "php"),
    Form("@v';@e;//", "php"),
    Form('@v";@e;//', "php"),
    Form("@v');@e;//", "php"),
    Form('@v");@e;//', "php"),
    Form("@v{${@e}}", "php"),
    Form("@v;@e;#", "perl"),
    Form("@v@{[@e]}", "perl"),
    Form("@v;@e;//", "javascript"),
    Form("@v';@e;//", "javascript"),
    Form('@v";@e;//', "javascript"),
    Form("@v${@e}", "javascript"),
    Form("@v#{@e}", "ruby"),
)


def _answer(seconds: float) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<p>Saved.</p>", ttfb_s=0.02 + seconds)


def _php_site(before: str, after: str) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        value = parse_qs(urlsplit(request.url).query).get("rule", [""])[0]
        php = Php()
        with suppress(CodeError):  # The page does not tell.
            php.run(before + value + after)
        return _answer(php.seconds)

    return handle


def _python_site(request: Request) -> Response:
    python = Python()
    with suppress(CodeError):  # The page does not tell.
        python.evaluate(parse_qs(urlsplit(request.url).query).get("rule", [""])[0])
    return _answer(python.seconds)


def _slow(request: Request) -> Response:
    return _answer(min(2.5, 0.02 * len(request.url)))


_POINT = Point(Target(Request("GET", "http://shop.example/rules?rule=7"), "/rules"), PointKind.QUERY, "rule", "7")

EXAMPLES = (
    Example(name="PHP statement", vulnerable=True, handler=_php_site("$x = ", ";"), point=_POINT),
    Example(name="PHP code out of single quotes", vulnerable=True, handler=_php_site("$x = '", "';"), point=_POINT),
    Example(name="PHP code out of double quotes", vulnerable=True, handler=_php_site('$x = "', '";'), point=_POINT),
    Example(name="a Python expression", vulnerable=True, handler=_python_site, point=_POINT),
    Example(name="slow by itself", vulnerable=False, handler=_slow, point=_POINT),
    Example(name="never run", vulnerable=False, handler=lambda request: _answer(0.0), point=_POINT),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One long wait in one or two payloads for several quotings; where the point reacts, in every form."""
    known = [language for language, names in _TECHNOLOGIES.items() if probe.technologies & set(names)]
    light = (_JOINED, _POLYGLOTS[known[0]] if known else _EITHER)
    for form in (*light[: 1 if "missing" in probe.reaction.signs else 2], *(_THOROUGH if probe.full else ())):
        late = await timing.screen(probe, point, form.payload_for(point.value))
        if late is not None:
            return [Candidate(check=INFO.id, point=point, data=asdict(form))]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The whole experiment of delays and controls."""
    point = candidate.point
    if point is None:
        return None
    form = Form(**candidate.data)
    verdict, steps = await timing.experiment(probe, point, form.payload_for(point.value), form.control_for(point.value))
    if not verdict.ok:
        return None
    language = {"php": "PHP", "javascript": "JavaScript", "either": "Python or JavaScript"}.get(
        form.language, form.language.capitalize()
    )
    detail = (
        f"The value of {point.name} is run as {language} code: each second that it was to wait delayed the answer by "
        f"{verdict.slope:.2f} s (chance {verdict.p_value:.1g}), jumbled code did not."
    )
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=steps)
