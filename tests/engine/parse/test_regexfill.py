import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.engine.parse.regexfill import accepts, example


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d{5}",
        r"[A-Z]{2}\d{3,}",
        r"(foo|bar)-[^a]+",
        r"^\+?[0-9 ]{6,14}$",
        r"(?P<x>a)b?",
        r"(?:a|b)c*",
        r"[a-z0-9._%+\-]+@[a-z0-9.\-]+\.[a-z]{2,}",
        r"[]x]{2}",
        r"\.\w\s\S\D\W",
        "",
    ],
)
def test_the_example_is_accepted(pattern):
    made = example(pattern)
    assert made is not None
    assert accepts(pattern, made)


@pytest.mark.parametrize("pattern", ["[", "(", "\\", "x{500}", "(?=.*\\d).{8}", "(" * 50 + "a", "[^\\x00-\\xff]"])
def test_none_for_what_is_broken_or_beyond(pattern):
    assert example(pattern) is None


def test_a_pattern_made_to_be_slow_is_not():
    started = time.process_time()
    assert not accepts("(a+)+$", "a" * 5_000 + "b")
    assert time.process_time() - started < 3


@settings(deadline=None)
@given(st.text(alphabet="ab1[](){}*+?|\\.^$-,", max_size=20))
def test_any_pattern_gives_a_match_or_nothing(pattern):
    made = example(pattern)
    assert made is None or accepts(pattern, made)


def test_as_long_as_is_asked_for():
    assert len(example("[0-9a-f]+", 12) or "") == 12
    assert len(example("[a-z]{2,20}", 8) or "") == 8
    assert example("[a-z]{2,4}", 8) is not None
    assert example("ab", 8) == "ab"
