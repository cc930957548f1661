"""Postman collections: folders, variables, bodies and ways to log in."""

import json

import pytest

from vedette.engine.parse.operation import Secured, request_of
from vedette.engine.parse.postman import MAX_DEPTH, environment, read

BASE = "http://a.test/"


def reading(*items, values=None, fixed="", **more):
    return read({"info": {}, "item": list(items), **more}, BASE, values or {}, fixed)


def only(request, **more):
    (operation,) = reading({"name": "One", "request": request}, **more).operations
    return operation


def test_folders_name_their_requests_and_hand_down_their_log_in():
    inner = {"name": "Get", "request": {"method": "GET", "url": "http://a.test/x"}}
    made = reading(
        {"name": "Outer", "auth": {"type": "bearer"}, "item": [{"name": "Inner", "item": [inner]}]},
        {"name": "Top", "request": "http://a.test/y"},
    )
    first, second = made.operations
    assert (first.name, first.secured) == ("Outer/Inner/Get", (Secured("bearer"),))
    assert (second.name, second.method, second.secured) == ("Top", "GET", ())


def test_variables_come_from_the_environment_then_the_collection():
    request = {"method": "GET", "url": "{{base}}/{{version}}/x?k={{key}}&t={{$timestamp}}"}
    variables = [{"key": "base", "value": "http://{{host}}"}, {"key": "host", "value": "c.test"},
                 {"key": "version", "value": "v1"}, {"key": "key", "value": "own"}]  # fmt: skip
    operation = only(request, variable=variables, values={"key": "env"})
    assert request_of(operation).url == "http://c.test/v1/x?k=env&t=1715941800"


def test_what_has_no_value_in_a_path_is_a_hole_and_in_a_host_is_the_sites():
    made = reading({"name": "One", "request": {"url": "{{base}}/users/{{userId}}/a{{b}}/:part?q={{q}}"}})
    (operation,) = made.operations
    assert operation.url == "http://a.test/users/{userId}/a1/{part}"
    assert "The collection: the host {{base}} is not known; the start URL's is used." in made.problems
    assert "One: the variable in a{{b}} has no value." in made.problems


def test_what_has_no_value_elsewhere_gets_one_by_its_name():
    body = {"mode": "raw", "raw": '{"mail": "x-{{EMAIL}}", "id": {{product_id}}, "text": "{{$randomLoremWord}}"}'}
    sent = request_of(only({"method": "POST", "url": f"{BASE}?q={{{{user_id}}}}", "body": body}))
    assert json.loads(sent.body) == {"mail": "x-jane.doe@example.com", "id": 1, "text": "test"}
    assert sent.url == "http://a.test/?q=1"


def test_addresses_in_parts():
    url = {"protocol": "https", "host": ["b", "test"], "path": ["x", ":id"], "variable": [{"key": "id", "value": "7"}],
           "query": [{"key": "a", "value": "1"}, {"key": "b", "value": "2", "disabled": True}]}  # fmt: skip
    assert request_of(only({"url": url})).url == "https://b.test/x/7?a=1"
    assert request_of(only({"url": url}, fixed="http://z.test/api/")).url == "http://z.test/api/x/7?a=1"
    assert request_of(only({"url": "b.test/x y"})).url == "http://b.test/x%20y"


@pytest.mark.parametrize(
    ("body", "media", "sent"),
    [
        ({"mode": "raw", "raw": '{"a": "{{v}}"}'}, "application/json", b'{"a": "val"}'),
        ({"mode": "raw", "raw": "<a/>", "options": {"raw": {"language": "xml"}}}, "application/xml", b"<a/>"),
        ({"mode": "raw", "raw": "plain"}, "text/plain", b"plain"),
        ({"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "{{v}}"}, {"key": "b", "disabled": True}]},
         "application/x-www-form-urlencoded", b"a=val"),
        ({"mode": "raw", "raw": "x", "disabled": True}, "", b""),
    ],
)  # fmt: skip
def test_bodies(body, media, sent):
    request = request_of(only({"method": "POST", "url": BASE, "body": body}, values={"v": "val"}))
    assert dict(request.headers).get("Content-Type", "") == media
    assert request.body == sent


def test_files_and_graphql():
    form = {"mode": "formdata", "formdata": [{"key": "f", "type": "file"}, {"key": "a", "value": "1"}]}
    assert b"filename=" in request_of(only({"method": "POST", "url": BASE, "body": form})).body
    graph = {"mode": "graphql", "graphql": {"query": "{ a }", "variables": '{"x": 1}'}}
    sent = request_of(only({"method": "POST", "url": BASE, "body": graph})).body
    assert json.loads(sent) == {"query": "{ a }", "variables": {"x": 1}}
    made = reading({"name": "F", "request": {"method": "POST", "url": BASE, "body": {"mode": "file"}}})
    assert made.problems == ["F: its body is a file, which is not part of the collection."]


def test_ways_to_log_in():
    def signed(auth, values=None):
        return only({"url": BASE, "auth": auth}, values=values)

    bearer = {"type": "bearer", "bearer": [{"key": "token", "value": "{{t}}"}]}
    assert signed(bearer).secured == (Secured("bearer"),)
    assert signed(bearer, {"t": "abc"}).headers == (("Authorization", "Bearer abc"),)
    key = {"type": "apikey", "apikey": {"key": "X-K", "value": "v", "in": "query"}}
    assert request_of(signed(key)).url == "http://a.test/?X-K=v"
    assert signed({"type": "apikey", "apikey": {"key": "X-K"}}).secured == (Secured("key", "X-K", "header"),)
    assert signed({"type": "basic"}).secured == (Secured("basic"),)


def test_headers_that_belong_to_a_connection_are_left():
    headers = [{"key": "Host", "value": "x"}, {"key": "X-A", "value": "a\r\nb"}, {"key": "X-B", "disabled": True}]
    assert only({"url": BASE, "header": headers}).headers == (("X-A", "ab"),)


@pytest.mark.parametrize("wrong", [None, 5, "text", [], [[]], {}, {"a": [None]}, True])
def test_wrong_types_break_nothing(wrong):
    items = [wrong, {"name": wrong, "request": wrong}, {"item": wrong},
             {"request": {"method": wrong, "url": wrong, "header": wrong, "body": wrong, "auth": wrong}},
             {"request": {"url": {"raw": wrong, "host": wrong, "path": wrong, "query": wrong, "variable": wrong}}},
             {"request": {"url": BASE, "body": {"mode": "graphql", "graphql": wrong}}},
             {"request": {"url": BASE, "auth": {"type": "bearer", "bearer": wrong}}}]  # fmt: skip
    for operation in reading(*items, variable=wrong, auth=wrong).operations:
        request_of(operation)
    read(wrong, BASE, {})


def test_what_is_no_collection_says_so_and_depth_and_circles_end():
    assert read({"openapi": "3.0.0"}, BASE, {}).problems[0].startswith("This is no Postman collection")
    folder = {"name": "f", "item": []}
    for _ in range(MAX_DEPTH + 5):
        folder = {"name": "f", "item": [folder]}
    assert "nested too deeply" in reading(folder).problems[0]
    circle = [{"key": "a", "value": "{{b}}{{b}}"}, {"key": "b", "value": "{{a}}{{a}}"}]
    assert len(only({"url": "http://a.test/x?q={{a}}"}, variable=circle).parameters[0].value) < 25_000
    large = [{"key": "a", "value": "x" * 20_000}]
    body = {"mode": "raw", "raw": "{{a}}" * 200_000}
    assert len(only({"method": "POST", "url": BASE, "body": body}, variable=large).raw) < 2_000_000


def test_environments():
    values = [{"key": "a", "value": "1"}, {"key": "b", "value": "2", "enabled": False}, 5]
    assert environment({"values": values}) == {"a": "1"}
    assert environment([]) == {}


def test_the_collections_log_in_goes_before_a_header_that_was_written_by_hand():
    old = [{"key": "authorization", "value": "Bearer stale"}, {"key": "X-A", "value": "b"}]
    given = only(
        {"url": BASE, "header": old, "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{t}}"}]}}
    )
    assert (given.headers, given.secured) == ((("X-A", "b"),), (Secured("bearer"),))
    known = only({"url": BASE, "header": old, "auth": {"type": "bearer", "bearer": {"token": "new"}}})
    assert dict(known.headers) == {"X-A": "b", "Authorization": "Bearer new"}
    assert (
        dict(only({"url": BASE, "header": old, "auth": {"type": "noauth"}}).headers)["authorization"] == "Bearer stale"
    )


def test_a_basic_log_in_is_sent_as_it_stands_there():
    pairs = [{"key": "username", "value": "ann"}, {"key": "password", "value": "{{secret}}"}]
    request = {"url": BASE, "auth": {"type": "basic", "basic": pairs}}
    assert only(request).secured == (Secured("basic"),)
    assert only(request, values={"secret": "x"}).headers == (("Authorization", "Basic YW5uOng="),)


def test_log_ins_that_are_not_made_are_named():
    made = reading({"name": "One", "request": {"url": BASE, "auth": {"type": "hawk", "hawk": []}}})
    assert made.problems == ["One: its log-in of the kind hawk is not made."]


def test_version_2_0_may_write_headers_and_forms_as_text():
    body = {"mode": "urlencoded", "urlencoded": "a=1&b=&a=x%20y"}
    sent = request_of(only({"method": "POST", "url": BASE, "header": "X-A: b\nX-C: d:e\n", "body": body}))
    assert sent.headers[:2] == (("X-A", "b"), ("X-C", "d:e"))
    assert sent.body == b"a=1&a=x+y&b="


def test_fields_that_stand_there_several_times_keep_all_values_and_the_boundary_is_our_own():
    fields = [{"key": "tag", "value": "a"}, {"key": "tag", "value": "b"}, {"key": "f", "type": "file", "src": ["/x"]}]
    header = [{"key": "Content-Type", "value": "multipart/form-data"}]
    body = {"mode": "formdata", "formdata": fields}
    sent = request_of(only({"method": "POST", "url": BASE, "header": header, "body": body}))
    (media,) = [value for name, value in sent.headers if name.lower() == "content-type"]
    assert media.partition("boundary=")[2].encode() in sent.body
    assert (sent.body.count(b'name="tag"'), sent.body.count(b"filename=")) == (2, 1)


def test_graphql_variables_may_be_an_object_and_the_operation_named():
    graphql = {"query": "query a { x }", "variables": {"id": "{{anId}}"}, "operationName": "a"}
    operation = only({"method": "POST", "url": BASE, "body": {"mode": "graphql", "graphql": graphql}})
    assert operation.body == {"query": "query a { x }", "variables": {"id": "1"}, "operationName": "a"}


def test_what_scripts_set_is_named_unless_a_value_was_given():
    lines = ["pm.environment.set('token', x);", 'postman.setGlobalVariable("id", 1)', "pm.variables.get('other')",
             "request.headers.set('X-A', 'b')"]  # fmt: skip
    item = {"name": "One", "request": BASE, "event": [{"listen": "test", "script": {"exec": lines}}]}
    (told,) = reading(item, event=[{"listen": "prerequest", "script": {"exec": "pm.globals.set('now', 1)"}}]).problems
    assert "They set now, token, id: give values" in told
    assert "They set id:" in reading(item, values={"token": "t"}).problems[0]
    assert reading(item, values={"token": "t", "id": "1"}).problems == []


def test_version_1_says_what_to_do():
    assert "export it as version 2.1" in read({"requests": []}, BASE, {}).problems[0]
