import pytest

from vedette.engine.parse.jsvalue import Unknown
from vedette.engine.parse.scriptvalues import Script


def stands_for(text):
    """What the argument of `use` amounts to."""
    script = Script(text)
    (value,) = script.arguments_at(text.index("use(") + 3)
    return value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const a = '1'; use(a)", "1"),
        ("let a = '1'; a = '2'; use(a); a = '3'", "2"),
        ("use(a); var a = '1'", "1"),
        ("var a = '1'; function f() { var a = '2'; use(a) }", "2"),
        ("var a = '1'; function f() { use(a) }", "1"),
        ("var a = '1'; function f() { var a = '2' } use(a)", "1"),
        ("var a = 'x'; a += 'y'; use(a)", "xy"),
        ("o.p = '1'; use(o.p)", "1"),
        ("const b = '1', a = b + '2'; use(a)", "12"),
    ],
)
def test_the_nearest_definition_counts(text, expected):
    assert stands_for(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "use(a)",
        "var a = '1'; function f(a) { use(a) }",
        "var a = '1'; a => use(a)",
        "var a = b, b = a; use(a)",
        "a == '1'; use(a)",
    ],
)
def test_names_without_a_known_value(text):
    assert isinstance(stands_for(text), Unknown)
