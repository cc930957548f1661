"""Headers and cookies that may go on the wire."""

from __future__ import annotations

import pytest

from vedette.server.targets.items import COOKIE, HEADER, MAX_ITEMS, RequestItem, request_items
from vedette.server.targets.values import FieldError


def test_good_items_are_read_in_order() -> None:
    items = [RequestItem(name=" X-Key ", value=" secret \t", authentication=True), RequestItem(name="a", value="")]
    assert request_items(HEADER, items) == [
        RequestItem(name="X-Key", value="secret", authentication=True),
        RequestItem(name="a", value=""),
    ]
    assert request_items(COOKIE, [RequestItem(name="sid", value='"a=b/c"')])[0].value == '"a=b/c"'
    assert request_items(HEADER, None) == []


@pytest.mark.parametrize("name", ["", "X Y", "X:Y", "X\r\nY", "Ünïcode", "a" * 256, "(x)", ":authority", "x\0"])
@pytest.mark.parametrize("kind", [HEADER, COOKIE])
def test_names_that_would_break_a_request_are_refused(kind: str, name: str) -> None:
    with pytest.raises(FieldError, match="name"):
        request_items(kind, [RequestItem(name=name, value="v")])


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\0b", "a\x1bb", "a\x7fb", "schlüssel", "\u2028"])
def test_header_values_that_would_break_a_request_are_refused(value: str) -> None:
    with pytest.raises(FieldError) as refused:
        request_items(HEADER, [RequestItem(name="X-Key", value=value)])
    assert value not in str(refused.value)


@pytest.mark.parametrize("value", ["a b", "a;b", "a,b", 'a"b', '"a', "a\\b", "a\r\nb", "ü"])
def test_cookie_values_are_cookie_octets(value: str) -> None:
    with pytest.raises(FieldError):
        request_items(COOKIE, [RequestItem(name="sid", value=value)])


@pytest.mark.parametrize("name", ["Host", "hOST", "Content-Length", "Transfer-Encoding", "Connection", "Expect"])
def test_headers_that_belong_to_whoever_sends_are_refused(name: str) -> None:
    with pytest.raises(FieldError, match="cannot be set"):
        request_items(HEADER, [RequestItem(name=name, value="v")])
    assert request_items(COOKIE, [RequestItem(name=name, value="v")])


@pytest.mark.parametrize("flag", ["allow_testing", "authentication", "authentication_secondary", "sensitive"])
def test_flags_are_kept(flag: str) -> None:
    (item,) = request_items(HEADER, [RequestItem(name="X", value="v", **{flag: True})])
    assert getattr(item, flag) is True
    assert item.hidden is (flag != "allow_testing")


def test_nothing_logs_in_two_users_at_once() -> None:
    with pytest.raises(FieldError, match="not both"):
        request_items(HEADER, [RequestItem(name="X", authentication=True, authentication_secondary=True)])


@pytest.mark.parametrize(
    "items",
    ["X: y", 7, {"X": "y"}, [{"name": "X"}], [None], [RequestItem(name=7)], [RequestItem(name="x", value=None)]],
)
def test_what_is_no_list_of_items_is_refused(items: object) -> None:
    with pytest.raises(FieldError):
        request_items(HEADER, items)


def test_lists_and_values_are_bounded() -> None:
    with pytest.raises(FieldError, match="At most"):
        request_items(HEADER, [RequestItem(name="x")] * (MAX_ITEMS + 1))
    with pytest.raises(FieldError, match="characters"):
        request_items(HEADER, [RequestItem(name="x", value="a" * 9000)])
