"""What judges answers sees what is wrong with them."""

from __future__ import annotations

import pytest

from tests.contract.probely.answers import undocumented

FILE = "/targets/{}/download_api_schema_file/"


@pytest.mark.parametrize(
    ("path", "status", "media", "body"),
    [
        ("/labels/targets/", 200, "application/json", b'{"results": []}'),
        ("/labels/targets/", 200, "text/html", b"<p>"),
        ("/labels/targets/", 200, "application/json", b""),
        (FILE, 200, "application/octet-stream", b"{}"),
        (FILE, 200, "application/yaml", b""),
        (FILE, 404, "application/yaml", b"openapi: 3.0.0"),
    ],
)
def test_what_the_document_does_not_say_is_told(path, status, media, body):
    assert undocumented("GET", path, status, media, body)


@pytest.mark.parametrize(("media", "body"), [("application/json; charset=utf-8", b"[]"), ("application/yaml", b"a: 1")])
def test_one_of_several_types_will_do(media, body):
    assert undocumented("GET", FILE, 200, media, body) == []
