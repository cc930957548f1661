import pytest

from vedette.engine.parse.jsvalue import Unknown
from vedette.engine.parse.scriptvalues import MAX_STEPS, Encoded, Script, Spent


def value(text, name="x"):
    script = Script(text)
    node = script.node_at(text.rindex(f"{name} = ") + len(name) + 3, len(text))
    while node is not None and node.parent is not None and node.parent.start_byte == node.start_byte:
        node = node.parent
    return script.value(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 'a' + 1 + true", "a1true"),
        ("x = `a${1}b${q}c`", "a1b1c"),
        ("x = -3", -3),
        ("x = null", None),
        ("const a = {b: {c: 'd'}}; x = a.b.c", "d"),
        ("const b = 1; x = {b, ...{c: 2}, 'd-e': [1, 'f']}", {"b": 1, "c": 2, "d-e": [1, "f"]}),
        ("x = y || 'a'", "a"),
        ("x = 'a' || 'b'", "a"),
        ("x = y ? q : 'b'", "b"),
        ("x = encodeURIComponent('a/b')", "a/b"),
        ("x = ' a'.concat('b', 2).trim()", " ab2"),
        ("x = ['a', 'b'].join('-')", "a-b"),
        ("x = new URL('c', 'http://s.test/a/b')", "http://s.test/a/c"),
        ("x = 'caf\\u00e9' + 'é'", "caféé"),
        ("x = (await 'a')", "a"),
    ],
)
def test_values(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize("text", ["x = f()", "x = a", "x = a * 2", "x = () => 1", "x = /a/", "x = a - 'b'"])
def test_what_only_the_running_script_knows(text):
    assert isinstance(value(text), Unknown)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x = JSON.stringify({a: 1})", "json"),
        ("x = new URLSearchParams({a: 1})", "form"),
        ("x = $.param({a: 1})", "form"),
    ],
)
def test_what_is_encoded_on_its_way(text, kind):
    found = value(text)
    assert isinstance(found, Encoded)
    assert (found.kind, found.inner) == (kind, {"a": 1})


def test_the_pages_own_address_is_taken_off():
    script = Script("")
    assert script.reference(value("x = location.origin + '/a'")) == "/a"
    assert script.reference(value("x = location.protocol + '//' + window.location.host + '/b'")) == "/b"
    assert script.reference(value("x = '/a?host=' + location.host")) == ""
    assert script.reference(3) == ""


def test_arguments_of_a_call():
    script = Script("f('a', /* b */ 2, [c])")
    assert script.arguments_at(1)[:2] == ["a", 2]
    assert script.arguments_at(0) is None


def test_reading_ends():
    script = Script("x = " + " + ".join(["a"] * 100))
    with pytest.raises(Spent):
        for _ in range(MAX_STEPS):
            script.value(script.root.named_children[0].named_children[0])
