from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract.exchange import Response
from vedette.engine.attack.align import MASK
from vedette.engine.attack.view import _SKELETON, _TOKENS, MAX_PIECE, View, masked, skeleton_of, tokens_of

BITS = st.sampled_from(
    [
        "<p>",
        "<b",
        "</b>",
        '<a href="x">',
        '"key": ',
        '"<b>": ',
        '"',
        "\n",
        "'",
        ":",
        "2024-05-01",
        "10:15",
        "5 ms",
        "12 Oct 2026",
        "Oct 12, 2026",
        "1700000055",
        "d41d8cd98f00b204",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "abcdefab-abcd-abcd-abcd-abcdefabcdef",
        "lamp",
        "x-1",
        "#1",
        "50%",
        "{}",
        "[a]",
        " ",
        MASK,
        "w" * (MAX_PIECE // 2),
    ]
)
TEXTS = st.lists(BITS, max_size=40).map("".join)


def response(body: str, status: int = 200, location: str = "") -> Response:
    headers = (("Location", location),) if location else ()
    return Response(status, headers, body.encode())


@given(text=TEXTS)
@settings(max_examples=400, deadline=None)
def test_cutting_a_text_changes_nothing(text: str) -> None:
    whole = masked(text)
    assert list(tokens_of(text)) == _TOKENS.findall(whole)
    assert list(skeleton_of(text)) == [tag or f'"{key}"' for tag, key in _SKELETON.findall(whole)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Hello, you!</p>", ["p", "Hello", "you", "!", "p"]),
        ("at 10:15 now", ["at", MASK, "now"]),
        ('{"a":[1]}', ["{", "a", "[", "1", "]", "}"]),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert list(tokens_of(text)) == expected


def test_skeleton() -> None:
    assert skeleton_of('<p><b id="x">"note" : 1</b>') == ("p", "b", '"note"')
    assert skeleton_of('{"a": {"b":1}, "c" :2}') == ('"a"', '"b"', '"c"')
    assert skeleton_of('"a<b>" : 1') == ('"a<b>"',)


def test_a_view_is_without_what_was_sent() -> None:
    view = View(response("<p>lamp&#39;s price</p>", 302, "/s?q=lamp%27s"), ("lamp's",))
    assert view.tokens == ("p", "price", "p")
    assert view.head == (302, "/s?q= ")
    assert view.skeleton == ("p",)


def test_views_are_equal_by_their_tokens() -> None:
    one = View(response("<p>at 10:15  now</p>"), ())
    assert one.equals(View(response("<p>at 10:15  now</p>"), ()))
    assert one.equals(View(response("<p>at 23:59 now</p>"), ()))
    assert not one.equals(View(response("<p>at 23:59 then</p>"), ()))


@given(st.from_regex(re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII), fullmatch=True))
def test_identifiers_without_any_digit_are_masked_too(identifier: str) -> None:
    assert masked(identifier) == MASK
    assert masked("abcdefab-abcd-abcd-abcd-abcdefabcdef") == MASK
    assert masked("well-known and well-loved and so-called or half-baked") != MASK
