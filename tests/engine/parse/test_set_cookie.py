"""Set-Cookie headers, read as browsers read them."""

from __future__ import annotations

import pytest

from vedette.engine.parse.set_cookie import SetCookie, parse

NOW = 1_700_000_000.0


def test_all_attributes() -> None:
    line = 'sid="a=b"; Path=/shop; Domain=.Shop.example; Secure; HttpOnly; SameSite=Lax; Max-Age=60; Expires=x'
    assert parse(line) == SetCookie(
        name="sid",
        value="a=b",
        secure=True,
        http_only=True,
        same_site="lax",
        domain="shop.example",
        path="/shop",
        max_age="60",
        expires="x",
    )


@pytest.mark.parametrize("line", ["", "novalue", "=x; Secure", " ; Secure"])
def test_what_has_no_name_is_no_cookie(line: str) -> None:
    assert parse(line) is None


def test_words_in_the_value_are_no_attributes() -> None:
    cookie = parse("theme=secure httponly; Path=/")
    assert cookie is not None
    assert not cookie.secure
    assert not cookie.http_only


def test_the_last_attribute_of_a_name_wins() -> None:
    cookie = parse("a=b; SameSite=None; samesite=Strict")
    assert cookie is not None
    assert cookie.same_site == "strict"


@pytest.mark.parametrize(
    ("line", "removed"),
    [
        ("a=b", False),
        ("a=; Max-Age=0", True),
        ("a=; Max-Age=-1", True),
        ("a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("a=; expires=Thu, 01-Jan-1970 00:00:01 GMT", True),
        ("a=b; Expires=Fri, 01 Jan 2100 00:00:00 GMT", False),
        ("a=b; Expires=whenever", False),
    ],
)
def test_removal(line: str, removed: bool) -> None:
    cookie = parse(line)
    assert cookie is not None
    assert cookie.removed(NOW) is removed


@pytest.mark.parametrize("name", ["PHPSESSID", "JSESSIONID", "connect.sid", "auth", "access_token", "remember_me"])
def test_names_that_carry_a_log_in(name: str) -> None:
    assert SetCookie(name=name).session_like


@pytest.mark.parametrize("name", ["XSRF-TOKEN", "csrftoken", "theme", "lang", "_ga"])
def test_names_that_do_not(name: str) -> None:
    assert not SetCookie(name=name).session_like
