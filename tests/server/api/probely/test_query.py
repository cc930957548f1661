from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from vedette.server.api.probely import query
from vedette.server.kernel.errors import Invalid


def asked(**given):
    return Request(APIRequestFactory().get("/", given))


def raw(text):
    return Request(APIRequestFactory().generic("GET", "/", QUERY_STRING=text))


def test_words_may_repeat_and_stand_in_a_row():
    assert query.words(raw("id=a&id=b,c&id=&id=a"), "id") == ("a", "b", "c")
    assert query.words(asked(), "id") == ()
    with pytest.raises(Invalid):
        query.words(raw("id=a%00"), "id")


@pytest.mark.parametrize("word", ["True", "true", "1", "TRUE", "yes"])
def test_yes(word):
    assert query.flag(asked(new=word), "new") is True


@pytest.mark.parametrize(("word", "flag"), [("False", False), ("0", False), ("no", False), ("", None)])
def test_no_and_nothing(word, flag):
    assert query.flag(asked(new=word), "new") is flag
    assert query.flag(asked(), "new") is None


def test_neither():
    with pytest.raises(Invalid) as refused:
        query.flag(asked(new="perhaps"), "new")
    assert refused.value.fields == {"new": ["Must be a valid boolean."]}


def test_numbers():
    assert query.numbers(raw("risk=null&risk=10,20"), "risk") == (None, 10, 20)
    for word in ("x", "-1", "²", "1" * 20, "1.5"):
        with pytest.raises(Invalid):
            query.numbers(asked(risk=word), "risk")


def test_choices():
    assert query.choices(raw("state=a&state=b"), "state", ("a", "b")) == ("a", "b")
    with pytest.raises(Invalid, match="input"):
        query.choices(asked(state="c"), "state", ("a", "b"))


@pytest.mark.parametrize(("word", "every"), [("and", True), ("AND", True), ("or", False), ("", False)])
def test_operators(word, every):
    assert query.every(asked(op=word), "op") is every


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("d=2025-01-01 10:00:00%2B00:00", datetime(2025, 1, 1, 10, tzinfo=UTC)),
        ("d=2025-01-01+10:00:00%2B02:00", datetime(2025, 1, 1, 8, tzinfo=UTC)),
        ("d=2025-01-01+10:00:00+02:00", datetime(2025, 1, 1, 8, tzinfo=UTC)),
        ("d=2025-01-01 10:00:00", datetime(2025, 1, 1, 10, tzinfo=UTC)),
        ("d=2025-01-01T10:00:00Z", datetime(2025, 1, 1, 10, tzinfo=UTC)),
        ("d=2025-01-01", datetime(2025, 1, 1, tzinfo=UTC)),
        ("d=", None),
        ("", None),
    ],
)
def test_moments_as_the_client_writes_them(text, found):
    assert query.moment(raw(text), "d") == found


@pytest.mark.parametrize("word", ["soon", "2025-13-01", "2025-01-01T99:00:00Z", "0001-01-01T00:00:00+23:00"])
def test_what_is_no_moment(word):
    with pytest.raises(Invalid):
        query.moment(asked(d=word), "d")


def test_days():
    assert query.day(asked(d="2025-01-02T03:04:05Z"), "d") == date(2025, 1, 2)
    assert query.day(asked(), "d") is None


def test_text():
    assert query.text(asked(search="  a b "), "search") == "a b"
    with pytest.raises(Invalid):
        query.text(asked(search="a\0"), "search")
