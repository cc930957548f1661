"""OpenAPI descriptions of all versions, whole and broken."""

import json
import time

import pytest

from vedette.engine.parse.openapi import MAX_OPERATIONS, read
from vedette.engine.parse.operation import request_of

BASE = "http://a.test/docs/openapi.json"


def reading(root, values=None, media="application/json", fixed=""):
    return read(root, BASE, values or {}, media, fixed)


def three(paths, **more):
    return {"openapi": "3.1.0", "paths": paths, **more}


def only(root, **how):
    made = reading(root, **how)
    assert made.problems == []
    (operation,) = made.operations
    return operation


def test_version_two_with_forms_bodies_and_servers():
    root = {
        "swagger": "2.0", "host": "api.test:81", "basePath": "/v1/", "schemes": ["https"],
        "consumes": ["application/json"],
        "definitions": {"Pet": {"properties": {"name": {"type": "string", "example": "Rex"}}}},
        "paths": {
            "/pets/{petId}": {
                "parameters": [{"name": "petId", "in": "path", "type": "integer", "required": True}],
                "put": {"parameters": [{"in": "body", "name": "pet", "schema": {"$ref": "#/definitions/Pet"}}],
                        "responses": {"200": {"schema": {"$ref": "#/definitions/Pet"}}}},
                "post": {"parameters": [
                    {"in": "formData", "name": "status", "type": "string", "enum": ["sold"], "required": True},
                    {"in": "formData", "name": "count", "type": "integer"}]},
            },
            "/files": {"post": {"parameters": [{"in": "formData", "name": "data", "type": "file"}]}},
        },
    }  # fmt: skip
    put, post, files = (
        next(one for one in reading(root).operations if one.name == name)
        for name in ("PUT /pets/{petId}", "POST /pets/{petId}", "POST /files")
    )
    assert put.url == "https://api.test:81/v1/pets/{petId}"
    assert request_of(put).url == "https://api.test:81/v1/pets/1"
    assert json.loads(request_of(put).body) == {"name": "Rex"}
    assert put.answers == ("name",)
    assert request_of(post).body == b"status=sold&count=1"
    assert post.lean == {"status": "sold"}
    assert b'filename="sample.txt"' in request_of(files).body


def test_servers_of_operation_path_and_description():
    server = "http://{where}.test/{version}/"
    variables = {"where": {"default": "b"}, "version": {"default": "v1"}}
    root = three(
        {
            "/a": {"get": {}},
            "/b": {"servers": [{"url": "/path"}], "get": {}, "post": {"servers": [{"url": "https://c.test"}]}},
        },
        servers=[{"url": server, "variables": variables}],
    )
    urls = {one.name: one.url for one in reading(root, {"version": "v2"}).operations}
    assert urls == {
        "GET /a": "http://b.test/v2/a", "GET /b": "http://a.test/path/b", "POST /b": "https://c.test/b"}  # fmt: skip
    assert only(three({"/a": {"get": {}}}, servers=[{"url": "../v3"}])).url == "http://a.test/v3/a"
    assert only(three({"/a": {"get": {}}})).url == "http://a.test/a"
    assert only(three({"/a": {"get": {}}}), fixed="http://z.test/x/").url == "http://z.test/x/a"


def test_parameters_of_the_path_and_the_operation():
    root = three({
        "/{id}": {
            "parameters": [{"name": "id", "in": "path", "schema": {"const": 1}}, {"name": "q", "in": "query",
                            "schema": {"const": "path"}}],
            "get": {"parameters": [{"name": "q", "in": "query", "schema": {"const": "own"}},
                                   {"name": "Accept", "in": "header", "schema": {}},
                                   {"name": "X-A", "in": "header", "example": "h"},
                                   {"name": "c", "in": "cookie", "content": {"text/plain": {"schema": {"const": 2}}}}]},
        }
    })  # fmt: skip
    request = request_of(only(root))
    assert request.url == "http://a.test/1?q=own"
    assert request.headers == (("X-A", "h"), ("Cookie", "c=2"))


def test_the_preferred_media_type_is_sent():
    content = {
        "application/xml": {"schema": {"xml": {"name": "pet"}, "properties": {"a": {"const": 1}}}},
        "application/json": {"example": {"a": 5, "b": 6}},
        "multipart/form-data": {"schema": {"properties": {"f": {"type": "string", "format": "binary"}}}},
    }
    root = three({"/a": {"post": {"requestBody": {"content": content}}}})
    assert json.loads(request_of(only(root)).body) == {"a": 5, "b": 6}
    assert request_of(only(root, media="application/xml")).body.endswith(b"<pet><a>1</a></pet>")
    assert b"filename=" in request_of(only(root, media="multipart/form-data")).body
    assert json.loads(request_of(only(root, values={"b": "mine"})).body) == {"a": 5, "b": "mine"}


def test_given_values_by_name_by_operation_id_and_by_method_and_path():
    get = {"operationId": "find", "parameters": [{"name": "q", "in": "query", "schema": {"const": "x"}}]}
    root = three({"/a": {"get": get}})
    for name in ("q", "find.q", "GET /a.q"):
        operation = only(root, values={name: "mine"})
        assert request_of(operation).url.endswith("?q=mine"), name
        assert operation.given == {"q"}
    assert request_of(only(root, values={"other.q": "mine"})).url.endswith("?q=x")


@pytest.mark.parametrize(
    ("root", "problem"),
    [
        ([], "no OpenAPI description"),
        ({"openapi": "4.0", "paths": {"/": {}}}, "OpenAPI 4.0 is not known"),
        ({"openapi": "3.0.0", "paths": []}, "`paths` is not an object"),
        ({"openapi": "3.0.0"}, "names no paths"),
        (three({"nopath": {}}), "nopath: it is not a path with operations."),
        (three({"/a": {"get": 5}}), "GET /a: the operation is not an object."),
        (three({"/a": {"get": {"parameters": [5]}}}), "GET /a: a parameter has no name."),
        (three({"/{id}": {"get": {}}}), "GET /{id}: the path parameter id is not described."),
        (three({"/a": {"get": {"parameters": [{"name": "x", "in": "moon"}]}}}), "GET /a: the parameter x stands in"),
        (three({"/a": {"$ref": "http://evil.invalid/a"}}), "/a: the reference http://evil.invalid/a leads out"),
        (three({"/a": {"get": {"requestBody": {"$ref": "#/none"}}}}), "GET /a: the reference #/none leads nowhere."),
        (three({"/a": {"get": {}}}, servers=[{"url": "ftp://x"}]), "the server address ftp://x is no http"),
        (three({"/a": {"get": {"security": [{"none": []}]}}}), "GET /a: the security scheme none is not described."),
    ],
)
def test_what_is_wrong_is_told_with_the_operation(root, problem):
    assert any(problem.lower() in one.lower() for one in reading(root).problems), reading(root).problems


@pytest.mark.parametrize("wrong", [None, 5, "text", [], [[]], {}, {"a": [None]}, True])
def test_wrong_types_anywhere_break_nothing(wrong):
    schema = {"properties": wrong, "items": wrong, "required": wrong, "enum": wrong, "allOf": wrong, "type": wrong}
    operation = {
        "parameters": wrong, "requestBody": {"content": {"application/json": wrong, "text/plain": {"schema": schema}}},
        "responses": wrong, "security": wrong, "tags": wrong, "servers": wrong, "operationId": wrong,
    }  # fmt: skip
    for version in ({"openapi": "3.0.0"}, {"swagger": "2.0", "host": wrong, "basePath": wrong, "schemes": wrong}):
        root = {**version, "paths": {"/a": {"post": operation, "parameters": wrong}, "/b": wrong}, "servers": wrong}
        for one in reading(root).operations:
            request_of(one)


def test_a_key_in_the_query_is_sent_when_it_was_given():
    schemes = {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}
    root = three({"/a": {"get": {"security": [{"key": []}]}}}, components={"securitySchemes": schemes})
    assert request_of(only(root)).url == "http://a.test/a"
    assert request_of(only(root, values={"api_key": "k"})).url == "http://a.test/a?api_key=k"


def test_many_operations_are_cut_and_take_bounded_time():
    schema = {"properties": {f"p{number}": {"$ref": "#/components/schemas/S"} for number in range(40)}}
    root = three(
        {f"/a{number}": {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}
         for number in range(MAX_OPERATIONS + 5)},
        components={"schemas": {"S": schema}},
    )  # fmt: skip
    began = time.monotonic()
    made = reading(root)
    assert time.monotonic() - began < 60
    assert len(made.operations) == MAX_OPERATIONS
    assert f"POST /a{MAX_OPERATIONS}: it and those after it were left out" in made.problems[-1]


def test_lists_and_objects_are_written_as_their_styles_say():
    many = {"type": "array", "items": {"type": "integer"}, "minItems": 2}
    point = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}
    parameters = [
        {"name": "a", "in": "query", "schema": many},
        {"name": "b", "in": "query", "schema": many, "explode": False},
        {"name": "c", "in": "query", "schema": point, "style": "deepObject"},
        {"name": "d", "in": "query", "schema": point},
        {"name": "e", "in": "query", "content": {"application/json": {"schema": many}}},
        {"name": "f", "in": "path", "schema": many, "required": True},
        {"name": "G", "in": "header", "schema": many},
    ]
    request = request_of(only(three({"/x/{f}": {"get": {"parameters": parameters}}})))
    expected = "/x/1,1?a=1&a=1&b=1,1&c%5Bx%5D=1&c%5By%5D=1&x=1&y=1&e=%5B1%2C1%5D"
    assert request.url == "http://a.test" + expected
    assert ("G", "1,1") in request.headers


def test_lists_of_version_two_are_joined_unless_they_are_multi():
    many = {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "minItems": 2}
    query = [{"name": "p", "in": "query", **many}, {"name": "q", "in": "query", "collectionFormat": "multi", **many}]
    form = [{"name": "f", "in": "formData", **many}]
    root = {"swagger": "2.0", "paths": {"/x": {"post": {"parameters": [*query, *form]}}}}
    request = request_of(only(root))
    assert request.url == "http://a.test/x?p=a,a&q=a&q=a"
    assert request.body == b"f=a%2Ca"


def test_what_stands_behind_a_hash_is_not_sent():
    parameters = [{"name": "q", "in": "query", "schema": {"type": "integer"}}]
    made = only(three({"/x/1#share": {"get": {"parameters": parameters}}}))
    assert (made.name, request_of(made).url) == ("GET /x/1#share", "http://a.test/x/1?q=1")


def test_nested_forms_and_files_within_parts():
    deep = {"schema": {"properties": {"card": {"properties": {"no": {"const": "4"}, "tags": {"const": ["x"]}}}}},
            "encoding": {"card": {"style": "deepObject", "explode": True}}}  # fmt: skip
    made = only(three({"/x": {"post": {"requestBody": {"content": {"application/x-www-form-urlencoded": deep}}}}}))
    assert request_of(made).body == b"card%5Bno%5D=4&card%5Btags%5D%5B0%5D=x"
    binary = {"type": "string", "format": "binary"}
    parts = {"schema": {"allOf": [{"properties": {"one": binary}},
                                  {"properties": {"many": {"type": "array", "items": binary}}}]}}  # fmt: skip
    made = only(three({"/x": {"post": {"requestBody": {"content": {"multipart/form-data": parts}}}}}))
    assert request_of(made).body.count(b"filename=") == 2


def test_what_no_request_can_hold_is_told_or_replaced():
    half = "\ud800"
    parameters = [{"name": "X\nY: 1", "in": "header", "schema": {}}, {"name": half, "in": "query", "example": half}]
    body = {"content": {"application/x-www-form-urlencoded": {"example": {half: half, "nested": {half: half}}}}}
    made = reading(three({f"/{{{half}}}": {"post": {"parameters": parameters, "requestBody": body}}}))
    assert any("cannot be sent" in problem for problem in made.problems)
    request = request_of(made.operations[0])
    assert request.url == "http://a.test/test?%3F=%3F"
    assert request.body.startswith(b"%3F=%3F&nested=")
    assert not any("Y: 1" in name for name, _ in request.headers)


def test_xml_bodies_follow_their_schemas_and_are_known_by_the_names_there():
    pet = {"xml": {"name": "pet"}, "properties": {"id": {"type": "integer", "example": 7, "xml": {"attribute": True}}}}
    content = {"application/xml": {"schema": {"$ref": "#/components/schemas/Pet"}}}
    paths = {"/a": {"post": {"requestBody": {"content": content}}}}
    root = {
        "openapi": "3.0.0",
        "servers": [{"url": "http://a.test"}],
        "paths": paths,
        "components": {"schemas": {"Pet": pet}},
    }
    (made,) = read(root, "http://a.test/", {}, "application/xml").operations
    sent = request_of(made, lambda place, name, value: 9 if (place, name) == ("body", "id") else value)
    assert sent.body.endswith(b'<pet id="9"></pet>')


def test_files_are_of_the_kind_that_is_asked_for_and_objects_say_that_they_are_json():
    properties = {"avatar": {"type": "string", "format": "binary"}, "meta": {"properties": {"k": {"example": "v"}}}}
    form = {"schema": {"properties": properties}, "encoding": {"avatar": {"contentType": "image/png"}}}
    bodies = {"multipart/form-data": form, "image/png": {"schema": {"type": "string", "format": "binary"}}}
    paths = {
        f"/{at}": {"post": {"requestBody": {"content": {media: one}}}} for at, (media, one) in enumerate(bodies.items())
    }
    made = read({"openapi": "3.0.0", "paths": paths}, "http://a.test/", {}, "").operations
    form, picture = (request_of(one).body for one in made)
    assert b'name="avatar"; filename="sample.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG' in form
    assert b'name="meta"\r\nContent-Type: application/json\r\n\r\n{"k":"v"}' in form
    assert picture.startswith(b"\x89PNG")
