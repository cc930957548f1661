import pytest

from vedette.range.fields import Malformed
from vedette.range.web import Request, json_answer, member, plain, redirect, text_of


def test_a_request_reads_its_parts():
    request = Request(
        method="POST",
        path="/a/b%2Fc",
        query_string="x=1&x=2",
        headers={"cookie": "a=1", "content-type": "Application/JSON; charset=utf-8"},
        body=b'{"a": {"b": 2}}',
    )
    assert request.segments == ("a", "b/c") and request.query("x") == "1" and request.cookies("a") == "1"
    assert request.content_type == "application/json" and member(request.json, "a", "b") == 2


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_malformed(body):
    with pytest.raises(Malformed):
        _ = Request(method="POST", path="/", body=body).json


def test_forms_come_in_two_encodings():
    plain_form = Request(method="POST", path="/", body=b"a=1+2")
    assert plain_form.form("a") == "1 2"
    parts = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1+2\r\n--b--'
    media = {"content-type": "multipart/form-data; boundary=b"}
    assert Request(method="POST", path="/", headers=media, body=parts).form("a") == "1+2"


def test_answers_name_their_type():
    assert ("X-Content-Type-Options", "nosniff") in json_answer({}).headers
    assert ("Content-Type", "text/plain; charset=utf-8") in plain("x").headers
    assert redirect("/a").status == 303 and ("Location", "/a") in redirect("/a").headers


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (3, "3"), (1.5, "1.5"), (True, ""), (None, ""), ([], "")])
def test_scalars_become_text(value, text):
    assert text_of(value) == text


def test_members_of_what_is_no_object_are_none():
    assert member([1], "a") is None and member({"a": 1}, "a", "b") is None
