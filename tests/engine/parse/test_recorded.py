"""What recorded requests become."""

from vedette.engine.parse.operation import request_of
from vedette.engine.parse.recorded import alike, operation, sendable

JSON = (("Content-Type", "application/json"), ("Cookie", "a=1"), ("Host", "x"), ("X-A", "b"))


def test_a_json_body_is_taken_apart_and_others_are_kept():
    made = operation("har", "POST", "http://a.test/{x}", JSON, b'{"a": 1}')
    assert made.body == {"a": 1}
    assert made.name == "POST http://a.test/{x}"
    request = request_of(made)
    assert request.url == "http://a.test/%7Bx%7D"
    assert request.headers == (("X-A", "b"), ("Content-Type", "application/json"))
    assert operation("har", "POST", "http://a.test/", JSON, b"{broken").raw == b"{broken"
    assert operation("har", "POST", "http://a.test/", JSON, b"[" * 100_000).raw == b"[" * 100_000


def test_headers_of_a_connection_or_session_are_not_sent_again():
    assert [sendable(name) for name in ("X-A", "Authorization", ":path", "Sec-Fetch-Mode", "Host", "Cookie", "")] == [
        True, True, False, False, False, False, False]  # fmt: skip


def test_requests_that_differ_in_values_are_alike():
    one = alike("POST", "http://a.test/x?b=1&a=2", JSON, b'{"a": 1}')
    assert one == alike("POST", "http://a.test/x?a=9&b=9", JSON, b'{"a": "other"}')
    assert one != alike("POST", "http://a.test/x?a=9", JSON, b'{"a": 1}')
    assert one != alike("POST", "http://a.test/x?a=9&b=9", JSON, b'{"b": 1}')
