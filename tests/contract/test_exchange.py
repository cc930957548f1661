"""Header look-ups and bodies as text."""

import pytest

from vedette.contract.exchange import Exchange, Request, Response, header, header_all, with_header

HEADERS = (("Content-Type", "Text/HTML; charset=latin-1"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2"))


def test_headers_are_found_whatever_their_case():
    assert header(HEADERS, "content-TYPE") == "Text/HTML; charset=latin-1"
    assert header(HEADERS, "absent") == ""
    assert header_all(HEADERS, "Set-Cookie") == ("a=1", "b=2")


def test_a_header_is_set_once_or_removed():
    assert header_all(with_header(HEADERS, "set-cookie", "c=3"), "Set-Cookie") == ("c=3",)
    assert header_all(with_header(HEADERS, "SET-COOKIE", None), "Set-Cookie") == ()


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=latin-1", b"caf\xe9", "café"),
        ("text/html", "café".encode(), "café"),
        ("text/html; charset=no-such-set", "café".encode(), "café"),
        ('text/html; charset="utf-8"; x=y', "é".encode(), "é"),
        ("text/html", b"\xff\xfe", "��"),
        ("text/html; charset=rot13", b"abc", "abc"),
        ("text/html; charset=\x00", b"abc", "abc"),
        ("text/html; charset=-Punycode", b"b-a" * 300_000, "b-a" * 300_000),
        ("text/html; charset=unicode_escape", b"\\u0041", "\\u0041"),
    ],
)
def test_text_never_fails(content_type, body, text):
    assert Response(200, (("Content-Type", content_type),), body).text == text


def test_the_media_type_stands_alone():
    assert Response(200, HEADERS).content_type == "text/html"


def test_a_resent_answer_is_no_evidence():
    request = Request("GET", "http://a/")
    assert Exchange(request, Response(200)).usable
    assert not Exchange(request, Response(200, resent=True)).usable
    assert not Exchange(request, None, "timeout").usable
    assert Exchange(request, None, "timeout").status == 0
