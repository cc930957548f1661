"""The id that ties a request to its answer: the client's own, or a new one."""

from __future__ import annotations

import re
import secrets

from django.http import HttpRequest
from rest_framework.request import Request

HEADER = "X-Request-Id"
_FINE = re.compile(r"[\x21-\x7e]{1,64}")
_PLACE = "vedette_request_id"


def id_of(request: Request | HttpRequest) -> str:
    """The id of this request, the same however often it is asked for."""
    plain: HttpRequest = request._request if isinstance(request, Request) else request
    found = plain.META.get(_PLACE)
    if found is None:
        given = plain.headers.get(HEADER, "")
        found = given if _FINE.fullmatch(given) else secrets.token_hex(8)
        plain.META[_PLACE] = found
    return str(found)
