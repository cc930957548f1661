"""Puts what the record of an exchange masks back into its request: values of secrets, by the names of their masks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from vedette.contract.exchange import Headers, Request
from vedette.contract.job import Job

_MASK = re.compile(r"‹secret:([^›]*)›")
_SCAN_HEADER = "x-vedette-scan"


class MaskedError(ValueError):
    """A request holds a masked value that nothing fills."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Values by the names of masks, the headers and cookies given anew, and the input that the finding is about (kind
    and name), which always goes as it was."""

    values: Mapping[str, str]
    headers: frozenset[str]
    cookies: frozenset[str]
    spot: tuple[str, str]

    @classmethod
    def of(cls, job: Job, secrets: Mapping[str, str]) -> Filling:
        """What a job's headers and cookies can fill in; the input is that of the finding it knows."""
        settings = (*job.headers, *job.cookies)
        plain = {one.name: secrets[one.secret] if one.secret else one.value for one in settings}
        headers = frozenset(setting.name.lower() for setting in job.headers)
        spot = (job.known[0].location.kind, job.known[0].location.parameter) if job.known else ("", "")
        return cls(plain | dict(secrets), headers, frozenset(setting.name for setting in job.cookies), spot)


def fill(request: Request, filling: Filling) -> Request:
    """The request fit to be sent. Headers and cookies that are masked, or given anew, are left for the network to add.

    Raises MaskedError for a mask in the URL or body that nothing given can fill.
    """
    values = filling.values
    url = _filled(request.url, values, lambda value: quote(value, safe=""))
    body = request.body
    if "‹secret:".encode() in body:
        body = _filled(body.decode("utf-8", "surrogateescape"), values, str).encode("utf-8", "surrogateescape")
    return replace(request, url=url, headers=_headers(request.headers, filling), body=body)


def _filled(text: str, values: Mapping[str, str], encode: Callable[[str], str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise MaskedError(f"The requests hold a masked value, {match[1]}, which was not given.")
        return encode(values[match[1]])

    return _MASK.sub(value, text)


def _headers(headers: Headers, filling: Filling) -> Headers:
    kept: list[tuple[str, str]] = []
    for name, value in headers:
        lower = name.lower()
        if lower == "cookie":
            value = _cookies(value, filling)
        about = filling.spot == ("header", name)
        if value and lower != _SCAN_HEADER and not _MASK.search(value) and (about or lower not in filling.headers):
            kept.append((name, value))
    return tuple(kept)


def _cookies(value: str, filling: Filling) -> str:
    def stays(pair: str) -> bool:
        name = pair.partition("=")[0].strip()
        about = filling.spot == ("cookie", name)
        return not _MASK.search(pair) and (about or name not in filling.cookies)

    return "; ".join(pair.strip() for pair in value.split(";") if pair.strip() and stays(pair))
