import time

import pytest

from vedette.engine.parse.scriptcalls import FORM_TYPE, JSON_TYPE, ScriptCall, calls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('fetch("/a?p=3").then(f)', ScriptCall("GET", "/a?p=3")),
        (
            """fetch(`/u/${id}`, {method: "POST", headers: {"Content-Type": "application/json", "X-T": t},
                body: JSON.stringify({name: n, n: 5})})""",
            ScriptCall("POST", "/u/1", (("X-T", "1"),), b'{"name":"1","n":5}', JSON_TYPE),
        ),
        (
            'fetch("/f", {method: "post", body: new URLSearchParams({a: 1, b: "x y"})})',
            ScriptCall("POST", "/f", (), b"a=1&b=x+y", FORM_TYPE),
        ),
        ('fetch("/f", {method: "PUT", body: data})', ScriptCall("PUT", "/f")),
        (
            "axios.post('/l', {u: u, p: \"x\"}, {headers: {'X-C': 'web'}})",
            ScriptCall("POST", "/l", (("X-C", "web"),), b'{"u":"1","p":"x"}', JSON_TYPE),
        ),
        ("axios.get('/l', {params: {q: 'a'}})", ScriptCall("GET", "/l?q=a")),
        (
            "axios({method: 'put', url: '/i/' + id, data: {a: [1]}})",
            ScriptCall("PUT", "/i/1", (), b'{"a":[1]}', JSON_TYPE),
        ),
        (
            '$.ajax({url: "/add.php", type: "POST", data: {id: 3, qty: 1}})',
            ScriptCall("POST", "/add.php", (), b"id=3&qty=1", FORM_TYPE),
        ),
        (
            """$.ajax("/j", {method: "POST", contentType: "application/json; charset=utf-8",
                data: JSON.stringify({z: 1})})""",
            ScriptCall("POST", "/j", (), b'{"z":1}', JSON_TYPE),
        ),
        ('$.get("/s.php", {q: "x"})', ScriptCall("GET", "/s.php?q=x")),
        ('$.post("save", {a: 1})', ScriptCall("POST", "save", (), b"a=1", FORM_TYPE)),
        ('jQuery.getJSON("d.json?x=1")', ScriptCall("GET", "d.json?x=1")),
        ("http.get<Item[]>('api/things')", ScriptCall("GET", "api/things")),
        ('this.$http.delete("/api/x/5")', ScriptCall("DELETE", "/api/x/5")),
        ('navigator.sendBeacon("/b", "e=1")', ScriptCall("POST", "/b", (), b"e=1", FORM_TYPE)),
        (
            """x.open("POST", "/x", true); x.setRequestHeader("X-A", "1");
            x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded'); x.send('a=1&b=' + b);""",
            ScriptCall("POST", "/x", (("X-A", "1"),), b"a=1&b=1", FORM_TYPE),
        ),
        (
            "const base = '/api'; const body = {a: 1}; fetch(base + '/u', {method: 'PUT', body: JSON.stringify(body)})",
            ScriptCall("PUT", "/api/u", (), b'{"a":1}', JSON_TYPE),
        ),
        (
            "const client = axios.create({baseURL: '/v2/'}); client.post('items', {n: name})",
            ScriptCall("POST", "/v2/items", (), b'{"n":"1"}', JSON_TYPE),
        ),
        ("axios.defaults.baseURL = '/v3'; axios.get('/x')", ScriptCall("GET", "/v3/x")),
        ("fetch(new URL('/x/y', location.origin))", ScriptCall("GET", "/x/y")),
        ("const o = {method: 'DELETE'}; fetch(`/x/${id}`, o)", ScriptCall("DELETE", "/x/1")),
        (
            "const u = '/log'; x.open('POST', u + '?a=1'); x.send(JSON.stringify({b: c}))",
            ScriptCall("POST", "/log?a=1", (), b'{"b":"1"}', JSON_TYPE),
        ),
    ],
)
def test_reads_the_calls_of_the_usual_clients(text, expected):
    assert calls(text) == [expected]


def test_the_headers_of_one_request_are_not_those_of_the_next():
    text = "a.open('GET','/one'); a.send(); b.open('GET','/two'); b.setRequestHeader('X-Two','2'); b.send();"
    assert calls(text) == [ScriptCall("GET", "/one"), ScriptCall("GET", "/two", (("X-Two", "2"),))]


@pytest.mark.parametrize(
    "text",
    ["fetch(url)", "fetch()", 'window.open("/x")', 'map.get("key")', "fetch('a b')", "$.ajax({})", "// fetch('/x')"],
)
def test_calls_without_a_literal_address_are_left_out(text):
    assert calls(text) == []


def test_equal_calls_count_once_and_order_is_that_of_the_text():
    assert [call.url for call in calls("fetch('/b'); fetch('/a'); fetch('/b')")] == ["/b", "/a"]


@pytest.mark.parametrize(
    "bomb", ["fetch(" * 100_000, 'fetch("/a\\' * 80_000, '$.ajax({a:"\\' * 60_000, ".open('get'," * 60_000]
)
def test_hostile_scripts_cost_bounded_time(bomb):
    started = time.process_time()
    calls(bomb)
    assert time.process_time() - started < 12
