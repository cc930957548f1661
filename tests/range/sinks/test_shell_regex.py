import re

import pytest

from vedette.range.sinks.shell_regex import basic, extended


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"a\(b\)\{2\}", "abb", "ab"),
        ("a+", "a+", "aa"),
        (r"a\+", "aa", "b"),
        (r"a\|b", "b", "c"),
        ("*a", "*a", "ba"),
        ("[[:digit:]]x", "5x", "ax"),
        ("[^[:space:]]", "a", " "),
        ("[]a]", "]", "b"),
        ("[a-c]*", "abc", "d"),
        (r"a\.b", "a.b", "axb"),
        ("(a)", "(a)", "a"),
        ("a[", "a[", "a"),
    ],
)
def test_basic(pattern, yes, no):
    try:
        compiled = re.compile(basic(pattern))
    except re.error:
        assert pattern == "a["
        return
    assert compiled.fullmatch(yes)
    assert not compiled.fullmatch(no)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"), [("(a|b)+", "abab", "c"), (r"\(a\)", "(a)", "a"), ("a{2}", "aa", "a")]
)
def test_extended(pattern, yes, no):
    assert re.fullmatch(extended(pattern), yes)
    assert not re.fullmatch(extended(pattern), no)
