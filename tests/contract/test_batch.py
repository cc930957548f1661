"""Applying state changes."""

from vedette.contract.batch import StateChange, apply


def test_rows_are_upserted_and_deleted_in_order():
    state = {"head": {"phase": "1"}}
    apply(state, [StateChange("head", "phase", "2"), StateChange("units", "a", "{}"), StateChange("units", "a", None)])
    assert state == {"head": {"phase": "2"}, "units": {}}


def test_deleting_what_is_not_there_is_fine():
    state = {}
    apply(state, [StateChange("verify", "x", None)])
    assert state == {"verify": {}}
