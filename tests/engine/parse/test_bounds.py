"""Values that nobody else uses, within what a description demands."""

import re
import uuid

import pytest

from vedette.engine.parse.bounds import Bounds, bounds_of, fits, marked


def test_a_marked_text_stays_of_its_kind():
    assert marked("jane@b.test", "v1") == "janev1@b.test"
    assert marked("x" * 100, "v1") == "x" * 40 + "v1"
    made = marked("6f1c2b9e-3d54-4a7b-9c1e-2f8a5d7e9b10", "v1", Bounds(format="uuid"))
    assert uuid.UUID(made).version == 4
    assert made != marked(made, "v2", Bounds(format="uuid"))


def test_a_marked_text_keeps_its_length_and_pattern():
    assert marked("jane@b.test", "12345678", Bounds(longest=16)) == "j12345678@b.test"
    assert marked("sample", "12345678", Bounds(longest=5)) == "12345"
    pattern = r"^[A-Z]{2}-\d{4}$"
    made = marked("AB-1234", "v1", Bounds(pattern=pattern))
    assert re.fullmatch(pattern, made)
    assert made != "AB-1234"


@pytest.mark.parametrize("bounds", [Bounds(format="date"), Bounds(pattern="^jane$")])
def test_what_cannot_be_marked_stays(bounds):
    assert marked("jane", "v1", bounds) == "jane"


def test_bounds_are_read_from_a_schema_of_any_shape():
    schema = {"enum": ["a"], "maxLength": 3, "pattern": "^a", "format": "x"}
    assert bounds_of(schema, "string") == Bounds(True, "string", "x", "^a", 3)
    assert bounds_of({"enum": 5, "maxLength": "x", "pattern": 7, "format": []}, "string") == Bounds(kind="string")


@pytest.mark.parametrize(
    ("bounds", "value", "taken"),
    [
        (Bounds(), "x", True),
        (Bounds(fixed=True), "x", False),
        (Bounds(kind="integer"), "x", False),
        (Bounds(kind="integer"), "12", True),
        (Bounds(kind="number"), -1.5, True),
    ],
)
def test_what_an_api_gave_is_taken_where_it_can_stand(bounds, value, taken):
    assert bounds.takes(value) is taken


def test_patterns_match_anywhere_and_unreadable_ones_refuse_nothing():
    assert fits("b", "abc")
    assert not fits("^b", "abc")
    assert fits("(?=x", "abc")
    assert fits("(?<!x)y", "abc")
