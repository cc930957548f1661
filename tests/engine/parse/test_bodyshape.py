import pytest

from vedette.engine.parse.bodyshape import names_and_values, shape

MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: t/p\r\n\r\nhello\r\n--b--\r\n'
)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/x-www-form-urlencoded", b"a=1&b=x+y&a=2", [("a", "1"), ("b", "x y"), ("a", "2")]),
        ("", b"a=1", [("a", "1")]),
        ("application/json", b'{"a": {"b": [1, {"c": null}]}, "d": true}', [("b", "1"), ("c", ""), ("d", "True")]),
        ("", b'[{"x": 1}]', [("x", "1")]),
        ("application/json", b"{broken", []),
        ("multipart/form-data; boundary=b", MULTIPART, [("a", "1"), ("f", "hello")]),
        ("text/plain", b"a=1\r\nb=2=3\r\n", [("a", "1"), ("b", "2=3")]),
        ("application/xml", b"<o><id> 4 </id></o>", [("o", ""), ("id", "4")]),
        ("application/octet-stream", b"\x00\x01", []),
    ],
)
def test_reads_the_fields_of_each_encoding(kind, body, expected):
    assert names_and_values(kind, body) == expected


def test_shape_ignores_values_and_order():
    kind = "application/x-www-form-urlencoded"
    assert shape(kind, b"a=1&b=2") == shape(kind + "; charset=utf-8", b"b=9&a=7&a=8")
    assert shape(kind, b"a=1") != shape(kind, b"c=1")
    assert shape(kind, b'{"a":1}') == shape(kind, b'{"a":2}')
    assert shape(kind, b"") == ""
