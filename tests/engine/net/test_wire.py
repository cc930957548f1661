import pytest

from vedette.contract.exchange import Request
from vedette.engine.net.origin import split
from vedette.engine.net.wire import content_encoding, encoded, fault, ordinary, parse_head, request_bytes, target_bytes


def raw(request: Request) -> bytes:
    return request_bytes(request, *split(request.url))


def test_a_request_goes_out_exactly_as_its_record_says():
    request = Request("FOO", "http://h:81/a/../b?q=<>", (("x-A", "1"), ("X-a", "2"), ("Empty", "")), b"body")
    assert raw(request) == (
        b"FOO /a/../b?q=<> HTTP/1.1\r\nHost: h:81\r\nx-A: 1\r\nX-a: 2\r\nEmpty: \r\nContent-Length: 4\r\n\r\nbody"
    )


def test_given_framing_and_host_are_not_added_to():
    headers = (("Host", "other"), ("Transfer-Encoding", "chunked"), ("Content-Length", "3"))
    request = Request("POST", "http://h/", headers, b"0\r\n\r\n")
    assert raw(request) == (
        b"POST / HTTP/1.1\r\nHost: other\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
    )


@pytest.mark.parametrize(("method", "announced"), [("POST", True), ("PUT", True), ("GET", False), ("DELETE", False)])
def test_an_empty_body_is_announced_where_servers_expect_one(method, announced):
    assert (b"Content-Length: 0" in raw(Request(method, "http://h/"))) is announced


def test_text_becomes_bytes_one_for_one_where_possible():
    assert encoded("caf\xe9") == b"caf\xe9"
    assert encoded("\u20ac") == b"\xe2\x82\xac"
    assert target_bytes("/\xe9") == b"/\xc3\xa9"


@pytest.mark.parametrize(
    "request_",
    [
        Request("GE T", "http://h/"),
        Request("", "http://h/"),
        Request("GET", "http://h/", (("X", "a\r\nY: b"),)),
        Request("GET", "http://h/", (("X", "a\nb"),)),
        Request("GET", "http://h/", (("X", "a\0b"),)),
        Request("GET", "http://h/", (("X Y", "a"),)),
        Request("GET", "http://h/", (("X:", "a"),)),
        Request("GET", "http://h/", (("", "a"),)),
        Request("GET", "http://h/", (("X\n", "a"),)),
        Request("GET\n", "http://h/"),
    ],
)
def test_what_is_not_http_has_a_fault(request_):
    assert fault(request_)


def test_odd_but_well_formed_requests_have_none():
    assert not fault(Request("M-SEARCH", "http://h/", (("X-!#$", "tab\there, \xe9"),)))


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("GET", "http://h/", (("Host", "x"),)), True),
        (Request("GET", "http://h/", (("Host", "x"), ("host", "y"))), False),
        (Request("POST", "http://h/", (("transfer-encoding", "x"),)), False),
        (Request("POST", "http://h/", (("Content-Length", "2"),), b"ab"), True),
        (Request("POST", "http://h/", (("Content-Length", "3"),), b"ab"), False),
        (Request("HEAD", "http://h/", (), b"ab"), False),
    ],
)
def test_framing_tricks_are_not_for_a_client_library(request_, expected):
    assert ordinary(request_) is expected


def test_a_head_keeps_order_duplicates_and_case():
    lines = [b"HTTP/1.1 404 Not Found\r\n", b"Set-Cookie: a=1\r\n", b"set-cookie:  b=2 \r\n", b"X: a:b\r\n", b"\r\n"]
    head = parse_head(lines)
    assert (head.status, head.version, head.whole) == (404, "1.1", True)
    assert head.headers == (("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X", "a:b"))


def test_interim_heads_and_trailers_are_left_out():
    lines = [b"HTTP/1.1 100 Continue\r\n", b"\r\n", b"HTTP/1.1 103 Hints\r\n", b"Link: x\r\n", b"\r\n",
             b"HTTP/2 200 \r\n", b"A: 1\r\n", b"\r\n", b"Trailer: t\r\n"]  # fmt: skip
    head = parse_head(lines)
    assert (head.status, head.version, head.headers) == (200, "2", (("A", "1"),))


def test_a_header_that_looks_like_a_status_line_is_a_header():
    head = parse_head([b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 500: x\r\n", b"\r\n"])
    assert head.status == 200
    assert head.headers == (("HTTP/1.1 500", "x"),)


def test_bare_line_feeds_and_a_missing_end():
    assert parse_head([b"HTTP/1.0 200\n", b"A: 1\n", b"\n"]).headers == (("A", "1"),)
    assert not parse_head([b"HTTP/1.1 200 OK\r\n", b"A: 1\r\n"]).whole
    assert parse_head([]) is None


def test_content_encoding_is_found_whatever_its_case():
    assert content_encoding((("CONTENT-encoding", "gzip"),)) == "gzip"
    assert content_encoding((("Vary", "x"),)) == ""
