import pytest

from vedette.range.sinks.shell_expr import ExprError, evaluate_expr


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("( 1 + 2 ) * 3", "9"),
        ("-7 / 2", "-3"),
        ("-7 % 2", "-1"),
        ("2 < 10", "1"),
        ("b < a", "0"),
        ("a = a", "1"),
        ("0 | x", "x"),
        ("1 & 0", "0"),
        ("abc : a.", "2"),
        (r"abc : a\(.\)", "b"),
        (r"abc : x\(.\)", ""),
        ("length abc", "3"),
        ("index abcb b", "2"),
        ("substr abcd 2 2", "bc"),
        ("substr abcd 0 2", ""),
    ],
)
def test_values(words, value):
    assert evaluate_expr(words.split()) == value


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "missing operand"),
        ("1 +", "syntax error: missing argument after '+'"),
        ("1 2", "syntax error: unexpected argument '2'"),
        ("( 1", "syntax error: expecting ')' after '1'"),
        ("( 1 2", "syntax error: expecting ')' instead of '2'"),
        (")", "syntax error: unexpected ')'"),
        ("a + 1", "non-integer argument"),
        ("1 / 0", "division by zero"),
        ("( " * 100, "memory exhausted"),
    ],
)
def test_errors(words, message):
    with pytest.raises(ExprError) as caught:
        evaluate_expr(words.split())
    assert str(caught.value).startswith(message)
