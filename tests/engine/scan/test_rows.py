"""Rows of the resume state."""

from vedette.contract.batch import apply
from vedette.engine.scan.rows import read, row, rows_with


def test_values_survive_and_none_deletes():
    state = {}
    apply(state, [row("head", "a", {"x": [1, "é"]}), row("head", "b", 2)])
    assert read(state, "head", "a") == {"x": [1, "é"]}
    apply(state, [row("head", "b", None)])
    assert read(state, "head", "b", "gone") == "gone"


def test_rows_of_a_prefix_come_in_key_order():
    state = {}
    apply(state, [row("units", "done:b", 2), row("units", "done:a", 1), row("units", "target:a", 3)])
    assert list(rows_with(state, "units", "done:").items()) == [("a", 1), ("b", 2)]
    assert rows_with(state, "verify", "") == {}
