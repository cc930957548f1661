"""What tells an expression language from a template engine, from script code and from a calculator."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from vedette.contract.exchange import Request, Response
from vedette.engine import testkit
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Proof
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.template import expression

POINT = Point(Target(Request("GET", "http://s.example/p?topic=7"), "/p"), PointKind.QUERY, "topic", "7")


def site(*more: tuple[str, Callable[[re.Match[str]], str]]) -> Callable[[Request], Response]:
    """A page that evaluates `${…}` when it is a product or fits one of the patterns."""
    rules = ((r"(\d+)\*(\d+)", lambda match: str(int(match[1]) * int(match[2]))), *more)

    def evaluate(match: re.Match[str]) -> str:
        for pattern, value in rules:
            if found := re.fullmatch(pattern, match[1]):
                return value(found)
        raise ValueError(match[1])

    def handle(request: Request) -> Response:
        try:
            text = re.sub(r"\$\{(.*?)\}", evaluate, parse_qs(urlsplit(request.url).query)["topic"][0])
        except ValueError:
            return Response(500, (), b"fault")
        return Response(200, (("Content-Type", "text/html"),), text.encode())

    return handle


CONCAT = (r"'(\w+)'\.concat\('(\w+)'\)", lambda match: match[1] + match[2])
UPPER = (r"'(\w+)'\.toUpperCase\(\)", lambda match: match[1].upper())
BUILT_IN = (r"'(\w+)'\?upper_case", lambda match: match[1].upper())


async def prove(handler: Callable[[Request], Response]) -> list[Proof]:
    found = await expression.detect(testkit.TestProbe(handler, "detect", full=False, budget=1), POINT)
    proofs = [await expression.verify(testkit.TestProbe(handler, "verify"), candidate) for candidate in found]
    return [proof for proof in proofs if proof]


async def test_one_method_of_strings_is_enough() -> None:
    (joined,) = await prove(site(CONCAT))
    (raised,) = await prove(site(UPPER))
    assert joined.level == raised.level == "confirmed"
    assert [step.control for step in joined.steps] == [False, False, True]


async def test_a_calculator_is_none() -> None:
    assert await prove(site()) == []


async def test_a_template_engine_is_left_to_its_own_check() -> None:
    assert await prove(site(CONCAT, BUILT_IN)) == []


def java_hash(text: str) -> int:
    code = sum(ord(char) * 31**place for place, char in enumerate(reversed(text))) % 2**32
    return code - 2**32 if code >= 2**31 else code


def test_the_hash_is_that_of_java() -> None:
    # "hello".hashCode() is 99162322, "polygenelubricants" has the least of all.
    assert java_hash("hello") == 99162322
    assert java_hash("polygenelubricants") == -(2**31)
    for seed in range(20):
        question = expression._hash(Rng(seed, "unit"))
        assert question.expected == str(java_hash(question.mark))


def test_what_is_expected_is_never_in_the_payload() -> None:
    for form in (*expression._DELIMITED, *expression._THOROUGH):
        for make in (expression._product, expression._concat, expression._substring, expression._upper):
            payload, expected = expression._payload(form, "7", "left", make(Rng(1, "unit")), "right")
            assert expected not in payload
