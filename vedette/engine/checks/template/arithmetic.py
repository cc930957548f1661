"""A value becomes part of a template, and the template engine evaluates it.

What it looks for
Values that come back evaluated: expressions in the delimiters of Jinja2, Twig, Tornado, ERB, EJS, FreeMarker, Mako,
Pug, Slim, Smarty, Latte, Razor, Velocity, Thymeleaf, Liquid, Django, Go templates and Handlebars, also when they first
have to leave an expression that the value already stands in.

Why it matters
Most template engines can call into their language. Who writes a template runs code on the server and reads its
secrets.

How it is confirmed
An expression multiplies two random numbers between two random words; only an evaluated expression has the product
there. Then the engine has to show itself by something a calculator cannot do: repeat a word, or turn it to upper case
with its own filter or method. The same characters with the delimiters turned around must stay without effect.

How to fix it
Keep templates in files and pass values as data: Flask `render_template("hello.html", name=name)` instead of
`render_template_string("Hello " + name)`; Twig `$twig->render("hello.html", ["name" => $name])`; ERB, Mako,
FreeMarker, Velocity and Thymeleaf likewise through their model or context. Never build a view's name or a template's
text from a request. Where users really must write templates, take an engine without code (Mustache, Liquid), in a
sandbox.

When it may be wrong
Only where users are meant to write templates; then the question is how well the engine's sandbox holds.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.compare import appears, blocked
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.template.engines import DELIMITERS, Delimiters, Signal

INFO = CheckInfo(
    id="template-injection-arithmetic",
    flaw="template-injection",
    title="Server-side template injection",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.CRITICAL,
    proof=ProofLevel.CONFIRMED,
    cwe=(1336, 94),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://portswigger.net/research/server-side-template-injection",
        "https://cwe.mitre.org/data/definitions/1336.html",
    ),
    tags=("injection", "template"),
    cost=2,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("error:template", "odd", "failed"),
    profiles=("safe", "normal", "full"),
)

_BY_NAME = {item.name: item for item in DELIMITERS}
_GROUPS = (("curly", "erb", "hash"), ("dollar", "smarty", "razor", "velocity"))
"""Delimiters that do not disturb each other: an engine that knows one of a group takes the rest for text."""

WALLS = 2


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of delimiters by name, with what leaves the surrounding expression and what enters it again."""

    name: str
    before: str = ""
    after: str = ""

    @property
    def delimiters(self) -> Delimiters:
        """The delimiters of that name."""
        return _BY_NAME[self.name]


_BREAK_OUTS = (
    Form("curly", "}}"),
    Form("curly", "'}}", "{{'"),
    Form("curly", '"}}', '{{"'),
    Form("curly", "%}", "{%if 1"),
    Form("dollar", "}"),
    Form("dollar", "'}", "${'"),
    Form("dollar", '"}', '${"'),
    Form("erb", "%>", "<%="),
    Form("erb", "'%>", "<%='"),
    Form("erb", '"%>', '<%="'),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A payload without the value before it, what its evaluation must print, and a word of it to mark."""

    text: str
    expected: tuple[str, ...]
    mark: str


def _multiply(delimiters: Delimiters, rng: Rng, turned: bool = False) -> Question:
    a, b, left, right = rng.integer(12345, 98765), rng.integer(12345, 98765), rng.word(6), rng.word(6)
    expression = delimiters.product.replace("@a", str(a)).replace("@b", str(b))
    # FreeMarker and the Java engines group digits as the server's locale demands.
    spellings = (f"{a * b}", *(f"{a * b:,}".replace(",", sign) for sign in (",", ".", "\xa0", "\u202f")))
    text = f"{left}{_wrapped(delimiters, expression, turned)}{delimiters.tail}{right}"
    return Question(text, tuple(f"{left}{item}{delimiters.tail}{right}" for item in spellings), left)


def _signal(delimiters: Delimiters, signal: Signal, rng: Rng, turned: bool = False) -> Question:
    word, number, left, right = rng.word(rng.integer(9, 30)), rng.integer(10**8, 10**9), rng.word(6), rng.word(6)
    expression = signal.expression.replace("@w", word).replace("@n", str(number))
    text = f"{left}{_wrapped(delimiters, expression, turned)}{delimiters.tail}{right}"
    return Question(text, (f"{left}{signal.expects(word, number)}{delimiters.tail}{right}",), left)


def _wrapped(delimiters: Delimiters, expression: str, turned: bool) -> str:
    head, _, tail = delimiters.wrap.partition("@e")
    return f"{tail}{expression}{head}" if turned else f"{head}{expression}{tail}"


def _shown(exchange: Exchange, question: Question, payload: str) -> str:
    """The expected text that stands in the answer; empty when none does."""
    return next((text for text in question.expected if appears(exchange, text, payload)), "")


_EXPRESSION = re.compile(r"\{\{(.*?)\}\}")
_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {ast.Add: operator.add, ast.Mult: operator.mul}


def _evaluated(expression: str, words: bool) -> str:
    """A tiny engine: sums and products of integers and, with `words`, strings with `*` and the filter `upper`."""

    def value(node: ast.expr) -> int | str:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, str) if words else int):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](value(node.left), value(node.right))  # type: ignore[arg-type]
        raise ValueError(expression)

    text, _, name = expression.partition("|")
    result = str(value(ast.parse(text.strip(), mode="eval").body))
    return result.upper() if name.strip() == "upper" and words else result


def _site(
    before: str = "<p>Hello ", after: str = "</p>", words: bool = True, pattern: re.Pattern[str] = _EXPRESSION
) -> Handler:
    """A page whose text, the value of `name` included, is a template; a fault of syntax gives an error page."""

    def handle(request: Request) -> Response:
        name = parse_qs(urlsplit(request.url).query).get("name", [""])[0]
        try:
            text = pattern.sub(lambda match: _evaluated(match[1], words), before + name + after)
        except (ValueError, SyntaxError, TypeError):
            return Response(500, (("Content-Type", "text/html"),), b"<h1>Server error</h1>")
        return Response(200, (("Content-Type", "text/html"),), text.encode())

    return handle


def _reflecting(request: Request) -> Response:
    name = parse_qs(urlsplit(request.url).query).get("name", [""])[0]
    return Response(200, (("Content-Type", "text/html"),), f"<p ng-app>Hello {name}, {name}</p>".encode())


_POINT = Point(Target(Request("GET", "http://shop.example/hi?name=Ann"), "/hi"), PointKind.QUERY, "name", "Ann")

EXAMPLES = (
    Example(name="value joined to a template", vulnerable=True, handler=_site(), point=_POINT),
    Example(name="dollar delimiters", vulnerable=True, handler=_site(pattern=re.compile(r"\$\{(.*?)\}")), point=_POINT),
    Example(name="value within an expression", vulnerable=True, handler=_site("Hello {{'", "'}}"), point=_POINT),
    Example(name="a calculator in curly brackets", vulnerable=False, handler=_site(words=False), point=_POINT),
    Example(name="evaluated by the browser, not by the server", vulnerable=False, handler=_reflecting, point=_POINT),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """Several delimiters in each of two payloads; where the point reacts, each by itself and out of expressions."""
    for names in _GROUPS:
        questions = [(Form(name), _multiply(_BY_NAME[name], probe.rng)) for name in names]
        payload = point.value + " ".join(question.text for _, question in questions)
        exchange = await probe.send(point, payload)
        for form, question in questions:
            if not blocked(exchange) and (seen := _shown(exchange, question, payload)):
                return [_candidate(point, form, exchange, seen)]
    return await _each(probe, point) if probe.full else []


async def _each(probe: Probe, point: Point) -> list[Candidate]:
    walls = 0
    for form in (*(Form(item.name) for item in DELIMITERS), *_BREAK_OUTS):
        question = _opening(form.delimiters, probe.rng)
        payload = point.value + form.before + question.text + form.after
        exchange = await probe.send(point, payload)
        if blocked(exchange):
            walls += 1
            if walls == WALLS:
                break
        elif seen := _shown(exchange, question, payload):
            return [_candidate(point, form, exchange, seen)]
    return []


def _opening(delimiters: Delimiters, rng: Rng, turned: bool = False) -> Question:
    """The first thing to ask: a product where there is arithmetic, else the first signal."""
    if delimiters.product:
        return _multiply(delimiters, rng, turned)
    return _signal(delimiters, delimiters.signals[0], rng, turned)


def _candidate(point: Point, form: Form, exchange: Exchange, seen: str) -> Candidate:
    return Candidate(check=INFO.id, point=point, data=asdict(form), steps=(Step("Detection", exchange, (seen,)),))


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """A fresh product, a signal of an engine, and the turned delimiters as a control."""
    point = candidate.point
    if point is None:
        return None
    form = Form(**candidate.data)
    delimiters = form.delimiters

    async def ask(question: Question) -> tuple[Exchange, str]:
        payload = point.value + form.before + question.text + form.after
        exchange = await probe.send(point, payload, fresh=True)
        return exchange, _shown(exchange, question, payload) if exchange.usable else ""

    opening = _opening(delimiters, probe.rng)
    exchange, seen = await ask(opening)
    if not seen:
        return None
    note = f"The answer holds {seen}, which only evaluating the expression gives."
    steps = [Step("An expression that calculates", exchange, (seen,), note, request_marks=(opening.mark,))]
    for signal in delimiters.signals:
        question = _signal(delimiters, signal, probe.rng)
        exchange, seen = await ask(question)
        if seen:
            break
    else:
        return None
    note = f"{signal.engine} evaluates `{signal.expression}`; a calculator does not."
    steps.append(Step("What only the engine can do", exchange, (seen,), note, request_marks=(question.mark,)))
    control = _opening(delimiters, probe.rng, turned=True)
    exchange, seen = await ask(control)
    if blocked(exchange) or seen:
        return None
    note = "The same with the delimiters turned around: no result may appear."
    steps.append(Step("Control", exchange, note=note, control=True, request_marks=(control.mark,)))
    detail = f"The value of {point.name} is evaluated as part of a template ({signal.engine})."
    severity = Severity.HIGH.value if delimiters.tame else ""
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=tuple(steps), severity=severity)
