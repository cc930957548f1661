"""Readers of request bodies for every dialect: of bounded size and depth, whatever their form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, FormParser, JSONParser, MultiPartParser


class _Bounded(BaseParser):
    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """What stands in the body. Raises RequestDataTooBig, ParseError."""
        # Only parsers of several parts look at Django's bound themselves.
        length = str((parser_context or {})["request"].META.get("CONTENT_LENGTH") or "")
        if length.isdigit() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The body is larger than what is taken.")
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("JSON parse error - nested too deeply.") from None


class JsonBody(_Bounded, JSONParser):
    """JSON. Half a surrogate pair is no character, whatever JSON lets one write: no database takes it."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value. Raises RequestDataTooBig, ParseError."""
        found = super().parse(stream, media_type, parser_context)
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ParseError("JSON parse error - half a surrogate pair.") from None
        return found


class FormBody(_Bounded, FormParser):
    """A form."""


class PartsBody(_Bounded, MultiPartParser):
    """A form in several parts."""
