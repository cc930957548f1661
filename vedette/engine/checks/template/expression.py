"""A value is evaluated by an expression language, such as that of Java server pages, Spring or Struts.

What it looks for
Values that come back evaluated: `${…}`, `#{…}`, `%{…}`, `*{…}` and bare expressions, as the unified expression
language, SpEL, OGNL, MVEL, Groovy and JavaScript template strings understand them, also out of a string within one.

Why it matters
Expression languages reach the classes of their runtime. Who writes an expression runs code on the server; several of
the worst breaches of Java applications began this way.

How it is confirmed
An expression multiplies two random numbers between two random words. Then a method of a string has to answer, which a
calculator does not know (a template engine that answers in its own way is left to the check of templates): two random
words joined by `.concat`, a word cut by `.substring` or put in upper case; of a
bare expression the `.hashCode` that only Java gives. The same characters with the delimiters turned around must stay
without effect.

How to fix it
Never evaluate text from a request. In Spring do not build view names, `@Value` texts or messages of constraint
violations from input; where a user must give an expression, evaluate it in `SimpleEvaluationContext` and not in
`StandardEvaluationContext`. Struts: update, and never put a value into an attribute that is evaluated (`%{…}`).
JSF and JSP: bind values to beans instead of joining them to an expression. Node: no template strings through `eval`.

When it may be wrong
Only where users are meant to write expressions, such as formulas with methods of strings in a report designer.
"""

from __future__ import annotations

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
from vedette.engine.checks.template.engines import DELIMITERS

INFO = CheckInfo(
    id="template-expression-injection",
    flaw="template-injection",
    title="Expression language injection",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.CRITICAL,
    proof=ProofLevel.CONFIRMED,
    cwe=(917, 94),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://owasp.org/www-community/vulnerabilities/Expression_Language_Injection",
        "https://cwe.mitre.org/data/definitions/917.html",
    ),
    tags=("injection", "template", "java"),
    cost=1,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("error:template", "error:code", "odd", "failed"),
    profiles=("safe", "normal", "full"),
)

WALLS = 2
_SHARED = ("dollar", "hash")
"""Delimiters of `DELIMITERS` that template engines and expression languages have in common."""


@dataclass(frozen=True, slots=True)
class Form:
    """`wrap` holds the expression at `@e`; `joined` forms stand within a string: what precedes and follows is text."""

    wrap: str
    joined: bool = False


_DELIMITED = (Form("${@e}"), Form("#{@e}"), Form("%{@e}"))
_THOROUGH = (
    *_DELIMITED,
    Form("*{@e}"),
    Form("$%7B@e%7D"),
    Form("__${@e}__::"),
    Form("@e", joined=True),
    Form("'+(@e)+'", joined=True),
    Form('"+(@e)+"', joined=True),
    Form("}${@e}"),
    Form("'}${@e}${'"),
    Form('"}${@e}${"'),
)


@dataclass(frozen=True, slots=True)
class Question:
    """An expression, what it evaluates to, and a word to mark in the request."""

    expression: str
    expected: str
    mark: str


def _product(rng: Rng) -> Question:
    a, b = rng.integer(123456, 987654), rng.integer(123456, 987654)
    return Question(f"{a}*{b}", str(a * b), str(a))


def _concat(rng: Rng) -> Question:
    left, right = rng.word(), rng.word()
    return Question(f"'{left}'.concat('{right}')", left + right, left)


def _substring(rng: Rng) -> Question:
    word, start = rng.word(20), rng.integer(3, 6)
    # The joined word brings a result that is no part of what was sent.
    left = rng.word(6)
    expression = f"'{word}'.substring({start}).concat('{left}')"
    return Question(expression, word[start:] + left, left)


def _upper(rng: Rng) -> Question:
    word = rng.word(12)
    return Question(f"'{word}'.toUpperCase()", word.upper(), word)


def _hash(rng: Rng) -> Question:
    word, code = rng.word(12), 0
    for char in word:
        code = (code * 31 + ord(char)) % 2**32
    return Question(f"'{word}'.hashCode()", str(code - 2**32 if code >= 2**31 else code), word)


def _payload(form: Form, value: str, left: str, question: Question, right: str) -> tuple[str, str]:
    """The payload and what must come back for it."""
    if form.joined:
        # A bare expression is the whole value; one within a string continues what stands there.
        start = "" if form.wrap == "@e" else value
        return start + form.wrap.replace("@e", question.expression), question.expected
    return f"{value}{left}{form.wrap.replace('@e', question.expression)}{right}", f"{left}{question.expected}{right}"


_CALL = re.compile(r"\.(concat|substring|hashCode)\(([^()]*)\)")


def _evaluated(expression: str, methods: bool) -> str:
    """A tiny expression language: a product of integers or, with `methods`, a string with two methods."""
    product = re.fullmatch(r"(\d+)(?:\*(\d+))?", expression)
    if product:
        return str(int(product[1]) * int(product[2] or 1))
    start = re.match(r"'(\w*)'", expression)
    if not start or not methods:
        raise ValueError(expression)
    text, rest = start[1], expression[start.end() :]
    while call := _CALL.match(rest):
        rest = rest[call.end() :]
        if call[1] == "hashCode":
            text = str(sum(ord(char) * 31**place for place, char in enumerate(reversed(text))) % 2**32)
            text = str(int(text) - 2**32 * (int(text) >= 2**31))
        else:
            text = text + call[2].strip("'") if call[1] == "concat" else text[int(call[2]) :]
    if rest:
        raise ValueError(expression)
    return text


def _site(signs: str, methods: bool = True) -> Handler:
    """A page that shows `topic` with expressions behind these signs evaluated; without signs all of it is one."""
    pattern = re.compile(rf"[{signs}]\{{(.*?)\}}" if signs else r"(.+)")

    def evaluate(match: re.Match[str]) -> str:
        return _evaluated(match[1], methods)

    def handle(request: Request) -> Response:
        topic = parse_qs(urlsplit(request.url).query).get("topic", [""])[0]
        try:
            text = pattern.sub(evaluate, topic)
        except ValueError:
            return Response(500, (("Content-Type", "text/html"),), b"<h1>Could not evaluate the expression</h1>")
        return Response(200, (("Content-Type", "text/html"),), f"<h1>Help: {text}</h1>".encode())

    return handle


def _reflecting(request: Request) -> Response:
    topic = parse_qs(urlsplit(request.url).query).get("topic", [""])[0]
    return Response(200, (("Content-Type", "text/html"),), f"<h1>Help: {topic}</h1>".encode())


_POINT = Point(Target(Request("GET", "http://shop.example/help?topic=7"), "/help"), PointKind.QUERY, "topic", "7")

EXAMPLES = (
    Example(name="dollar and hash", vulnerable=True, handler=_site("$#"), point=_POINT),
    Example(name="percent", vulnerable=True, handler=_site("%"), point=_POINT),
    Example(name="the whole value is an expression", vulnerable=True, handler=_site(""), point=_POINT),
    Example(name="a calculator", vulnerable=False, handler=_site("$#", methods=False), point=_POINT),
    Example(name="plain reflection", vulnerable=False, handler=_reflecting, point=_POINT),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """The three usual delimiters in one payload; where the point reacts, each form by itself."""
    marks = [(form, _product(probe.rng), probe.rng.word(6), probe.rng.word(6)) for form in _DELIMITED]
    pieces = [_payload(form, "", left, question, right) for form, question, left, right in marks]
    payload = point.value + " ".join(text for text, _ in pieces)
    exchange = await probe.send(point, payload)
    for (form, *_), (_, expected) in zip(marks, pieces, strict=True):
        if not blocked(exchange) and appears(exchange, expected, payload):
            return [_candidate(point, form, exchange, expected)]
    return await _each(probe, point) if probe.full else []


async def _each(probe: Probe, point: Point) -> list[Candidate]:
    walls = 0
    for form in _THOROUGH:
        payload, expected = _payload(form, point.value, probe.rng.word(6), _product(probe.rng), probe.rng.word(6))
        exchange = await probe.send(point, payload)
        if blocked(exchange):
            walls += 1
            if walls == WALLS:
                break
        elif appears(exchange, expected, payload):
            return [_candidate(point, form, exchange, expected)]
    return []


def _candidate(point: Point, form: Form, exchange: Exchange, seen: str) -> Candidate:
    return Candidate(check=INFO.id, point=point, data=asdict(form), steps=(Step("Detection", exchange, (seen,)),))


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """A product, a method of a string, and the turned delimiters as a control."""
    point = candidate.point
    if point is None:
        return None
    form = Form(**candidate.data)
    calculated = await _ask(probe, point, form, "An expression that calculates", _product)
    if calculated is None:
        return None
    if await _is_template(probe, point, form):
        return None
    # JavaScript code would also join and cut; a bare expression must show that it is none.
    for make in (_hash,) if form.joined else (_concat, _substring, _upper):
        called = await _ask(probe, point, form, "A method that a calculator does not know", make)
        if called:
            break
    else:
        return None
    control = await _control(probe, point, form)
    if control is None:
        return None
    detail = f"The value of {point.name} is evaluated as an expression that can call methods."
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=(calculated, called, control))


async def _is_template(probe: Probe, point: Point, form: Form) -> bool:
    """Whether a template engine answers in its own way: then the flaw is the template check's to report."""
    for delimiters in DELIMITERS:
        for signal in delimiters.signals if delimiters.wrap in form.wrap and delimiters.name in _SHARED else ():
            word = probe.rng.word(12)
            question = Question(signal.expression.replace("@w", word), signal.expects(word, 0), word)
            payload, expected = _payload(form, point.value, probe.rng.word(6), question, probe.rng.word(6))
            if appears(await probe.send(point, payload, fresh=True), expected, payload):
                return True
    return False


async def _ask(probe: Probe, point: Point, form: Form, label: str, make: Callable[[Rng], Question]) -> Step | None:
    """The step in which the answer holds what the expression evaluates to, else None."""
    question = make(probe.rng)
    payload, expected = _payload(form, point.value, probe.rng.word(6), question, probe.rng.word(6))
    exchange = await probe.send(point, payload, fresh=True)
    if not exchange.usable or not appears(exchange, expected, payload):
        return None
    note = f"The answer holds {expected}, which only evaluating `{question.expression}` gives."
    return Step(label, exchange, (expected,), note, request_marks=(question.mark,))


async def _control(probe: Probe, point: Point, form: Form) -> Step | None:
    """The same characters with delimiters and method turned around; None when they are evaluated all the same."""
    question = _concat(probe.rng)
    head, _, tail = form.wrap.partition("@e")
    turned = Question(question.expression.replace(".concat", ".tacnoc"), question.expected, question.mark)
    swapped = Form(f"{tail}@e{head}", form.joined)
    payload, expected = _payload(swapped, point.value, probe.rng.word(6), turned, probe.rng.word(6))
    exchange = await probe.send(point, payload, fresh=True)
    if blocked(exchange) or appears(exchange, expected, payload):
        return None
    note = "The same, turned around: no result may appear."
    return Step("Control", exchange, note=note, control=True, request_marks=(question.mark,))
