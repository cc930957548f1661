"""From an operation and chosen values to the bytes of a request."""

import json

from vedette.engine.parse.operation import Operation, Parameter, request_of

URL = "http://a.test/users/{user id}/posts/{id}"


def test_every_place_is_filled():
    made = Operation(
        "x", "GET", URL + "?fixed=1",
        (
            Parameter("user id", "path", "a/b c"), Parameter("id", "path", 5), Parameter("q", "query", ["x&y", True]),
            Parameter("X-A", "header", "one\r\ntwo"), Parameter("lang", "cookie", "de"),
        ),
    )  # fmt: skip
    request = request_of(made, user="A")
    assert request.url == "http://a.test/users/a%2Fb%20c/posts/5?fixed=1&q=x%26y&q=true"
    assert request.headers == (("X-A", "onetwo"), ("Cookie", "lang=de"))
    assert (request.body, request.user) == (b"", "A")


def test_a_hole_without_a_value_is_never_sent_as_it_stands():
    assert request_of(Operation("x", "GET", URL)).url == "http://a.test/users/1/posts/1"


def test_braces_in_a_host_are_no_hole():
    assert Operation("x", "GET", "http://a.test/{id}").template == "/{}"
    assert Operation("x", "GET", URL).holes == ("user id", "id")


def test_choices_reach_every_value_of_a_body_by_its_name():
    seen = []

    def choose(place, name, value):
        seen.append((place, name, value))
        return "new" if name == "b" else value

    body = {"a": {"b": 1}, "list": [{"b": 2}, 3], "variables": {"user_id": 7}}
    made = Operation("x", "POST", URL, media="application/json", body=body, aliases=(("user_id", "id"),))
    request = request_of(made, choose)
    assert json.loads(request.body) == {
        "a": {"b": "new"}, "list": [{"b": "new"}, 3], "variables": {"user_id": 7}}  # fmt: skip
    assert ("body", "id", 7) in seen
    assert request.headers == (("Content-Type", "application/json"),)


def test_lean_leaves_out_what_is_not_required():
    made = Operation(
        "x", "POST", "http://a.test/", (Parameter("a", "query", 1), Parameter("b", "query", 2, required=False)),
        media="application/json", body={"a": 1, "b": 2}, lean={"a": 1},
    )  # fmt: skip
    request = request_of(made, lean=True)
    assert request.url.endswith("?a=1")
    assert json.loads(request.body) == {"a": 1}


def test_forms_multipart_and_xml():
    def sent(media, body):
        return request_of(Operation("x", "POST", "http://a.test/", media=media, body=body))

    assert sent("application/x-www-form-urlencoded", {"a": "x y", "b": [1, 2]}).body == b"a=x+y&b=1&b=2"
    parted = sent("multipart/form-data", {"a": "x", "f": {"$file": "data"}})
    assert b'name="f"; filename="sample.txt"' in parted.body
    assert dict(parted.headers)["Content-Type"].startswith("multipart/form-data; boundary=")
    whole = {"$xml": "pet", "$value": {"@id": 5, "name": "<Rex>", "tags": {"tag": ["a", "b"]}, "bad name": 1}}
    assert sent("application/xml", whole).body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?><pet id="5"><name>&lt;Rex&gt;</name>'
        "<tags><tag>a</tag><tag>b</tag></tags><item>1</item></pet>"
    )
    assert sent("text/plain", "plain").body == b"plain"


def test_raw_bytes_go_as_they_are():
    made = Operation("x", "POST", "http://a.test/", media="text/csv", raw=b"\x00a,b")
    assert request_of(made).body == b"\x00a,b"


def test_nesting_without_end_is_left_as_it_is():
    deep: dict = {}
    at = deep
    for _ in range(200):
        at["a"] = {}
        at = at["a"]
    made = Operation("x", "POST", "http://a.test/", media="application/xml", body={"$xml": "r", "$value": deep})
    assert len(request_of(made).body) < 1000
