import pytest

from vedette.range.sinks.code_php_lexer import ParseError, shown, tokens_of
from vedette.range.sinks.tokens import Token


def kinds(code):
    return [(token.kind, token.text) for token in tokens_of(code)[:-1]]


def test_tokens():
    assert kinds("$a .= 'b' . \"c\"; // x\nEcho 1.5e3, 0x1F, 017;") == [
        ("variable", "$a"),
        ("sign", ".="),
        ("single", "'b'"),
        ("sign", "."),
        ("double", '"c"'),
        ("sign", ";"),
        ("keyword", "Echo"),
        ("float", "1.5e3"),
        ("sign", ","),
        ("integer", "0x1F"),
        ("sign", ","),
        ("integer", "017"),
        ("sign", ";"),
    ]
    assert kinds("(int)$a <=> /* c */ \\f()")[0] == ("cast", "(int)")
    assert kinds("# c ?>x<?php y") == [("inline", "?>x<?php "), ("name", "y")]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1)", "Unmatched ')'"),
        ("{(1)", "Unclosed '{'"),
        ("(1]", "Unclosed '(' does not match ']'"),
    ],
)
def test_brackets_that_do_not_pair_end_the_list_with_a_message(code, message):
    assert tokens_of(code)[-1].kind == "bad"
    assert tokens_of(code)[-1].text == message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("'a", 'unexpected string content "a"'),
        ('"a', "unexpected end of file"),
        ("1 /* x", "Unterminated comment starting line 1"),
        ("a \x01", "unexpected character 0x01"),
        ("(" * 100, "memory exhausted"),
    ],
)
def test_what_is_no_token(code, message):
    with pytest.raises(ParseError, match=message):
        tokens_of(code)


@pytest.mark.parametrize(
    ("token", "text"),
    [
        (Token("variable", "$a", 0), 'variable "$a"'),
        (Token("single", "'a'", 0), 'single-quoted string "a"'),
        (Token("double", '"a$b"', 0), "double-quote mark"),
        (Token("name", "a\\b", 0), 'qualified name "a\\b"'),
        (Token("sign", ";", 0), 'token ";"'),
        (Token("end", "", 0), "end of file"),
    ],
)
def test_names_in_messages(token, text):
    assert shown(token) == text
