import pytest

from vedette.range.sinks.shell_arithmetic import ShellArithmeticError, compute


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 0),
        (" 1 + 2 * 3 ", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("1 << 3 | 1", 9),
        ("6 & 3 ^ 1", 3),
        ("1 < 2 == 1", 1),
        ("!5 + !0", 1),
        ("~0", -1),
        ("- - 5", 5),
        ("1 ? 2 : 3", 2),
        ("0 ? 2 : 0 ? 3 : 4", 4),
        ("0x1f + 010", 39),
        ("x", 5),
        ("x * y", 0),
        ("9223372036854775807 + 1", -(2**63)),
        ("1 || 1 / 0", 1),
        ("0 && 1 / 0", 0),
        ("1 ? 7 : 1 / 0", 7),
    ],
)
def test_values(text, value):
    assert compute(text, {"x": "5", "y": ""}) == value


def test_assignments_change_the_variables():
    variables = {"x": "5"}
    assert compute("y = x += 2", variables) == 7
    assert compute("0 && (z = 1)", variables) == 0
    assert variables == {"x": "7", "y": "7"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 +", 'arithmetic expression: expecting primary: "1 +"'),
        ("1 2", 'arithmetic expression: expecting EOF: "1 2"'),
        ("(1", "arithmetic expression: expecting ')': \"(1\""),
        ("1 / 0", 'arithmetic expression: division by zero: "1 / 0"'),
        ("1 ? 2", "arithmetic expression: expecting ':': \"1 ? 2\""),
        ("08", 'arithmetic expression: expecting EOF: "08"'),
        ("word", "Illegal number: many words"),
    ],
)
def test_errors(text, message):
    with pytest.raises(ShellArithmeticError) as caught:
        compute(text, {"word": "many words"})
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["(" * 500, "x=" * 500 + "1"])
def test_depth_is_bounded(text):
    with pytest.raises(ShellArithmeticError):
        compute(text, {})
