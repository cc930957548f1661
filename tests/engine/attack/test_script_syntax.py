"""Scripts that could run, and those that a clumsy break-out has ruined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.engine.attack.script_syntax import well_formed

SOUND = [
    "",
    "a();",
    "var q = 'it\\'s';",
    'var q = "</b>";',
    "go(''-t()-'', 2)",
    "if (a) { b[1] = {c: 'd'}; }",
    "for (var i = 0; i < 3; i++) { a(i); }",
    "for(;;){}",
    "var t = `a ${b({c: `d ${e}`})} f`;",
    "var t = `a $ {b}`;",
    "var r = /[/'\"`(]+/g; b('x');",
    "return /'/.test(a);",
    "a = b / c / d;",
    "a = (b) / 2; c = '/';",
    "// it's\na()",
    "/* it's ( */ a()",
    "<!-- old\na()",
    "var q = '\\\\'-t()//';",
    "x => { return [1, 2].map(y => y + 1); }",
]

BROKEN = [
    "var q = 'it's';",
    'var q = "a',
    "go('';t()//', 2)",
    "go('');t()//', 2)\n)",
    "go(;t();)",
    "a(b[1)]",
    "}",
    "{ a();",
    "var t = `a ${b`;",
    "var t = `a",
    "var q = 'a\nb';",
    "[1; 2]",
]


@pytest.mark.parametrize("script", SOUND)
def test_sound(script: str) -> None:
    assert well_formed(script)


@pytest.mark.parametrize("script", BROKEN)
def test_broken(script: str) -> None:
    assert not well_formed(script)


@given(st.text(alphabet="ab'\"`\\/*${}()[];\n <!-", max_size=60))
def test_it_ends_on_anything(script: str) -> None:
    assert well_formed(script) in (True, False)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_a_quoted_text_is_sound(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    assert well_formed(f"var q = '{escaped}';")
