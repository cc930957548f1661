import pytest

from vedette.engine.parse import fill
from vedette.engine.parse.forms import MULTIPART, Field, Form


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field("x", "email"), "jane.doe@example.com"),
        (Field("x", "url"), "https://www.example.com/"),
        (Field("x", "tel"), "5550100234"),
        (Field("x", "date"), "2024-05-17"),
        (Field("x", "date", minimum="2030-01-01"), "2030-01-01"),
        (Field("x", "password"), fill.PASSWORD),
        (Field("x", "number"), "1"),
        (Field("x", "number", minimum="18", maximum="99"), "18"),
        (Field("x", "number", maximum="-5"), "-5"),
        (Field("x", "number", minimum="0", step="10"), "0"),
        (Field("x", "range", minimum="bad"), "1"),
        (Field("x", "hidden", value="tok"), "tok"),
        (Field("x", "checkbox", value="yes"), "yes"),
        (Field("x", "select", value="m", options=("s", "m")), "m"),
        (Field("x", "select", options=("", "s")), "s"),
        (Field("x", "radio", value="a", options=("a", "b")), "a"),
        (Field("x", "text", value="kept"), "kept"),
        (Field("x", "text", options=("red", "blue")), "red"),
        (Field("x", "text", pattern="[A-Z]{2}[0-9]{3}"), "AA111"),
        (Field("zip", "text", pattern="[0-9]{5}"), "10001"),
        (Field("userEmail"), "jane.doe@example.com"),
        (Field("x", label="Your E-Mail"), "jane.doe@example.com"),
        (Field("first_name"), "Jane"),
        (Field("x", label="Your phone"), "5550100234"),
        (Field("x", placeholder="City"), "Springfield"),
        (Field("qty"), "1"),
        (Field("q"), "test"),
        (Field("product_id"), "1"),
        (Field("stuff", "textarea"), "A short sample text."),
        (Field("stuff"), "test"),
        (Field("stuff", minlength=8), "testaaaa"),
        (Field("stuff", maxlength=2), "te"),
    ],
)
def test_values_fit_the_field(field, expected):
    assert fill.value_for(field) == expected


def test_get_puts_the_fields_into_the_query():
    form = Form("http://a.test/s?old=1", fields=(Field("q", "search"),), submit=("go", "1"))
    request = fill.to_request(form, fill.values(form), "http://a.test/page#x")
    assert (request.method, request.url, request.body) == ("GET", "http://a.test/s?q=test&go=1", b"")
    assert request.headers == (("Referer", "http://a.test/page"),)


def test_post_is_urlencoded_by_default():
    form = Form("http://a.test/s", "POST", fields=(Field("a b", value="ü&"), Field("c", "hidden", value="1")))
    request = fill.to_request(form, {"a b": "ü&", "c": "1"}, "http://a.test/")
    assert request.body == b"a+b=%C3%BC%26&c=1"
    assert ("Content-Type", "application/x-www-form-urlencoded") in request.headers


def test_multipart_carries_files_and_repeats_byte_for_byte():
    form = Form("http://a.test/s", "POST", MULTIPART, (Field('na"me'), Field("doc", "file")))
    first, second = (fill.to_request(form, fill.values(form), "http://a.test/") for _ in range(2))
    assert first == second
    kind = dict(first.headers)["Content-Type"]
    boundary = kind.partition("boundary=")[2].encode()
    assert first.body.count(b"--" + boundary) == 3
    assert first.body.endswith(b"--" + boundary + b"--\r\n")
    assert b'name="na%22me"' in first.body
    assert b'name="doc"; filename="sample.txt"\r\nContent-Type: text/plain\r\n\r\nsample' in first.body


def test_plain_text_is_lines():
    form = Form("http://a.test/s", "POST", "text/plain", (Field("a"),))
    assert fill.to_request(form, {"a": "1 2"}, "http://a.test/").body == b"a=1 2\r\n"
