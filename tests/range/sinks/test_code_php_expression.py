import pytest

from vedette.range.sinks.code_php_expression import compile_expression
from vedette.range.sinks.code_php_lexer import ParseError
from vedette.range.sinks.code_php_run import Run
from vedette.range.sinks.code_php_values import PhpError


def value(code, **variables):
    return compile_expression(code)(Run(variables, lambda _seconds: None, {}))


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("1 + 2 . 3 + 4", "37"),
        ("1 << 1 . 1", "21"),
        ("!1 == 2", False),
        ("-2 ** 2", -4),
        ("2 ** 3 ** 2", 512),
        ("null ?? 0 ?: 5", 5),
        ("1 ? 2 : (3 ? 4 : 5)", 2),
        ("true or die()", True),
        ("(int) '5x' . 'y'", "5y"),
        ("$a = $b = 4", 4),
        ("!$a = 0", True),
        ("[1, 'k' => [2, 3]]['k'][1]", 3),
        ("array('a' => 1, 2)", {"a": 1, 0: 2}),
        ("${'a' . 'b'}", None),
        ("isset($x[0])", False),
        ("empty([])", True),
        ("'abc'[1]", "b"),
    ],
)
def test_binding_and_values(code, wanted):
    assert value(code) == wanted


def test_places():
    variables = {"a": {0: 1}}
    run = Run(variables, lambda _seconds: None, {})
    compile_expression("$a['n']['m'] = $a[0]++ + 5")(run)
    assert variables == {"a": {0: 2, "n": {"m": 6}}}


@pytest.mark.parametrize("code", ["", "1 +", "(1", "f(1 2)", "$", "1 2", "[1 2]", "1 = 2", "++1"])
def test_what_cannot_be_read(code):
    with pytest.raises(ParseError):
        compile_expression(code)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("new Thing()", 'Class "Thing" not found'),
        ("Thing::make()", 'Class "Thing" not found'),
        ("$x->y()", r"Call to a member function y\(\) on null"),
        ("NAMELESS", 'Undefined constant "NAMELESS"'),
        ("nothing()", r"Call to undefined function nothing\(\)"),
    ],
)
def test_what_is_not_there(code, message):
    with pytest.raises(PhpError, match=message):
        value(code)
