"""Any form of description comes through one door, which nothing breaks."""

import json

import pytest

from vedette.contract.job import DESCRIPTION_KINDS
from vedette.engine.parse import tree_text
from vedette.engine.parse.description import introspection, read

TEXTS = {
    "openapi": "openapi: 3.0.0\npaths: {/a: {get: {}}}",
    "postman": '{"item": [{"name": "A", "request": "http://b.test/a"}]}',
    "graphql": "type Query { a: Int }",
    "har": '{"log": {"entries": [{"request": {"method": "GET", "url": "http://b.test/a"}}]}}',
    "requests": "GET /a",
}


@pytest.mark.parametrize("kind", DESCRIPTION_KINDS)
def test_each_kind_is_read(kind):
    made = read(kind, TEXTS[kind], base="http://a.test/", fixed="http://z.test/")
    assert made.problems == []
    assert [one.kind for one in made.operations] == [kind]


@pytest.mark.parametrize("kind", [*DESCRIPTION_KINDS, "unknown"])
@pytest.mark.parametrize("text", ["", "\x00\x01", "[" * 200_000, "{" * 200_000, "null", "5", "- - -", "\ud800", "a: b"])
def test_nonsense_gives_a_reason(kind, text):
    made = read(kind, text, base="http://a.test/")
    assert made.operations == []
    assert len(made.problems) == 1


def test_the_question_for_a_schema_is_json():
    assert "__schema" in json.loads(introspection())["query"]


def test_recordings_may_be_larger_than_other_descriptions(monkeypatch):
    monkeypatch.setattr(tree_text, "MAX_JSON", 100)
    text = json.dumps({"log": {"entries": [{"request": {"method": "GET", "url": "http://a.test/x"}, "x": "y" * 200}]}})
    assert len(read("har", text, base="http://a.test/").operations) == 1
    assert "too large" in read("postman", text, base="http://a.test/").problems[0]
