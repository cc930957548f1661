"""Plain requests in a text file."""

import pytest

from vedette.engine.parse.operation import request_of
from vedette.engine.parse.rawrequests import MAX_REQUESTS, read

TEXT = """
# a comment
GET /first?q=1 HTTP/1.1
X-A: b

### Second
POST https://b.test/x
Content-Type: application/json

{"a": 1}

more
###
PUT /third HTTP/1.1\r
Host: c.test:81\r
Content-Type: text/plain\r
\r
line one\r
line two\r
"""


def test_each_piece_is_a_request():
    made = read(TEXT, "http://a.test/start")
    assert made.problems == []
    first, second, third = (request_of(one) for one in made.operations)
    assert (first.method, first.url, first.headers) == ("GET", "http://a.test/first?q=1", (("X-A", "b"),))
    assert made.operations[1].name == "Second"
    assert (second.url, second.body) == ("https://b.test/x", b'{"a": 1}\n\nmore')
    assert (third.url, third.body) == ("http://c.test:81/third", b"line one\nline two")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "It holds no request."),
        ("nonsense", "Request 1: its first line is not `METHOD URL`."),
        ("GET /a\nbad header\n\n", "Request 1: the line 'bad header' is no header."),
        ("### Named\nGET ftp://x", "Request 1 (Named): its address is no http or https URL."),
        ("# only a comment", "Request 1: its first line is not `METHOD URL`."),
        ("x" * 20_000_001, "It is too large: at most 20,000,000 characters are read."),
    ],
)
def test_what_is_wrong_is_told(text, problem):
    assert read(text, "http://a.test/").problems == [problem]


def test_many_are_cut():
    made = read("\n###\n".join(f"GET /{number}" for number in range(MAX_REQUESTS + 5)), "http://a.test/")
    assert len(made.operations) == MAX_REQUESTS
    assert "were left out" in made.problems[0]
