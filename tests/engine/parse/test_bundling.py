"""Texts that a description is split over become one, whoever brings them."""

import json

import pytest

from vedette.engine.parse import bundling
from vedette.engine.parse.bundling import MAX_REMARKS, Bundle, refers_outward
from vedette.engine.parse.tree_text import TextError
from vedette.engine.parse.urls import resolve

FIRST = "http://a.test/api/spec.yaml"
HEAD = "openapi: 3.0.0\npaths: "


def bundled(text, texts, most=20):
    """The bundled description, what is wrong, and in what order texts were wanted by which others."""
    bundle, asked = Bundle(FIRST, text, resolve, most), []
    while wanted := bundle.wanted():
        asked.append(tuple(name.removeprefix("http://a.test/api/") for name in wanted))
        if asked[-1][0] in texts:
            bundle.add(*wanted, texts[asked[-1][0]])
        else:
            bundle.fail(*wanted, "is not there")
    made = bundle.text()
    return json.loads(made) if made else None, bundle.problems(), asked


def test_texts_are_wanted_once_each_near_ones_first_and_references_lead_to_them():
    texts = {
        "p.yaml": "get: {x: {$ref: deep/s.yaml}}",
        "q.yaml": "get: {x: {$ref: p.yaml#/get}}",
        "deep/s.yaml": "a: 1",
    }
    made, problems, asked = bundled(HEAD + "{/p: {$ref: p.yaml}, /q: {$ref: q.yaml}, /r: {$ref: p.yaml}}", texts)
    assert asked == [("p.yaml", "spec.yaml"), ("q.yaml", "spec.yaml"), ("deep/s.yaml", "p.yaml")]
    assert problems == []
    assert made["paths"]["/r"] == {"$ref": "#/x-files/http:~1~1a.test~1api~1p.yaml/p"}
    assert made[bundling.ROOM]["http://a.test/api/deep/s.yaml"] == {"s": {"a": 1}}


def test_what_is_refused_missing_or_broken_is_named_with_who_asked():
    listed = "{/a: {$ref: none.yaml}, /b: {$ref: broken.yaml}, /c: {$ref: 'file:///x.yaml'}, /d: {$ref: good.yaml}}"
    made, problems, asked = bundled(HEAD + listed, {"broken.yaml": "a: [", "good.yaml": "get: {}"})
    assert [name for name, _ in asked] == ["none.yaml", "broken.yaml", "good.yaml"]
    assert problems[0] == f"http://a.test/api/none.yaml, to which {FIRST} refers, is not there."
    assert "broken.yaml, to which" in problems[1]
    assert "cannot be read: it is not valid YAML" in problems[1]
    assert made["paths"]["/c"] == {"$ref": "file:///x.yaml"}


def test_texts_that_fail_count_among_the_most_that_are_asked_for():
    paths = "{" + ", ".join(f"/{number}: {{$ref: {number}.yaml}}" for number in range(40)) + "}"
    made, problems, asked = bundled(HEAD + paths, {}, most=20)
    assert made is None
    assert len(asked) == 19
    assert len(problems) == MAX_REMARKS + 1


@pytest.mark.parametrize("text", ["a: {$ref: good.yaml}", '[{"$ref": "good.yaml"}]', "openapi: 3.0.0\npaths: 5"])
def test_nothing_is_wanted_for_other_texts(text):
    assert bundled(text, {}) == (None, [], [])


def test_a_first_text_that_cannot_be_read_is_the_askers_to_tell():
    with pytest.raises(TextError):
        Bundle(FIRST, "a: [", resolve, 20)


def test_only_what_may_leave_its_text_is_read_twice():
    assert refers_outward('{"$ref": "a.json#/x"}')
    assert refers_outward("$ref: ./a.yaml")
    assert not refers_outward('{"$ref": "#/a"} \n$ref: \'#/b\'')
