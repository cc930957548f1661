from __future__ import annotations

from vedette.contract.exchange import Request
from vedette.engine.attack.multipart import parts, quoted_filename

BODY = (
    b'preamble\r\n--XX\r\nContent-Disposition: form-data; name="title"\r\n\r\nMy photo\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="tag"\r\n\r\na\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="tag"\r\n\r\n\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="file"; filename="cat.png"\r\nContent-Type: image/png\r\n\r\n'
    b"\x89PNG\xff\r\n--XX--\r\n"
)


def request(kind: str, body: bytes = BODY) -> Request:
    return Request("POST", "http://site.example/", (("Content-Type", kind),), body)


def test_fields_contents_and_file_names() -> None:
    found = parts(request("multipart/form-data; boundary=XX"))
    assert [(part.name, BODY[part.start : part.end], part.is_filename) for part in found] == [
        ("title", b"My photo", False),
        ("tag", b"a", False),
        ("tag#2", b"", False),
        ("file", b"\x89PNG\xff", False),
        ("file/filename", b"cat.png", True),
    ]


def test_a_quoted_boundary() -> None:
    assert len(parts(request('multipart/form-data; boundary="XX"; charset=utf-8'))) == 5


def test_broken_bodies_give_what_is_whole() -> None:
    assert parts(request("multipart/form-data")) == []
    assert parts(request("multipart/form-data; boundary=YY")) == []
    assert parts(request("multipart/form-data; boundary=XX", BODY[:70])) == []
    assert parts(request("multipart/form-data; boundary=XX", b"--XX\r\nno head\r\n--XX--")) == []


def test_file_names_are_written_as_browsers_do() -> None:
    assert quoted_filename('a"b\r\nc') == "a%22b%0D%0Ac"
