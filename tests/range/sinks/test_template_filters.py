import pytest

from vedette.range.sinks.template_filters import FILTERS, TESTS
from vedette.range.sinks.template_values import TemplateError, Undefined

NOTHING = Undefined("'x' is undefined")


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("upper", ["aé"], "AÉ"),
        ("length", [{"a": 1}], 1),
        ("length", [NOTHING], 0),
        ("join", [["a", 1], "-"], "a-1"),
        ("join", [[{"n": 1}, {"n": 2}], ",", "n"], "1,2"),
        ("default", [NOTHING, "d"], "d"),
        ("default", ["", "d"], ""),
        ("default", ["", "d", True], "d"),
        ("escape", ['<a href="\'">&'], "&lt;a href=&#34;&#39;&#34;&gt;&amp;"),
        ("reverse", [[1, 2]], [2, 1]),
        ("sort", [["b", "A"]], ["A", "b"]),
        ("truncate", ["one two three four", 11], "one two..."),
        ("tojson", [{"b": 1, "a": None}], '{"a": null, "b": 1}'),
        ("urlencode", ["a b/c?"], "a%20b/c%3F"),
        ("unique", [[1, 1, 2]], [1, 2]),
        ("int", ["x", 7], 7),
        ("float", ["x"], 0.0),
    ],
)
def test_filters(name, arguments, value):
    assert FILTERS[name](*arguments) == value


def test_first_of_nothing_is_undefined():
    assert isinstance(FILTERS["first"]([]), Undefined)


def test_what_cannot_be_walked_is_an_error():
    with pytest.raises(TemplateError, match="'int' object is not iterable"):
        FILTERS["join"](5)
    with pytest.raises(TemplateError, match="too long"):
        FILTERS["replace"]("a" * 1000, "a", "b" * 1000)


@pytest.mark.parametrize(
    ("name", "value", "held"),
    [
        ("defined", NOTHING, False),
        ("string", "a", True),
        ("number", True, True),
        ("mapping", {}, True),
        ("odd", 3, True),
    ],
)
def test_tests(name, value, held):
    assert TESTS[name](value) is held
