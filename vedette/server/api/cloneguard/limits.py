"""Limits per application and per credential, and the headers that tell how they stand."""

from __future__ import annotations

from django.http import HttpResponseBase

from vedette.server.api.cloneguard.errors import Refused
from vedette.server.kernel import clock, ratelimit
from vedette.server.kernel.ratelimit import Limit, Verdict
from vedette.server.tenancy.models import ApiKey
from vedette.server.tenancy.services.signin import BY_NAME

BY_APPLICATION = Limit("cloneguard-application", 1200, 60)
BY_CREDENTIAL = Limit("cloneguard-credential", 120, 60)

Headers = dict[str, str]


def count(app_key: ApiKey, credential: str) -> Headers:
    """Counts a call; the headers of the tighter limit. Raises Refused `rate_limited` with its headers in `headers`."""
    verdict = ratelimit.check(app_key.public_id, (BY_APPLICATION,))
    if verdict.allowed and credential:
        own = ratelimit.check(credential, (BY_CREDENTIAL,))
        verdict = own if not own.allowed or own.remaining < verdict.remaining else verdict
    found = headers_of(verdict)
    if not verdict.allowed:
        raise Limited(found, verdict.retry_after)
    return found


class Limited(Refused):
    """Too many requests; `headers` tell how the limit stands."""

    def __init__(self, headers: Headers, retry_after: int) -> None:
        super().__init__(429, "rate_limited", retry_after=retry_after)
        self.headers = headers


def headers_of(verdict: Verdict) -> Headers:
    """How a limit stands."""
    return {
        "X-RateLimit-Limit": str(verdict.limit.count),
        "X-RateLimit-Remaining": str(verdict.remaining),
        "X-RateLimit-Reset": str(verdict.reset_at),
    }


def signing_in(retry_after: int) -> Headers:
    """How the limit of sign-ins stands once it is used up."""
    reset = int(clock.now().timestamp()) + retry_after
    return {
        "X-RateLimit-Limit": str(BY_NAME.count),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(reset),
    }


def put(headers: Headers, answer: HttpResponseBase) -> None:
    """Writes the headers into an answer."""
    for name, value in headers.items():
        answer[name] = value
