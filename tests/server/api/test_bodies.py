"""Bodies that are too large or too deep are turned away by the reader, in whatever form they come."""

import io
from types import SimpleNamespace

import pytest
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError

from vedette.server.api.bodies import FormBody, JsonBody, PartsBody


def read(parser, body, length=None, content_type="application/json"):
    meta = {"CONTENT_LENGTH": str(len(body) if length is None else length), "CONTENT_TYPE": content_type}
    context = {"request": SimpleNamespace(META=meta, upload_handlers=[]), "encoding": "utf-8"}
    return parser().parse(io.BytesIO(body), content_type, context)


def test_what_is_small_is_read():
    assert read(JsonBody, b'{"a": [1]}') == {"a": [1]}
    assert read(FormBody, b"a=1").dict() == {"a": "1"}


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"a":' * 60_000])
def test_what_is_nested_too_deeply_cannot_be_read(body):
    with pytest.raises(ParseError, match="too deeply"):
        read(JsonBody, body)


@pytest.mark.parametrize("parser", [JsonBody, FormBody, PartsBody])
def test_what_says_that_it_is_large_is_not_even_begun(parser, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    with pytest.raises(RequestDataTooBig):
        read(parser, b"", length=101)


def test_a_length_that_is_no_number_says_nothing():
    assert read(JsonBody, b"1", length="x") == 1


def test_half_a_surrogate_pair_is_no_text():
    assert read(JsonBody, b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}
    for body in (b'{"a": ["\\ud83d"]}', b'{"\\udc00": 1}'):
        with pytest.raises(ParseError, match="surrogate"):
            read(JsonBody, body)
