from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.engine.attack.script_context import script_context

DOUBLE, SINGLE, TEMPLATE = "script-string-double", "script-string-single", "script-string-template"
CODE, COMMENT = "script-code", "script-comment"


@pytest.mark.parametrize(
    ("script", "context"),
    [
        ("var a = @;", CODE),
        ('var a = "@";', DOUBLE),
        ("var a = '@';", SINGLE),
        ("var a = `@`;", TEMPLATE),
        ("var a = `x ${b} @`;", TEMPLATE),
        ("var a = `x ${ @ } y`;", CODE),
        ("var a = `x ${ '@' } y`;", SINGLE),
        ("var a = `x ${ f({b: 1}) + `in ${c} @` } y`;", TEMPLATE),
        ("var a = `x ${ {b: {}} } @`;", TEMPLATE),
        ("var a = `x` + @;", CODE),
        ("// a @\nb", COMMENT),
        ("// a\n@", CODE),
        ("/* a \n @ */", COMMENT),
        ("/* a */ @", CODE),
        ("<!-- a @\nb", COMMENT),
        ('var a = "it\'s @";', DOUBLE),
        ("var a = 'say \"@\"';", SINGLE),
        (r"var a = 'it\'s @';", SINGLE),
        (r"var a = 'x\\'; @", CODE),
        ("var a = 'http://x/@';", SINGLE),
        ("var a = /'/; '@'", SINGLE),
        ("var a = /[/']/g; @", CODE),
        ("if (x) return /\"/.test('@')", SINGLE),
        ("var a = b / c; '@' / 2", SINGLE),
        ("var a = (b) / '@' / 2", SINGLE),
        ("var a = `x` / '@' / 2", SINGLE),
        ("var a = 'unfinished\n@", CODE),
        ("var a = 'open @", SINGLE),
        ("var a = `open @", TEMPLATE),
        ("/* open @", COMMENT),
        ("@", CODE),
        ("f(@)", CODE),
        ("var o = {a: '@'}", SINGLE),
        ("}}} '@'", SINGLE),
    ],
)
def test_contexts(script: str, context: str) -> None:
    assert script_context(script.replace("@", "TOKEN"), script.index("@")) == context


@given(script=st.text(alphabet="ab'\"`${}/\\*\n ()=", max_size=40), offset=st.integers(0, 45))
@settings(max_examples=300, deadline=None)
def test_every_place_has_a_context(script: str, offset: int) -> None:
    assert script_context(script, offset) in {CODE, COMMENT, DOUBLE, SINGLE, TEMPLATE}
