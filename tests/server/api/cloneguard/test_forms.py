from __future__ import annotations

import pytest
from django.http import QueryDict

from vedette.server.api.cloneguard import forms


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({"user": {"a": 1}}, {"a": 1}),
        ({"users": {"a": 1}}, {"a": 1}),
        ({"other": {"a": 1}}, {"other": {"a": 1}}),
        ({"user": {"a": 1}, "b": 2}, {"user": {"a": 1}, "b": 2}),
        ({"user": "dana"}, {"user": "dana"}),
        ({}, {}),
        (None, {}),
        (QueryDict("a=1&b=2"), {"a": "1", "b": "2"}),
        (QueryDict("user[a]=1&user[b][c]=2"), {"a": "1", "b": {"c": "2"}}),
        (QueryDict("ids[]=1&ids[]=2"), {"ids": ["1", "2"]}),
        (QueryDict("a=1&a[b]=2"), {"a": {"b": "2"}}),
    ],
)
def test_fields_are_found_wherever_they_stand(data, fields):
    assert forms.unwrapped(data, ("user", "users")) == fields


@pytest.mark.parametrize("data", [[], "text", 7, True])
def test_a_body_is_an_object(data):
    with pytest.raises(ValueError, match="object"):
        forms.unwrapped(data, ())


def test_depth_is_bounded():
    assert forms.unwrapped(QueryDict("a" + "[b]" * 5000 + "=1"), ())
