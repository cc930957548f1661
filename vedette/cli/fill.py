"""Puts what a report masks back into its requests: values of secrets, by the names they were masked with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from vedette.cli.order import Prepared
from vedette.cli.problem import Problem
from vedette.contract.exchange import Headers, Request

_MASK = re.compile(r"‹secret:([^›]*)›")
_SCAN_HEADER = "x-vedette-scan"


@dataclass(frozen=True, slots=True)
class Filling:
    """Values by the names of masks, the headers and cookies given anew, and the input that the finding is about (kind
    and name), which always goes as it was."""

    values: Mapping[str, str]
    headers: frozenset[str]
    cookies: frozenset[str]
    spot: tuple[str, str]

    @classmethod
    def of(cls, prepared: Prepared, spot: tuple[str, str]) -> Filling:
        """What an order's headers and cookies can fill in."""
        job, secrets = prepared.job, prepared.secrets
        values = dict(secrets) | {setting.name: secrets[setting.secret] for setting in job.cookies}
        headers = frozenset(setting.name.lower() for setting in job.headers)
        return cls(values, headers, frozenset(setting.name for setting in job.cookies), spot)


def fill(request: Request, filling: Filling) -> Request:
    """The request fit to be sent. Headers and cookies that are masked, or given anew, are left for the network to add.

    Raises Problem for a mask in the URL or body that nothing given can fill.
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
            raise Problem(
                f"The requests hold a masked value, {match[1]}, which was not given.",
                "Give the --header and --cookie values of the scan, in the same order.",
            )
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
