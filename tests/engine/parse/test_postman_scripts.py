"""Scripts are read, never run."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.engine.parse.postman_scripts import Answered, assigned

BODY = {"token": "t0k", "data": {"items": [{"id": 7}], "user-name": "ann", "ok": True}, "long": "é"}
ANSWER = Answered(json.dumps(BODY), (("X-Auth", "h3"), ("Set-Cookie", "sid=c4; Path=/"), ("set-cookie", "sid=c5")))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("pm.response.json().token", "t0k"),
        ("pm.response.json().data.items[0].id", "7"),
        ("pm.response.json()['data'][\"user-name\"]", "ann"),
        ("pm.response.json()?.data?.ok", "true"),
        ("JSON.parse(responseBody).token", "t0k"),
        ("JSON.parse(pm.response.text()).long", "é"),
        ("'Bearer ' + pm.response.json().token", "Bearer t0k"),
        ("`Bearer ${pm.response.json().token}!`", "Bearer t0k!"),
        ('pm.response.headers.get("x-auth")', "h3"),
        ('postman.getResponseHeader("X-Auth")', "h3"),
        ('pm.cookies.get("sid")', "c5"),
        ('pm.variables.get("old") + "\\u0041\\n"', "o1A\n"),
        ("pm.response.json().data.items[0].id.toString()", "7"),
        ("String(pm.response.json().data.items[0].id)", "7"),
        ("pm.response.json().missing || 'spare'", "spare"),
        ("(pm.response.json()).data.items", '[{"id": 7}]'),
        ("1.5", "1.5"),
        ("pm.response.json().missing", None),
        ("pm.response.json().data.items[9]", None),
        ("atob('x')", None),
        ("1 - 1", None),
        ("null", None),
        ("crypto.createHmac('sha256', 'x').digest('hex')", None),
    ],
)
def test_plain_expressions_are_understood(value, found):
    script = f"pm.environment.set('name', {value});"
    assert assigned(script, ANSWER, {"old": "o1"}).get("name") == found


@pytest.mark.parametrize(
    "script",
    [
        "const body = pm.response.json(); pm.environment.set('name', body.token)",
        "var a = JSON.parse(responseBody); let b = a.token; postman.setEnvironmentVariable('name', b);",
        "const { token } = pm.response.json(); pm.collectionVariables.set('name', token)",
        "const { token: t } = pm.response.json(); pm.globals.set('name', t)",
        "if (pm.response.code === 200) { pm.test('x', () => { pm.variables.set('name', pm.response.json().token) }) }",
        "let body; body = pm.response.json(); pm\n  .environment\n  .set('name', /* why */ body.token)",
        "pm.environment.set('a', pm.response.json().token); pm.environment.set('name', pm.environment.get('a'))",
        "pm.environment.set('name', 'old'); pm.environment.set('name', pm.response.json().token)",
        "const key = 'name'; pm.environment.set(key, pm.response.json().token)",
    ],
)
def test_names_and_surroundings_are_seen_through(script):
    assert assigned(script, ANSWER, {})["name"] == "t0k"


@pytest.mark.parametrize(
    "script", ["", "}{", "const a = a; pm.environment.set('x', a)", "pm.environment.set('x')", "x" * 300_000]
)
def test_what_is_no_script_sets_nothing(script):
    assert assigned(script, ANSWER, {}) == {}
    assert assigned("pm.environment.set('x', pm.response.json().a)", Answered("[" * 100_000), {}) == {}
    assert assigned("pm.environment.set('x', " + "(" * 3000 + "1" + ")" * 3000 + ")", ANSWER, {}) == {}


@settings(deadline=None, max_examples=50)
@given(st.text(), st.text())
def test_anything_is_read(script, text):
    assert isinstance(assigned(f"pm.environment.set('x', {script})", Answered(text), {}), dict)
