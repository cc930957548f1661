from __future__ import annotations

import json
from email import message_from_bytes
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from vedette.contract.exchange import Request, header
from vedette.engine.attack.mutations import (
    MAX_VALUE,
    MutationError,
    body_kind,
    cookie_point,
    header_point,
    points_of,
    sent_values,
    with_value,
)
from vedette.engine.attack.point import Point, PointKind, Target

PAYLOADS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
PRINTABLE = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn")), max_size=30)
URL = "http://site.example/shop/item/42/edit.php;v=1?id=3&q=a+b%26c&id=4&flag&=x&empty=#part"
FORM = Request(
    "POST",
    "http://site.example/buy?lang=en",
    (("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "20")),
    b"amount=2&note=%C3%BC",
)
DATA = Request(
    "POST",
    "http://site.example/api",
    (("Content-Type", "application/json; charset=utf-8"),),
    '{ "a": {"b": [1, "ü", {"c/d": null}]},\n "e": true }'.encode(),
)
XML = Request("POST", "http://site.example/x", (("Content-Type", "text/xml"),), b"<r a='1'><b>two</b><b>three</b></r>")
UPLOAD = Request(
    "POST",
    "http://site.example/up",
    (("Content-Type", "multipart/form-data; boundary=XX"),),
    b'--XX\r\nContent-Disposition: form-data; name="t"\r\n\r\nold\r\n--XX\r\n'
    b'Content-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\ndata\r\n--XX--\r\n',
)


def points(request: Request, template: str = "") -> dict[tuple[str, str], Point]:
    return {(str(point.kind), point.name): point for point in points_of(Target(request, template))}


def listed(request: Request, template: str = "") -> list[tuple[str, str, str]]:
    return [(str(point.kind), point.name, point.value) for point in points_of(Target(request, template))]


def test_query_and_path() -> None:
    assert listed(Request("GET", URL), "/shop/item/{}/edit.php;v=1") == [
        ("query", "id", "3"),
        ("query", "q", "a b&c"),
        ("query", "id#2", "4"),
        ("query", "flag", ""),
        ("query", "", "x"),
        ("query", "empty", ""),
        ("path", "2", "42"),
        ("path", "3", "edit.php;v=1"),
        ("name", "id", "id"),
    ]


@pytest.mark.parametrize(
    ("path", "template", "indices"),
    [
        ("/", "/", []),
        ("/index.php", "/index.php", []),
        ("/login", "/login", ["0"]),
        ("/item/42", "/item/{}", ["1"]),
        ("/user/anna/posts", "/user/{}/posts", ["1", "2"]),
        ("/files/report.txt", "/files/report.txt", ["1"]),
        ("/a/b/", "/a/b/", []),
        ("/static/app.js", "/static/app.js", []),
    ],
)
def test_which_path_segments_are_points(path: str, template: str, indices: list[str]) -> None:
    found = points_of(Target(Request("GET", f"http://site.example{path}"), template))
    assert [point.name for point in found if point.kind is PointKind.PATH] == indices


def test_bodies() -> None:
    assert listed(FORM)[-3:] == [("form", "amount", "2"), ("form", "note", "ü"), ("name", "lang", "lang")]
    assert [item for item in listed(DATA) if item[0] == "json"] == [
        ("json", "a/b/0", "1"),
        ("json", "a/b/1", "ü"),
        ("json", "a/b/2/c~1d", "null"),
        ("json", "e", "true"),
    ]
    assert [item[:2] for item in listed(XML)[1:]] == [("xml", "r/@a"), ("xml", "r/b"), ("xml", "r/b#2"), ("body", "")]
    assert [item for item in listed(UPLOAD) if item[0] == "multipart"] == [
        ("multipart", "t", "old"),
        ("multipart", "f", "data"),
        ("multipart", "f/filename", "a.txt"),
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("application/json", PointKind.JSON),
        ("application/problem+json", PointKind.JSON),
        ("application/soap+xml; charset=utf-8", PointKind.XML),
        ("text/plain", None),
        ("", None),
    ],
)
def test_body_kinds(kind: str, expected: PointKind | None) -> None:
    assert body_kind(Request("POST", "http://site.example/", (("Content-Type", kind),), b"x")) is expected
    assert body_kind(Request("POST", "http://site.example/", (("Content-Type", kind),))) is None


def test_broken_bodies_have_no_points() -> None:
    broken = Request("POST", "http://site.example/", (("Content-Type", "application/json"),), b'{"a":')
    assert listed(broken) == []


@given(payload=PAYLOADS)
@settings(max_examples=80, deadline=None)
def test_query_values_arrive(payload: str) -> None:
    found = points(Request("GET", URL))
    for name, place in (("id", 0), ("q", 1), ("id#2", 2)):
        url = with_value(found["query", name], payload).url
        expected = parse_qsl(urlsplit(URL).query, keep_blank_values=True)
        expected[place] = (expected[place][0], payload)
        assert parse_qsl(urlsplit(url).query, keep_blank_values=True) == expected
    name = with_value(found["name", "id"], payload).url
    assert parse_qsl(urlsplit(name).query, keep_blank_values=True)[0] == (payload, "3")


@given(payload=PAYLOADS)
@settings(max_examples=80, deadline=None)
def test_path_form_and_cookie_values_arrive(payload: str) -> None:
    found = points(Request("GET", URL), "/shop/item/{}/x")
    path = urlsplit(with_value(found["path", "2"], payload).url).path
    assert [unquote(segment) for segment in path.split("/")] == ["", "shop", "item", payload, "edit.php;v=1"]
    sent = with_value(points(FORM)["form", "note"], payload)
    assert parse_qsl(sent.body.decode(), keep_blank_values=True) == [("amount", "2"), ("note", payload)]
    assert header(sent.headers, "content-length") == str(len(sent.body))
    point = cookie_point(Target(Request("GET", URL, (("Cookie", "a=1; theme=dark; b=2"),)), ""), "theme", "dark")
    cookie = header(with_value(point, payload).headers, "cookie")
    assert [unquote(pair) for pair in cookie.split("; ")] == ["a=1", f"theme={payload}", "b=2"]


@given(payload=PAYLOADS)
@settings(max_examples=80, deadline=None)
def test_json_values_arrive(payload: str) -> None:
    found = points(DATA)
    as_text = json.loads(with_value(found["json", "a/b/1"], payload).body)
    assert as_text == {"a": {"b": [1, payload, {"c/d": None}]}, "e": True}
    assert json.loads(with_value(found["json", "a/b/2/c~1d"], payload).body)["a"]["b"][2] == {"c/d": payload}


def test_json_numbers_stay_numbers_when_the_payload_is_one() -> None:
    found = points(DATA)
    assert b"[7, " in with_value(found["json", "a/b/0"], "7").body
    assert b'["7-0", ' in with_value(found["json", "a/b/0"], "7-0").body
    assert b', "7", ' in with_value(found["json", "a/b/1"], "7").body
    assert b'[{"$gt": 0}, ' in with_value(found["json", "a/b/0"], '{"$gt": 0}', raw=True).body


@given(payload=PRINTABLE)
@settings(max_examples=80, deadline=None)
def test_xml_values_arrive(payload: str) -> None:
    found = points(XML)
    assert [node.text or "" for node in etree.fromstring(with_value(found["xml", "r/b#2"], payload).body)] == [
        "two",
        payload,
    ]
    assert etree.fromstring(with_value(found["xml", "r/@a"], payload).body).get("a") == payload


def test_xml_as_given_and_as_a_whole() -> None:
    found = points(XML)
    assert with_value(found["xml", "r/b"], "&x;", raw=True).body == b"<r a='1'><b>&x;</b><b>three</b></r>"
    assert with_value(found["body", ""], "<!DOCTYPE r><r/>").body == b"<!DOCTYPE r><r/>"


@given(payload=PRINTABLE.filter(lambda text: text.strip() == text and "--XX" not in text))
@settings(max_examples=50, deadline=None)
def test_multipart_values_arrive(payload: str) -> None:
    body = with_value(points(UPLOAD)["multipart", "t"], payload).body
    head = b"Content-Type: multipart/form-data; boundary=XX\r\n\r\n"
    fields = message_from_bytes(head + body).get_payload()
    assert fields[0].get_payload(decode=True).decode() == payload
    assert fields[1].get_payload() == "data"


def test_file_names_arrive() -> None:
    body = with_value(points(UPLOAD)["multipart", "f/filename"], '../x".php').body
    assert b'filename="../x%22.php"\r\n\r\ndata' in body


def test_headers_hold_one_line_unless_raw() -> None:
    target = Target(Request("GET", URL, (("Accept", "*/*"), ("x-id", "1"))), "")
    point = header_point(target, "X-Id", "1")
    assert with_value(point, "a\r\nb: c").headers == (("Accept", "*/*"), ("X-Id", "ab: c"))
    assert header(with_value(point, "a\r\nb: c", raw=True).headers, "x-id") == "a\r\nb: c"


def test_a_cookie_is_read_as_the_site_wrote_it() -> None:
    point = cookie_point(Target(Request("GET", URL), ""), "seen", "11%2C7")
    assert point.value == "11,7"
    assert with_value(point, point.value + "+1").headers == (("Cookie", "seen=11%2C7%2B1"),)
    assert with_value(point, "a+b").headers == (("Cookie", "seen=a+b"),)


def test_a_cookie_that_was_not_there_is_added() -> None:
    target = Target(Request("GET", URL), "")
    assert with_value(cookie_point(target, "seen", "1"), "a;b c,d").headers == (("Cookie", "seen=a%3Bb%20c%2Cd"),)
    assert with_value(cookie_point(target, "seen", "1"), "a b", raw=True).headers == (("Cookie", "seen=a b"),)


def test_raw_goes_in_as_given() -> None:
    found = points(Request("GET", URL), "/shop/item/{}/x")
    assert with_value(found["query", "q"], "%2e%2e/", raw=True).url.startswith(URL.replace("a+b%26c", "%2e%2e/"))
    assert with_value(found["path", "2"], "..%2f", raw=True).url == URL.replace("42", "..%2f")
    assert with_value(points(FORM)["form", "amount"], "%00", raw=True).body == b"amount=%00&note=%C3%BC"


def test_the_value_that_stood_there_changes_nothing() -> None:
    for request in (FORM, DATA, XML, UPLOAD, Request("GET", "http://site.example/item/42?id=3")):
        for point in points_of(Target(request, "")):
            if point.kind is not PointKind.JSON or point.value not in ("null", "true", "ü"):
                assert with_value(point, point.value) == request


@pytest.mark.parametrize(
    ("request_", "kind", "name"),
    [
        (FORM, PointKind.QUERY, "absent"),
        (FORM, PointKind.FORM, "absent"),
        (FORM, PointKind.PATH, "9"),
        (DATA, PointKind.JSON, "absent"),
        (XML, PointKind.XML, "absent"),
        (UPLOAD, PointKind.MULTIPART, "absent"),
    ],
)
def test_a_point_that_does_not_exist(request_: Request, kind: PointKind, name: str) -> None:
    with pytest.raises(MutationError):
        with_value(Point(Target(request_, ""), kind, name), "x")


def test_urls_without_path_or_origin() -> None:
    assert listed(Request("GET", "http://site.example?id=1"))[0] == ("query", "id", "1")
    point = points(Request("GET", "http://site.example?id=1"))["query", "id"]
    assert with_value(point, "2").url == "http://site.example?id=2"


def test_sent_values_are_what_may_come_back() -> None:
    assert sent_values(FORM) == ("en", "buy", "2", "ü")
    assert sent_values(Request("GET", f"http://site.example/?q={'x' * (MAX_VALUE + 1)}&id=1&b=1")) == ("1",)


def graphql_target(**more):
    body = {"query": '{ user(id: "5") { name } }', "operationName": "A", "variables": {"x": 1}} | more
    headers = (("Content-Type", "application/json"),)
    return Target(Request("POST", "http://site.test/graphql", headers, json.dumps(body).encode()), "/graphql")


def test_a_graphql_document_is_no_input_but_the_values_in_it_are():
    points = {point.name: point for point in points_of(graphql_target()) if point.kind is PointKind.JSON}
    assert {name: point.value for name, point in points.items()} == {"query#user/id": "5", "variables/x": "1"}
    changed = json.loads(with_value(points["query#user/id"], 'it\'s "5"').body)
    assert changed["query"] == '{ user(id: "it\'s \\"5\\"") { name } }'
    assert changed["variables"] == {"x": 1}


def test_a_query_that_is_no_document_is_a_field_like_others():
    points = [point.name for point in points_of(graphql_target(query="red shoes"))]
    assert {"query", "operationName"} <= set(points)
    with pytest.raises(MutationError):
        with_value(Point(graphql_target(), PointKind.JSON, "query#none/id"), "x")


def test_of_a_described_operation_only_the_variable_segments_are_input():
    request = Request("GET", "http://site.test/v1/users/7/posts")
    paths = [point.name for point in points_of(Target(request, "/v1/users/{}/posts", described="GET /users"))]
    assert paths == ["2"]
    assert points_of(Target(request, "/v1/users/{}/posts", described="GET /users", steady=True)) == []
    assert points_of(Target(request, "/v1/{}/{}/{}/{}/{}", described="x"))[-1].name == "3"
