from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.engine.attack.json_leaves import is_number, leaves, quoted

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


def expected(tree: object, path: tuple[str, ...] = ()) -> list[tuple[str, object]]:
    if isinstance(tree, dict):
        steps = [(key.replace("~", "~0").replace("/", "~1"), value) for key, value in tree.items()]
    elif isinstance(tree, list):
        steps = [(str(index), value) for index, value in enumerate(tree)]
    else:
        return [("/".join(path), tree)]
    return [leaf for step, value in steps for leaf in expected(value, (*path, step))]


@given(tree=TREES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
@settings(max_examples=200, deadline=None)
def test_leaves_are_found_where_they_are(tree: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    found = leaves(text)
    assert [(leaf.path, json.loads(text[leaf.start : leaf.end])) for leaf in found] == expected(tree)


@pytest.mark.parametrize("text", ["", "{", "[1,", '{"a"}', '{"a":1} x', "{1:2}", "[1 2]", "nothing", '"open', "[" * 99])
def test_what_is_not_json_has_none(text: str) -> None:
    assert leaves(text) == []


def test_kinds_and_texts() -> None:
    found = leaves('{"s": "a\\u0041", "n": -1.5e3, "w": null, "e": {}, "l": [true]}')
    assert [(leaf.path, leaf.text, leaf.kind) for leaf in found] == [
        ("s", "aA", "string"),
        ("n", "-1.5e3", "number"),
        ("w", "null", "word"),
        ("l/0", "true", "word"),
    ]


def test_numbers() -> None:
    assert all(is_number(text) for text in ("0", "-1", "1.5", "2e9"))
    assert not any(is_number(text) for text in ("", "01", "+1", "1.", "0x1", "1 ", "NaN"))


@given(text=st.text())
@settings(max_examples=50, deadline=None)
def test_quoted_is_json(text: str) -> None:
    assert json.loads(quoted(text)) == text
