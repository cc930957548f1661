import math

import pytest

from vedette.range.sinks.xpath_values import (
    Node,
    XPathError,
    compare,
    compute,
    in_order,
    nodes_of,
    to_number,
    to_text,
    to_truth,
)

ONE, TWO = Node("text", value="1", order=1), Node("text", value="two", order=2)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (-0.5, "-0.5"), (math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity"), (True, "true")],
)
def test_text_of_a_value(value, text):
    assert to_text(value) == text


def test_a_node_list_counts_by_its_first_node():
    assert (to_text([ONE, TWO]), to_number([ONE]), to_truth([ONE]), to_text([])) == ("1", 1.0, True, "")
    assert math.isnan(to_number([]))


@pytest.mark.parametrize(("text", "number"), [(" 12 ", 12.0), ("-.5", -0.5), ("5.", 5.0)])
def test_number_of_a_text(text, number):
    assert to_number(text) == number


@pytest.mark.parametrize("text", ["", "+1", "1e3", "1 2", "x"])
def test_texts_that_are_no_numbers(text):
    assert math.isnan(to_number(text))


@pytest.mark.parametrize(
    ("operator", "left", "right", "held"),
    [
        ("=", [ONE, TWO], "two", True),
        ("!=", [ONE, TWO], "two", True),
        ("=", [], "", False),
        ("=", [], False, True),
        ("<", "1", 2.0, True),
        (">", [TWO], 0.0, False),
        ("=", [ONE], [TWO, ONE], True),
        ("<", True, 3.0, True),
        ("=", True, 3.0, True),
    ],
)
def test_comparison(operator, left, right, held):
    assert compare(operator, left, right) is held


def test_computing_at_the_edges():
    assert compute("div", 1.0, 0.0) == math.inf
    assert compute("div", -1.0, 0.0) == -math.inf
    assert math.isnan(compute("div", 0.0, 0.0))
    assert math.isnan(compute("mod", 5.0, 0.0))
    assert compute("mod", -7.0, 3.0) == -1.0


def test_order_and_kind_of_node_lists():
    assert in_order([TWO, ONE, TWO]) == [ONE, TWO]
    with pytest.raises(XPathError, match="Invalid type"):
        nodes_of("text")
