"""The table of engines is consistent: names, placeholders, and results that cannot be mere reflections."""

from __future__ import annotations

from vedette.engine.attack.rng import Rng
from vedette.engine.checks.template import arithmetic
from vedette.engine.checks.template.engines import DELIMITERS, Signal


def test_names_are_unique_and_every_kind_has_a_signal() -> None:
    assert len({item.name for item in DELIMITERS}) == len(DELIMITERS)
    assert all(item.signals and "@e" in item.wrap for item in DELIMITERS)


def test_a_signal_knows_what_comes_out() -> None:
    assert Signal("e", "x", "upper").expects("abc", 8) == "ABC"
    assert Signal("e", "x", "double").expects("abc", 8) == "abcabc"
    assert Signal("e", "x", "length").expects("abc", 8) == "3"
    assert Signal("e", "x", "octal").expects("abc", 8) == "10"


def test_what_is_expected_is_never_in_the_payload() -> None:
    for item in DELIMITERS:
        for seed in range(20):
            rng = Rng(seed, "unit")
            questions = [arithmetic._opening(item, rng), *(arithmetic._signal(item, one, rng) for one in item.signals)]
            assert not any(text in question.text for question in questions for text in question.expected)


def test_the_control_has_the_same_characters() -> None:
    for item in DELIMITERS:
        plain, turned = (arithmetic._opening(item, Rng(1, "unit"), turned=flag) for flag in (False, True))
        assert sorted(plain.text) == sorted(turned.text)
        assert plain.text != turned.text
