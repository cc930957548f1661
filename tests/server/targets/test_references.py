"""References are told apart from what only looks like one, and filled where there is a value."""

from __future__ import annotations

import pytest

from vedette.server.targets import references
from vedette.server.targets.logins import Pair

ONE, TWO = "2" * 12, "3" * 12


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"credentials://{ONE}", {ONE}),
        (f"Bearer credentials://{ONE}, credentials://{TWO}", {ONE, TWO}),
        (f"credentials://{ONE}2", set()),
        ("credentials://short", set()),
        ("credentials://00000000000l", set()),
        (f"CREDENTIALS://{ONE}", set()),
        ("", set()),
    ],
)
def test_what_is_a_reference(text, found):
    assert references.ids_in(text) == found


def test_a_whole_reference():
    assert references.is_reference(references.uri(ONE))
    assert not references.is_reference(f"Bearer {references.uri(ONE)}")


def test_what_only_looks_like_one_is_told_wherever_it_stands():
    for given in ("credentials://short", {"a": ["credentials://"]}, Pair("p", f"credentials://{ONE}2")):
        assert references.is_broken(given)
    for given in (references.uri(ONE), f"Bearer {references.uri(ONE)}", {"a": ("x", 3, None)}):
        assert not references.is_broken(given)


def test_they_are_found_wherever_settings_hold_text():
    value = {"a": [Pair("user", references.uri(ONE))], "b": {"c": (references.uri(TWO), 3, None)}}
    assert references.ids_in(value) == {ONE, TWO}


def test_values_are_put_in_and_the_others_stay():
    text = f"{references.uri(ONE)}:{references.uri(TWO)}"
    assert references.filled(text, {ONE: r"\\1 x"}.get) == f"\\\\1 x:{references.uri(TWO)}"
