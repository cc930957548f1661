import pytest

from vedette.range.sinks.code_php_run import Element, Run, Variable, array_key, element
from vedette.range.sinks.code_php_values import PhpError


def run(**variables):
    return Run(variables, lambda _seconds: None, {})


def name(text):
    return Variable(lambda _run: text)


@pytest.mark.parametrize(
    ("value", "key"),
    [("5", 5), ("-5", -5), ("05", "05"), ("a", "a"), (True, 1), (None, ""), (1.9, 1), ("", ""), ("5x", "5x")],
)
def test_keys(value, key):
    assert array_key(value) == key


def test_writing_an_element_leaves_other_holders_alone():
    state = run(a={0: 1})
    before = state.variables["a"]
    Element(name("a"), None).write(state, 2)
    assert (before, state.variables["a"]) == ({0: 1}, {0: 1, 1: 2})


def test_elements_of_other_things():
    assert element("abc", -1) == "c"
    assert element("abc", 9) == ""
    assert element(None, 1) is None
    with pytest.raises(PhpError, match="scalar value as an array"):
        Element(name("a"), None).write(run(a=5), 1)
    with pytest.raises(PhpError, match=r"Cannot use \[\] for reading"):
        Element(name("a"), None).read(run())


def test_output_is_bounded():
    state = run()
    with pytest.raises(PhpError, match="memory"):
        for _ in range(100):
            state.write("x" * 10_000)
