"""A value is run as code of the site's own language, and what it computes comes back.

What it looks for
Values that reach `eval` and its like in PHP, Perl, Python, Ruby and JavaScript: as a whole expression or statement, or
out of a string in single or double quotes.

Why it matters
Who can run code in the site's process can do all that the site can, and mostly all that the server can.

How it is confirmed
Two random numbers are multiplied, twice with fresh ones. Then a random word is turned around in the way of one
language, which a calculator cannot do and which tells the language. The same bytes with that function's name jumbled
must stay without effect.

How to fix it
Do not run text from a request. Parse JSON with a JSON parser, numbers with `int(...)` or `Number(...)`, choose
functions from a fixed table by name. PHP: no `eval`, `assert` with a string, `create_function`, `preg_replace` with
`/e`; Python: `ast.literal_eval` for literals; JavaScript: no `eval`, `new Function`, `setTimeout` with a string, `vm`;
Ruby: `public_send` with a list of allowed names instead of `eval`, `instance_eval` and `send`. For formulas take a
parser that knows numbers and operators only.

When it may be wrong
Only where running code is the page's purpose. A template engine that evaluates the bare value answers in the same way;
it is as dangerous.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from urllib.parse import parse_qs, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack.compare import appears, blocked
from vedette.engine.attack.example import Example
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.code.example_interpreters import CodeError, Php, Python

INFO = CheckInfo(
    id="code-injection-eval",
    flaw="code-injection",
    title="Code injection",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
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
    tags=("injection", "code"),
    cost=2,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("error:code", "failed", "odd"),
    profiles=("normal", "full"),
)

WALLS = 2


@dataclass(frozen=True, slots=True)
class Form:
    """Where an expression `@e` goes: `@v` is the value that was there; `languages` are those it may be code of."""

    template: str
    languages: tuple[str, ...]

    def render(self, value: str, expression: str) -> str:
        """The payload."""
        return self.template.replace("@e", expression).replace("@v", value)


@dataclass(frozen=True, slots=True)
class Language:
    """How a language turns a word around, and the same jumbled."""

    name: str
    reverse: str
    jumbled: str


LANGUAGES = {
    "php": Language("PHP", "strrev('@w')", "strrve('@w')"),
    "perl": Language("Perl", "scalar(reverse('@w'))", "scalar(reveres('@w'))"),
    "python": Language("Python", "'@w'[::-1]", "'@w'[::1-]"),
    "ruby": Language("Ruby", "'@w'.reverse", "'@w'.reveres"),
    "javascript": Language("JavaScript", "'@w'.split('').reverse().join('')", "'@w'.spilt('').reverse().join('')"),
}

_BARE = Form("@e", ("python", "javascript", "ruby", "php", "perl"))
_PRINT = Form("print(@e);", ("php", "perl"))
_PRINT_SINGLE = Form("@v'.print(@e).'", ("php", "perl"))
_PRINT_DOUBLE = Form('@v".print(@e)."', ("php", "perl"))
_PLUS = {
    "python": (Form("@v'+str(@e)+'", ("python",)), Form('@v"+str(@e)+"', ("python",))),
    "javascript": (Form("@v'+(@e)+'", ("javascript",)), Form('@v"+(@e)+"', ("javascript",))),
    "ruby": (Form("@v'+(@e).to_s+'", ("ruby",)), Form('@v"+(@e).to_s+"', ("ruby",))),
}
_THOROUGH = (
    _BARE,
    _PRINT,
    _PRINT_SINGLE,
    _PRINT_DOUBLE,
    *(form for pair in _PLUS.values() for form in pair),
    Form("@v'.(@e).'", ("php", "perl")),
    Form('@v".(@e)."', ("php", "perl")),
    Form("@v;print(@e);//", ("php",)),
    Form("@v;print(@e);#", ("perl", "php")),
    Form("@v';print(@e);//", ("php",)),
    Form('@v";print(@e);//', ("php",)),
    Form("@v');print(@e);//", ("php",)),
    Form('@v");print(@e);//', ("php",)),
    Form("@v{${print(@e)}}", ("php",)),
    Form("@v@{[@e]}", ("perl",)),
    Form("@v#{@e}", ("ruby",)),
)
_BY_TECHNOLOGY = {
    "python": ("python", "django", "flask", "werkzeug", "gunicorn", "uvicorn", "tornado", "fastapi"),
    "javascript": ("node", "node.js", "express", "next.js", "koa"),
    "ruby": ("ruby", "rails", "ruby on rails", "passenger", "puma"),
}


def _polyglots(probe: Probe) -> tuple[tuple[str, tuple[Form, Form, Form]], ...]:
    """Two payloads with three places each: for a bare value, one in single and one in double quotes.

    Whichever of the three it is, the other places are text in a string there. The second is a list whose first item
    is taken, which Python, JavaScript and Ruby understand alike.
    """
    single, double = _PLUS["javascript"][0], _PLUS["python"][1]
    for language, names in _BY_TECHNOLOGY.items():
        if probe.technologies & set(names):
            single, double = _PLUS[language]
    joined = "print(@1).'.print(@2).'.\".print(@3).\";"
    listed = f"[@1,{single.render('', '@2')},{double.render('', '@3')}][0]"
    return (joined, (_PRINT, _PRINT_SINGLE, _PRINT_DOUBLE)), (listed, (_BARE, single, double))


def _product(rng: Rng) -> tuple[str, str]:
    """An expression and what it gives."""
    a, b = rng.integer(123456, 987654), rng.integer(123456, 987654)
    return f"{a}*{b}", str(a * b)


def _php(request: Request) -> Response:
    name = parse_qs(urlsplit(request.url).query).get("name", [""])[0]
    try:
        php = Php().run(f"$x = 'Hello {name}';")
    except CodeError:
        return Response(500, (("Content-Type", "text/html"),), b"<p>Server error</p>")
    return Response(200, (("Content-Type", "text/html"),), f"{php.output}<p>{php.variables['$x']}</p>".encode())


def _python(request: Request) -> Response:
    try:
        value = Python().evaluate(parse_qs(urlsplit(request.url).query).get("name", [""])[0])
    except CodeError:
        value = "not a number"
    return Response(200, (("Content-Type", "text/html"),), f"<p>Result: {value}</p>".encode())


def _calculator(request: Request) -> Response:
    text = parse_qs(urlsplit(request.url).query).get("name", [""])[0]
    factors = text.strip("()").split("*")
    result = int(factors[0]) * int(factors[1]) if len(factors) == 2 and all(map(str.isdigit, factors)) else "?"
    return Response(200, (("Content-Type", "text/html"),), f"<p>Result: {result}</p>".encode())


def _reflecting(request: Request) -> Response:
    text = parse_qs(urlsplit(request.url).query).get("name", [""])[0]
    return Response(200, (("Content-Type", "text/html"),), f"<p>Nothing found for {text}</p>".encode())


_POINT = Point(Target(Request("GET", "http://shop.example/calc?name=7"), "/calc"), PointKind.QUERY, "name", "7")

EXAMPLES = (
    Example(name="PHP code out of a string", vulnerable=True, handler=_php, point=_POINT),
    Example(name="a Python expression", vulnerable=True, handler=_python, point=_POINT),
    Example(name="a calculator", vulnerable=False, handler=_calculator, point=_POINT),
    Example(name="plain reflection", vulnerable=False, handler=_reflecting, point=_POINT),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """Two payloads for three quotings each; where the point reacts, every single form."""
    for text, forms in _polyglots(probe):
        products = [_product(probe.rng) for _ in forms]
        payload = text
        for number, (expression, _) in enumerate(products, start=1):
            payload = payload.replace(f"@{number}", expression)
        exchange = await probe.send(point, payload)
        for form, (_, result) in zip(forms, products, strict=True):
            if not blocked(exchange) and appears(exchange, result, payload):
                step = Step("Detection", exchange, (result,))
                return [Candidate(check=INFO.id, point=point, data=asdict(form), steps=(step,))]
    return await _each(probe, point) if probe.full else []


async def _each(probe: Probe, point: Point) -> list[Candidate]:
    walls = 0
    for form in _THOROUGH:
        expression, result = _product(probe.rng)
        payload = form.render(point.value, expression)
        exchange = await probe.send(point, payload)
        if blocked(exchange):
            walls += 1
            if walls == WALLS:
                break
        elif appears(exchange, result, payload):
            step = Step("Detection", exchange, (result,))
            return [Candidate(check=INFO.id, point=point, data=asdict(form), steps=(step,))]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """A fresh product, a word turned around by one language, and that function jumbled as a control."""
    point = candidate.point
    if point is None:
        return None
    form = replace(Form(**candidate.data), languages=tuple(candidate.data["languages"]))
    expression, result = _product(probe.rng)
    calculated = await _ask(probe, point, form, expression, result)
    if calculated is None:
        return None
    for language in (LANGUAGES[name] for name in form.languages):
        word = probe.rng.word(14)
        turned = await _ask(probe, point, form, language.reverse.replace("@w", word), word[::-1])
        if turned:
            break
    else:
        return None
    word = probe.rng.word(14)
    payload = form.render(point.value, language.jumbled.replace("@w", word))
    exchange = await probe.send(point, payload, fresh=True)
    if blocked(exchange) or appears(exchange, word[::-1], payload):
        return None
    note = f"The same with a jumbled function: {word[::-1]} must not appear."
    control = Step("Control", exchange, note=note, control=True, request_marks=(word,))
    detail = f"The value of {point.name} is run as {language.name} code."
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=(calculated, turned, control))


async def _ask(probe: Probe, point: Point, form: Form, expression: str, result: str) -> Step | None:
    """The step in which the answer holds what running the expression gives, else None."""
    payload = form.render(point.value, expression)
    exchange = await probe.send(point, payload, fresh=True)
    if not exchange.usable or not appears(exchange, result, payload):
        return None
    note = f"The answer holds {result}, which only running `{expression}` gives."
    return Step("Code that computes", exchange, (result,), note)
