import json

import pytest

from vedette.engine.parse import sourcemap


def made(*rows, **more):
    names, contents = zip(*rows, strict=True)
    return json.dumps({"version": 3, "sources": names, "sourcesContent": contents, "mappings": "AAAA", **more})


def test_the_sites_own_sources_are_read():
    text = made(
        ("src/app.ts", "fetch('/a')"), ("../node_modules/x/y.js", "fetch('/b')"), ("src/none.ts", None), ("z", "c")
    )
    assert sourcemap.is_map(text)
    assert sourcemap.sources(text) == ["fetch('/a')", "c"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sources": 1, "sourcesContent": []}', '{"mappings": ""}'])
def test_other_texts_hold_none(text):
    assert not sourcemap.is_map(text)
    assert sourcemap.sources(text) == []


def test_what_is_read_is_bounded():
    many = made(*((f"s{number}", "x" * 10) for number in range(1_000)))
    assert len(sourcemap.sources(many)) == sourcemap.MAX_SOURCES
    large = made(("a", "x" * (sourcemap.MAX_TEXT + 1)), ("b", "y"))
    assert sourcemap.sources(large) == ["y"]
