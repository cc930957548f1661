import pytest

from vedette.range.sinks.code_php_lexer import ParseError
from vedette.range.sinks.code_php_nodes import (
    array_of,
    binary,
    in_sequence,
    jumping,
    loop,
    number_of,
    prefixed,
    stepped,
)
from vedette.range.sinks.code_php_run import Jump, Run, Variable
from vedette.range.sinks.code_php_values import PhpError
from vedette.range.sinks.tokens import Token


def run():
    return Run({}, lambda _seconds: None, {})


def constant(value):
    return lambda _run: value


@pytest.mark.parametrize(
    ("sign", "left", "right", "value"),
    [
        ("||", 0, "a", True),
        ("xor", 1, 1, False),
        ("??", None, 2, 2),
        (".", 1, 2, "12"),
        ("<=>", 1, 2, -1),
        ("&", 6, 3, 2),
    ],
)
def test_operators(sign, left, right, value):
    assert binary(sign, constant(left), constant(right))(run()) == value


def test_the_right_side_runs_only_when_it_matters():
    def fail(_run):
        raise AssertionError

    assert binary("or", constant(True), fail)(run()) is True
    assert binary("and", constant(False), fail)(run()) is False
    assert binary("??", constant(0), fail)(run()) == 0


def test_signs_before():
    assert [prefixed(sign, constant(5))(run()) for sign in ("-", "!", "~", "@")] == [-5, False, -6, 5]


def test_steps_and_null():
    place = Variable(constant("n"))
    state = run()
    assert stepped((place, -1), before=True)(state) is None
    assert stepped((place, 1), before=False)(state) is None
    assert stepped((place, 1), before=True)(state) == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [("1_000", 1000), ("0b11", 3), ("017", 15), ("9223372036854775808", 2.0**63), ("9" * 500, float("inf"))],
)
def test_whole_numbers(text, value):
    assert number_of(Token("integer", text, 0)) == value


def test_wrong_octals_are_refused():
    with pytest.raises(ParseError, match="Invalid numeric literal"):
        number_of(Token("integer", "08", 0))


def test_arrays_count_on_from_the_largest_key():
    pairs = [(None, constant("a")), (constant(5), constant("b")), (None, constant("c")), (constant("5"), constant("d"))]
    assert array_of(pairs, run()) == {0: "a", 5: "d", 6: "c"}


def test_loops_stop_at_a_break_and_at_the_limit():
    seen = []
    body = in_sequence([lambda _run: seen.append(1), jumping("break")])
    loop([], [], [], body)(run())
    assert seen == [1]
    with pytest.raises(Jump):
        loop([], [], [], jumping("return"))(run())
    with pytest.raises(PhpError, match="Maximum execution time"):
        loop([], [constant(True)], [], constant(None))(run())
