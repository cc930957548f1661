"""Files of targets, read as each row would be given alone."""

from __future__ import annotations

import json

import pytest

from vedette.server.api.probely import imports
from vedette.server.kernel.errors import Invalid


def named(text):
    return {"Shop team": "2" * 12}.get(text, text)


def test_tables_name_their_columns():
    text = "\ufeffURL;Name;labels;Teams;risk\r\nhttp://a.example.org/;'=A;red; blue ;;30\r\n".replace(
        "red; blue ;", '"red; blue";Shop team'
    )
    (body,) = imports.bodies(text.encode())
    assert body == {
        "site": {"url": "http://a.example.org/", "name": "=A"},
        "labels": [{"name": "red"}, {"name": "blue"}],
        "teams": ["Shop team"],
    }
    found = imports.values(body, named, dict)
    assert (found["url"], found["name"], found["teams"]) == ("http://a.example.org/", "=A", ["2" * 12])
    assert [one.name for one in found["labels"]] == ["red", "blue"]


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_is_plain_or_as_targets_are_shown(wrapped):
    rows = [{"url": "http://a.example.org/", "labels": ["red"]}, {"site": {"url": "http://b.example.org/"}, "id": "x"}]
    found = imports.bodies(json.dumps({"results": rows} if wrapped else rows).encode())
    assert [imports.values(body, named, dict)["url"] for body in found] == [
        "http://a.example.org/",
        "http://b.example.org/",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name\nShop\n",
        b"\xff\xfe",
        b"[",
        b'["http://a.example.org/"]',
        b'{"results": 1}',
        b"url\n\0\n",
        b'["\\ud800"]',
        b"[" * 100_000,
        b'url\n"' + b"x" * 200_000,
    ],
)
def test_what_is_no_list_of_targets_is_refused(content):
    with pytest.raises(Invalid) as refused:
        imports.bodies(content)
    assert list(refused.value.fields) == ["file"]


def test_what_is_wrong_with_a_row_stands_under_its_path():
    with pytest.raises(Invalid) as refused:
        imports.values({"site": {"headers": [{"value": "x"}]}, "unlimited": "perhaps"}, named, dict)
    assert {"site.url", "unlimited"} <= set(refused.value.fields)
    assert all(isinstance(text, str) for texts in refused.value.fields.values() for text in texts)
