import pytest

from vedette.range.sinks.code_php_expression import compile_expression
from vedette.range.sinks.code_php_lexer import ParseError
from vedette.range.sinks.code_php_run import Run
from vedette.range.sinks.code_php_text import double_quoted, single_quoted

VARIABLES = {"a": "A", "n": "a", "list": {0: "zero", "k": "kay"}}


def value(text):
    return double_quoted(text, compile_expression)(Run(dict(VARIABLES), lambda _seconds: None, {}))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", "plain"),
        (r"\n\t\\\$\"\e", '\n\t\\$"\x1b'),
        (r"\x41\101\u{e9}\q", "AAé\\q"),
        ("$a$a ${a} {$a}", "AA A A"),
        ("$list[0] $list[k] {$list['k']}", "zero kay kay"),
        ("$ { a } $1 {a}", "$ { a } $1 {a}"),
        ("${$n} {${'a'}}", "A A"),
        ("$a[0]", "A"),
        ('{$list["k"]}', "kay"),
        ("$missing|", "|"),
    ],
)
def test_double_quotes(text, wanted):
    assert value(text) == wanted


def test_single_quotes_know_two_escapes():
    assert single_quoted(r"\'\\|\n$a") == r"'\|\n$a"


@pytest.mark.parametrize("text", ["{$a", "${a", "{$a +}", r"\u{999999}"])
def test_what_cannot_be_read(text):
    with pytest.raises(ParseError):
        value(text)
