"""The kinds of warnings that this dialect knows."""

from __future__ import annotations

from vedette.server.api.probely.shapes.small import Json
from vedette.server.kernel.errors import NotFound

ALL = {
    "blackout_wait": "The scan has waited for more than a day for the end of a blackout period.",
    "disabled_http_get": "GET requests are switched off.",
    "env_error": "Something went wrong on our side.",
    "extra_hosts": "Other hosts were met that are not part of the target.",
    "invalid_cookie": "A cookie was not valid.",
    "local_ip": "The target has an address of a private network.",
    "login_failed": "The log-in failed.",
    "navigation_sequence_failure": "A recorded sequence failed.",
    "network_error": "Requests failed on the way.",
    "target_redirect": "The target sends on to another address.",
    "target_status": "The target answered with an error.",
    "test_request_error": "The first request failed.",
    "timeout_error": "Requests took too long.",
}
"""Codes, in order, with what they mean."""


def full(code: str) -> Json:
    """A kind of warning."""
    return {"id": code, "name": ALL[code]}


def by_id(code: str) -> Json:
    """The kind of this code. Raises NotFound."""
    if code not in ALL:
        raise NotFound
    return full(code)
