"""The request that a known finding was found in: made fit to be sent again, and told apart from those beside it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from urllib.parse import quote

from vedette.contract.exchange import Request, header
from vedette.contract.job import Known
from vedette.engine.attack.mutations import body_kind, points_of
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.crawl.templates import template_of
from vedette.engine.parse.bodyshape import shape
from vedette.engine.parse.urls import origin
from vedette.engine.scan.findings import route

PLACEHOLDER = re.compile("‹secret:([^›]+)›")
"""What a secret or session value was replaced by before the finding left the engine."""

_OPAQUE = re.compile(r"\S{16,}")
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?")
_ANY = "‹any›"
Resolve = Callable[[str], str | None]


def request_of(known: Known, user: str) -> Request:
    """The request as it was told; when none was, the location's URL asked for as `user`."""
    return known.request or Request("GET", known.location.url, user=user)


def recalled(request: Request, resolve: Resolve) -> Request | None:
    """The request with the values of now in the place of secrets; None when `resolve` does not know one of them."""
    lost: list[str] = []

    def put(text: str, encode: Callable[[str], str]) -> str:
        def value(match: re.Match[str]) -> str:
            found = resolve(match[1])
            if found is None:
                lost.append(match[1])
                return ""
            return encode(found)

        return PLACEHOLDER.sub(value, text)

    url = put(request.url, _percent)
    headers = tuple((name, put(value, str)) for name, value in request.headers)
    kind = body_kind(request)
    encode = _percent if kind is PointKind.FORM else _json if kind is PointKind.JSON else str
    body = put(request.body.decode("utf-8", "surrogateescape"), encode).encode("utf-8", "surrogateescape")
    return None if lost else dataclasses.replace(request, url=url, headers=headers, body=body)


def alike(told: Request, met: Request, kind: str = "", name: str = "") -> bool:
    """Whether the request that was met is the one that was told: `same_inputs`, and the same path but for what
    varies by its look and the segment in question."""
    return _path(told, kind, name) == _path(met, kind, name) and same_inputs(told, met, kind, name)


def same_inputs(told: Request, met: Request, kind: str = "", name: str = "") -> bool:
    """Whether method, site, user and names are the same, and the words in all inputs but the one in question (`kind`,
    `name`). Numbers, tokens and the like may differ."""
    if (told.method, origin(told.url), told.user) != (met.method, origin(met.url), met.user):
        return False
    if _shape(told) != _shape(met):
        return False
    ours, theirs = _words(told), _words(met)
    if ours.keys() != theirs.keys():
        return False
    return all(_ANY in (word, theirs[key]) or word == theirs[key] for key, word in ours.items() if key != (kind, name))


def _path(request: Request, kind: str, name: str) -> str:
    point = Point(Target(request, template_of(request.url)), PointKind.PATH, name)
    return route(point) if kind == PointKind.PATH else point.target.template


def _shape(request: Request) -> str:
    return shape(header(request.headers, "content-type"), request.body)


def _words(request: Request) -> dict[tuple[str, str], str]:
    """By kind and name, what stands in the inputs; what is likely to be another the next time as a sign for it."""
    return {key: word_of(value) for key, value in _values(request).items()}


def _values(request: Request) -> dict[tuple[str, str], str]:
    inputs = points_of(Target(request, template_of(request.url)))
    whole = (PointKind.PATH, PointKind.NAME, PointKind.BODY)
    return {(point.kind.value, point.name): point.value for point in inputs if point.kind not in whole}


def perishable(request: Request, kind: str = "", name: str = "") -> bool:
    """Whether an input other than the one in question holds what a session may have given out for this once."""
    words = {key: value for key, value in _values(request).items() if key != (kind, name)}
    return any(word_of(value) != value and not _NUMBER.fullmatch(value) for value in words.values())


def word_of(value: str) -> str:
    """The value, or a sign for one that is likely to be another the next time: a number, a token, a secret."""
    if PLACEHOLDER.search(value):
        return _ANY
    varies = _OPAQUE.fullmatch(value) or template_of(f"http://x/{quote(value, safe='')}") == "/{}"
    return "{}" if varies else value


def _percent(value: str) -> str:
    return quote(value, safe="")


def _json(value: str) -> str:
    return json.dumps(value)[1:-1]
