"""Single values from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vedette.server.targets import values
from vedette.server.targets.values import FieldError


def test_what_is_right_passes() -> None:
    assert values.text_of("Straße", 6) == "Straße"
    assert values.text_of(None, 6) == ""
    assert values.texts_of(("a", "b")) == ["a", "b"]
    assert values.texts_of(None) == []
    assert values.choice_of("pdf", ("pdf", "docx")) == "pdf"
    assert values.choices_of(["b", "a", "b"], ("a", "b", "c")) == ["a", "b"]
    assert values.flag_of(False) is False
    assert values.number_of(None, 5) is None
    assert values.number_of(5, 5) == 5


@pytest.mark.parametrize(
    "read",
    [
        lambda: values.text_of("1234567", 6),
        lambda: values.text_of(7, 6),
        lambda: values.text_of("a\0b", 6),
        lambda: values.text_of("\ud800", 6),
        lambda: values.texts_of("abc"),
        lambda: values.texts_of(b"abc"),
        lambda: values.texts_of({"a": "b"}),
        lambda: values.texts_of(["a", 1]),
        lambda: values.texts_of(["a"] * (values.MAX_TEXTS + 1)),
        lambda: values.texts_of(["a" * 2000] * 40),
        lambda: values.choice_of("PDF", ("pdf",)),
        lambda: values.choice_of(["pdf"], ("pdf",)),
        lambda: values.choices_of(["pay", "fly"], ("pay",)),
        lambda: values.flag_of("true"),
        lambda: values.flag_of(1),
        lambda: values.flag_of(None),
        lambda: values.number_of(0, 5),
        lambda: values.number_of(6, 5),
        lambda: values.number_of(True, 5),
        lambda: values.number_of("3", 5),
        lambda: values.number_of(2.0, 5),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(read: Callable[[], Any]) -> None:
    with pytest.raises(FieldError, match=r"\w"):
        read()


def test_what_no_database_holds_is_known() -> None:
    assert values.storable("Straße \U0001f512\n")
    assert not values.storable("a\0")
    assert not values.storable("\udfff")


def test_a_long_value_is_not_repeated_whole() -> None:
    assert values.shortened("a" * 60) == "a" * 60
    assert len(values.shortened("a" * 5000)) == 61
