"""JSON and YAML of strangers: read within bounds, or refused with a reason."""

import time

import pytest

from vedette.engine.parse.tree_text import MAX_NODES, TextError, bounded, load


def test_json_and_yaml_give_plain_values():
    assert load('\ufeff {"a": [1, null]}') == {"a": [1, None]}
    assert load("a: [1, null]\nwhen: 2024-05-17\n") == {"a": [1, None], "when": "2024-05-17"}
    assert load("{a: 1}") == {"a": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" ", "empty"),
        ('{"a": ', "not valid JSON"),
        ("a: [1", "not valid YAML at line"),
        ("a: !!python/object/apply:os.system ['x']", "not valid YAML"),
        ("[" * 100_000, "nested too deeply"),
        ("- " * 100_000, "nested too deeply"),
        ("a: " + "[" * 5_000, "nested too deeply"),
        ('{"a": "' + "x" * 50_000_000 + '"}', "too large: 50,000,009 characters"),
        ("a: " + "x" * 7_000_000, "too large"),
        ("a: &a x\nb: [" + "*a, " * 6_000 + "*a]", "too many parts"),
        ("a: " + "[" + "1," * 500_000 + "1]", "too many parts"),
        ("a: !!int nine", "cannot be read"),
        ('{"a": ' + "9" * 5_000 + "}", "Exceeds the limit"),
    ],
)
def test_what_cannot_be_read_is_told_soon(text, reason):
    began = time.monotonic()
    with pytest.raises(TextError, match=reason):
        load(text)
    assert time.monotonic() - began < 50


def bomb(levels=25):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 8)}]" for at in range(1, levels)]
    return load("\n".join(lines))[f"a{levels - 1}"]


def test_a_bomb_is_cut():
    began = time.monotonic()
    assert len(str(bounded(bomb()))) < 20 * MAX_NODES
    assert time.monotonic() - began < 50


def test_bounded_keeps_what_is_small_and_makes_it_json():
    assert bounded({1: [True, None, 1.5, "a", b"b"]}) == {"1": [True, None, 1.5, "a", "b'b'"]}
    deep: list = []
    deep.append(deep)
    assert str(bounded(deep)).count("[") < 40


def test_an_equals_sign_is_a_text():
    assert load("enum:\n  - =\n  - '!='\n") == {"enum": ["=", "!="]}
