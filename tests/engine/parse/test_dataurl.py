import base64

import pytest

from vedette.engine.parse import dataurl


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("data:text/html,<a%20href='/x'>", ("text/html", "<a href='/x'>")),
        ("data:image/svg+xml;charset=utf-8,<svg/>", ("image/svg+xml", "<svg/>")),
        ("DATA:text/css;base64," + base64.b64encode(b"a{}").decode().rstrip("="), ("text/css", "a{}")),
        ("data:text/javascript,fetch('/x')", ("text/javascript", "fetch('/x')")),
        ("data:image/png;base64,AAAA", ("", "")),
        ("data:text/html", ("", "")),
        ("data:text/html;base64,A", ("", "")),
        ("data:text/html," + "x" * 200_000, ("", "")),
        ("/x", ("", "")),
    ],
)
def test_reads_documents_and_scripts_only(url, expected):
    assert dataurl.read(url) == expected
