import operator

import pytest

from vedette.range.sinks.bounds import COMPARISONS, OPERATORS, BoundsError, check_format, check_length

PLAIN = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}


@pytest.mark.parametrize("sign", PLAIN)
@pytest.mark.parametrize(("left", "right"), [(7, 3), (-7, 3), (2.5, 2), (1, 10)])
def test_small_numbers_compute_as_python_does(sign, left, right):
    assert OPERATORS[sign](left, right) == PLAIN[sign](left, right)


@pytest.mark.parametrize(
    ("sign", "left", "right"),
    [
        ("*", "a", 10**9),
        ("*", 10**9, [1]),
        ("**", 9, 10**9),
        ("<<", 1, 10**9),
        ("+", "a" * 150_000, "a" * 150_000),
        ("%", "%99999d", 1),
        ("%", b"%*d", 1),
    ],
)
def test_large_results_are_refused(sign, left, right):
    with pytest.raises(BoundsError):
        OPERATORS[sign](left, right)


def test_large_factors_are_refused():
    with pytest.raises(BoundsError):
        OPERATORS["*"](2**40_000, 2**40_000)


def test_the_rest_is_python():
    assert OPERATORS["%"]("%s-%03d", ("a", 5)) == "a-005"
    assert OPERATORS["*"]("ab", 2) == "abab"
    assert COMPARISONS["not in"](1, [2])
    with pytest.raises(TypeError):
        OPERATORS["+"]("a", 1)
    check_length(10)
    check_format(">10.2f")
    with pytest.raises(BoundsError):
        check_length(11, 10)
