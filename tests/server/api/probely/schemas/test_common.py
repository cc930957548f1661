from __future__ import annotations

import pytest
from rest_framework.exceptions import ValidationError

from vedette.server.api.probely.schemas import small


@pytest.mark.parametrize("given", ["x", {"id": "x"}, {"id": "x", "name": "more"}])
def test_a_reference_is_an_id_or_an_object_with_one(given):
    assert small.Reference().run_validation(given) == "x"


@pytest.mark.parametrize("given", [7, [], {}, {"id": None}, {"id": 7}, "a\0", True])
def test_nothing_else_is(given):
    with pytest.raises(ValidationError):
        small.Reference().run_validation(given)


def test_nobody_is_somebody_without_an_id():
    assert small.UserReference().run_validation({"id": ""}) == ""
    assert small.UserReference(allow_null=True).run_validation(None) is None


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("x", {"id": "x", "name": "", "color": ""}),
        ({"id": "x", "name": "red", "changed": None}, {"id": "x", "name": "red", "color": ""}),
        ({"name": "red", "color": "#f00"}, {"id": "", "name": "red", "color": "#f00"}),
    ],
)
def test_a_label_is_told_by_id_or_name(given, read):
    assert small.LabelReference().run_validation(given) == read


@pytest.mark.parametrize("given", ["", {}, {"id": None}, {"name": 7}, [], {"name": "a\0"}])
def test_nothing_else_tells_a_label(given):
    with pytest.raises(ValidationError):
        small.LabelReference().run_validation(given)


def test_representations_are_left_to_the_shapes():
    assert small.Reference().to_representation("x") == small.LabelReference().to_representation("x") == "x"


def test_a_page_is_declared_once():
    assert small.page_of(small.UserSchema) is small.page_of(small.UserSchema)
    assert list(small.page_of(small.UserSchema).fields) == ["count", "page_total", "page", "length", "results"]
