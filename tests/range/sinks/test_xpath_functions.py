import math

import pytest

from vedette.range.sinks.xpath_functions import FUNCTIONS
from vedette.range.sinks.xpath_values import Context, Node

HERE = Context(Node("element", "sea:ship", children=[Node("text", value="  Old  Tub ")]), position=2, size=3)


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("position", [], 2.0),
        ("last", [], 3.0),
        ("name", [], "sea:ship"),
        ("local-name", [], "ship"),
        ("normalize-space", [], "Old Tub"),
        ("string-length", [], 11.0),
        ("substring", ["12345", 2.0, 3.0], "234"),
        ("substring", ["12345", -1.0, 4.0], "12"),
        ("substring", ["12345", math.nan], ""),
        ("substring-before", ["a-b", "-"], "a"),
        ("substring-before", ["ab", ""], ""),
        ("substring-after", ["ab", ""], "ab"),
        ("translate", ["--aab--", "ab-", "BA"], "BBA"),
        ("round", [-0.5], 0.0),
        ("floor", [-1.5], -2.0),
        ("ceiling", [math.inf], math.inf),
        ("not", [[]], True),
        ("concat", ["a", 1.0, False], "a1false"),
    ],
)
def test_functions(name, arguments, value):
    assert FUNCTIONS[name].call(HERE, arguments) == value


def test_counts_of_arguments_are_sane():
    assert all(0 <= function.least <= function.most for function in FUNCTIONS.values())
