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
        ("# only a comment", "It holds no request."),
        ("x" * 20_000_001, "It is too large: at most 20,000,000 characters are read."),
    ],
)
def test_what_is_wrong_is_told(text, problem):
    assert read(text, "http://a.test/").problems == [problem]


def test_many_are_cut():
    made = read("\n###\n".join(f"GET /{number}" for number in range(MAX_REQUESTS + 5)), "http://a.test/")
    assert len(made.operations) == MAX_REQUESTS
    assert "were left out" in made.problems[0]


CLIENT = """
@host = localhost:3000
@base = http://{{host}}/v1/
@id = 7

### Log in
# the first of all
# @name login
POST {{base}}login HTTP/1.1
Content-Type: application/json

{"user": "{{user}}", "at": "{{$timestamp}}", "id": {{id}}}

> {%
    client.global.set("token", response.body.token);
%}

###
@token = {{login.response.body.access_token}}
// @name mine
GET {{base}}things/{{create.response.body.$.thing.id}}/parts/{{id}}
    ?page=2
    &q={{word}}
Accept: application/json
Authorization: Bearer {{token}}
X-Api-Key: {{$dotenv API_KEY}}

?? status == 200

### Only a title

###
http://localhost:3000/plain

###
POST {{unknownHost}}/forms
Content-Type: application/x-www-form-urlencoded

a=1
&b={{missingId}}

###
POST /graphql
Content-Type: application/json
X-REQUEST-TYPE: GraphQL

query ($id: ID!) { user(id: $id) { name } }

{"id": "{{id}}"}

###
PUT /upload
Content-Type: image/png

< ./picture.png
"""


def test_files_of_clients_in_editors_are_read_with_their_variables():
    made = read(CLIENT, "http://a.test/", {"user": "ann"})
    assert made.problems == ["Request 6: its body is a file, which is not part of this one."]
    asked = [request_of(one) for one in made.operations]
    assert [(one.method, one.url) for one in asked] == [
        ("POST", "http://localhost:3000/v1/login"),
        ("GET", "http://localhost:3000/v1/things/1/parts/7?page=2&q=test"),
        ("GET", "http://localhost:3000/plain"),
        ("POST", "http://a.test/forms"),
        ("POST", "http://a.test/graphql"),
        ("PUT", "http://a.test/upload"),
    ]
    assert asked[0].body == b'{"user": "ann", "at": "1715941800", "id": 7}'
    assert [one.name for one in made.operations][:2] == ["Log in", "mine"]
    assert asked[3].body == b"a=1&b=1"
    assert made.operations[4].body == {
        "query": "query ($id: ID!) { user(id: $id) { name } }", "variables": {"id": "7"},
    }  # fmt: skip
    assert asked[5].body == b""


def test_what_is_not_known_is_left_to_what_calls_before_it_give():
    mine = read(CLIENT, "http://a.test/").operations[1]
    assert mine.url == "http://localhost:3000/v1/things/{id}/parts/7?page=2&q=test"
    assert [(one.name, one.place) for one in mine.parameters] == [("id", "path")]
    assert [(one.kind, one.name) for one in mine.secured] == [("bearer", "Authorization"), ("key", "X-Api-Key")]
    assert [name for name, _ in mine.headers] == ["Accept"]
    opened = read(CLIENT, "http://a.test/", {"API_KEY": "k", "token": "t"}).operations[1]
    assert dict(opened.headers) == {"Accept": "application/json", "Authorization": "Bearer t", "X-Api-Key": "k"}
    assert opened.secured == ()


def test_braces_that_are_no_variables_stay():
    made = read("POST /a?x={{7*7}}\nContent-Type: text/plain\n\n{{7*7}} {{#each x}}", "http://a.test/")
    assert made.operations[0].raw == b"{{7*7}} {{#each x}}"
