"""Insertion points of a request, and the request with another value at one of them, all else byte for byte the same."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote, unquote, unquote_plus

from vedette.contract.exchange import Request, header, with_header
from vedette.engine.attack import graphql_arguments
from vedette.engine.attack.json_leaves import is_number, leaves, quoted
from vedette.engine.attack.multipart import parts, quoted_filename
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.value_kinds import value_kinds
from vedette.engine.attack.xml_leaves import escaped, xml_leaves

__all__ = [
    "MutationError",
    "body_kind",
    "cookie_point",
    "header_point",
    "points_of",
    "sent_values",
    "value_kinds",
    "with_value",
]

_STATIC = re.compile(
    r"\.(?:php\d?|aspx?|jspx?|do|action|cgi|pl|html?|js|mjs|css|png|jpe?g|gif|svg|ico|woff2?)$", re.IGNORECASE
)
_VARIABLE = re.compile(r"\d|^[A-Za-z0-9_-]{20,}$|@|%|=")
_COOKIE_UNSAFE = re.compile(r'[\x00-\x20;,"\\%\x7f-\U0010ffff]')
MAX_VALUE = 300
"""Longer values are texts of their own; looking for them in every answer costs more than it tells."""

_FORM = "application/x-www-form-urlencoded"


class MutationError(ValueError):
    """The point does not exist in its target's request."""


def points_of(target: Target) -> list[Point]:
    """The insertion points that the request itself shows, in order: query, path, body, one parameter name.

    A repeated name gets `#2`, `#3`… from its second occurrence on. Path segments are named by their index from 0.
    """
    request = target.request
    query = _pairs(_query(request.url))
    found = [Point(target, PointKind.QUERY, name, value) for name, value in query]
    found += _path_points(target)
    form: list[tuple[str, str]] = []
    kind = body_kind(request)
    if kind is PointKind.FORM:
        form = _pairs(_text(request))
        found += [Point(target, kind, name, value) for name, value in form]
    elif kind is PointKind.JSON:
        found += _json_points(target)
    elif kind is PointKind.XML:
        found += [Point(target, kind, leaf.path, leaf.text) for leaf in xml_leaves(_text(request))]
        found.append(Point(target, PointKind.BODY, "", _text(request)))
    elif kind is PointKind.MULTIPART:
        found += [Point(target, kind, part.name, part.text) for part in parts(request)]
    named = next((name for name, _ in (*query, *form) if name), "")
    if named:
        found.append(Point(target, PointKind.NAME, named, named))
    return found


def _json_points(target: Target) -> list[Point]:
    """The leaves; in the place of a GraphQL document the values that stand in it: what it asks for is no input."""
    points = []
    found = leaves(_text(target.request))
    query = next((leaf.text for leaf in found if leaf.path == "query" and leaf.kind == "string"), "")
    asks = graphql_arguments.is_query(query)
    for leaf in found:
        if asks and leaf.path == "query":
            inner = graphql_arguments.arguments(query)
            names = [(f"query{graphql_arguments.MARK}{one.path}", one.text) for one in inner]
            points += [Point(target, PointKind.JSON, name, text) for name, text in names]
        elif not (asks and leaf.path == "operationName"):
            points.append(Point(target, PointKind.JSON, leaf.path, leaf.text))
    return points


def sent_values(request: Request) -> tuple[str, ...]:
    """The values that a request carries in its query, path and body, each once: what its answer may reflect."""
    points = points_of(Target(request, ""))
    values = (point.value for point in points if point.kind not in (PointKind.NAME, PointKind.BODY))
    return tuple(dict.fromkeys(value for value in values if 0 < len(value) <= MAX_VALUE))


def cookie_point(target: Target, name: str, value: str) -> Point:
    """The point of a cookie that the site sets; the request gets the cookie when it has none of that name.

    `value` is as the site wrote it: its percent-encoding is undone here and done again where a cookie needs it.
    """
    return Point(target, PointKind.COOKIE, name, unquote(value))


def header_point(target: Target, name: str, value: str) -> Point:
    """The point of a request header."""
    return Point(target, PointKind.HEADER, name, value)


def body_kind(request: Request) -> PointKind | None:
    """What the body is made of; None when it is empty or of no kind that we take apart."""
    if not request.body:
        return None
    media = header(request.headers, "content-type").partition(";")[0].strip().lower()
    if media == _FORM:
        return PointKind.FORM
    if media == "multipart/form-data":
        return PointKind.MULTIPART
    if media.endswith(("/json", "+json")):
        return PointKind.JSON
    return PointKind.XML if media.endswith(("/xml", "+xml")) else None


def with_value(point: Point, payload: str, raw: bool = False) -> Request:
    """The point's request with `payload` in the place of its value.

    The payload is encoded as the place demands: percent-encoding in query, path and form; a JSON string, or a JSON
    number where a number stood and the payload is one; entities in XML; percent-encoding of what a cookie may not
    hold; no line breaks in headers. With `raw` it goes in as given; in JSON it then replaces the whole literal.
    Raises MutationError when the request has no such point.
    """
    request = point.target.request
    kind = point.kind
    if kind is PointKind.QUERY or (kind is PointKind.NAME and not _names_form(point)):
        return replace(request, url=_with_query(request.url, point, payload if raw else _percent(payload)))
    if kind is PointKind.FORM or kind is PointKind.NAME:
        text = request.body.decode("latin-1")
        return _with_body(
            request,
            _with_pair(text, point, payload if raw else _percent(payload)).encode("utf-8" if raw else "latin-1"),
        )
    if kind is PointKind.PATH:
        return replace(request, url=_with_segment(request.url, point, payload if raw else _percent(payload)))
    if kind is PointKind.COOKIE:
        return _with_cookie(request, point.name, payload if raw else _cookie_text(payload))
    if kind is PointKind.HEADER:
        value = payload if raw else re.sub(r"[\r\n\x00]", "", payload)
        return replace(request, headers=with_header(request.headers, point.name, value))
    return _with_body(request, _changed_body(point, payload, raw))


def _changed_body(point: Point, payload: str, raw: bool) -> bytes:
    request = point.target.request
    if point.kind is PointKind.BODY:
        return _bytes(payload)
    if point.kind is PointKind.MULTIPART:
        for part in parts(request):
            if part.name == point.name:
                value = quoted_filename(payload) if part.is_filename and not raw else payload
                return request.body[: part.start] + _bytes(value) + request.body[part.end :]
        raise MutationError(f"no part {point.name}")
    text = _text(request)
    if point.kind is PointKind.JSON:
        for leaf in leaves(text):
            if leaf.path == point.name:
                as_number = leaf.kind == "number" and is_number(payload)
                value = payload if raw or as_number else quoted(payload)
                return _bytes(text[: leaf.start] + value + text[leaf.end :])
        if changed := _changed_query(text, point.name, payload):
            return _bytes(changed)
    if point.kind is PointKind.XML:
        for node in xml_leaves(text):
            if node.path == point.name:
                return _bytes(text[: node.start] + (payload if raw else escaped(payload)) + text[node.end :])
    raise MutationError(f"no {point.kind} point {point.name}")


def _changed_query(text: str, name: str, payload: str) -> str:
    """The body with another value in its GraphQL document; empty when it has none of that name."""
    place, mark, path = name.partition(graphql_arguments.MARK)
    for leaf in leaves(text):
        if mark and leaf.path == place and leaf.kind == "string":
            query = graphql_arguments.replaced(leaf.text, path, payload)
            return "" if query is None else text[: leaf.start] + quoted(query) + text[leaf.end :]
    return ""


def _path_points(target: Target) -> list[Point]:
    segments = _split(target.request.url)[1].split("/")[1:]
    templates = target.template.split("/")[1:]
    points = []
    if target.described:
        holes = [] if target.steady else [at for at, part in enumerate(templates) if "{}" in part]
        return [Point(target, PointKind.PATH, str(at), unquote(segments[at])) for at in holes if at < len(segments)]
    for index, segment in enumerate(segments):
        templated = index < len(templates) and "{}" in templates[index]
        last = index == len(segments) - 1
        if segment and (templated or _VARIABLE.search(segment) or last) and not _STATIC.search(segment):
            points.append(Point(target, PointKind.PATH, str(index), unquote(segment)))
    return points


def _split(url: str) -> tuple[str, str, str, str]:
    """Origin, path, `?query` and `#fragment`, which joined give the URL again."""
    rest, mark, fragment = url.partition("#")
    rest, question, query = rest.partition("?")
    start = rest.find("/", rest.find("://") + 3) if "://" in rest else 0
    start = len(rest) if start < 0 else start
    return rest[:start], rest[start:], question + query, mark + fragment


def _query(url: str) -> str:
    return _split(url)[2][1:]


def _labels(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    labels = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        labels.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return labels


def _pairs(text: str) -> list[tuple[str, str]]:
    """Names, repeated ones numbered, and values, both decoded."""
    split = [piece.partition("=") for piece in text.split("&") if piece]
    labels = _labels([unquote_plus(name) for name, _, _ in split])
    return [(label, unquote_plus(value)) for label, (_, _, value) in zip(labels, split, strict=True)]


def _with_pair(text: str, point: Point, value: str) -> str:
    """The pairs with the value of one replaced, or its name for a `NAME` point."""
    pieces = text.split("&")
    labels = iter(_labels([unquote_plus(piece.partition("=")[0]) for piece in pieces if piece]))
    for index, piece in enumerate(pieces):
        if piece and next(labels) == point.name:
            name, sign, old = piece.partition("=")
            pieces[index] = f"{value}{sign}{old}" if point.kind is PointKind.NAME else f"{name}={value}"
            return "&".join(pieces)
    raise MutationError(f"no parameter {point.name}")


def _names_form(point: Point) -> bool:
    names = [name for name, _ in _pairs(_query(point.target.request.url))]
    return point.name not in names


def _with_query(url: str, point: Point, value: str) -> str:
    origin, path, query, fragment = _split(url)
    return f"{origin}{path}?{_with_pair(query[1:], point, value)}{fragment}"


def _with_segment(url: str, point: Point, value: str) -> str:
    origin, path, query, fragment = _split(url)
    segments = path.split("/")
    index = int(point.name) + 1
    if index >= len(segments):
        raise MutationError(f"no path segment {point.name}")
    segments[index] = value
    return origin + "/".join(segments) + query + fragment


def _with_cookie(request: Request, name: str, value: str) -> Request:
    old = header(request.headers, "cookie")
    pieces = [piece for piece in old.split("; ") if piece]
    for index, piece in enumerate(pieces):
        if piece.partition("=")[0].strip() == name:
            pieces[index] = f"{name}={value}"
            break
    else:
        pieces.append(f"{name}={value}")
    return replace(request, headers=with_header(request.headers, "Cookie", "; ".join(pieces)))


def _with_body(request: Request, body: bytes) -> Request:
    headers = request.headers
    if header(headers, "content-length"):
        headers = with_header(headers, "Content-Length", str(len(body)))
    return replace(request, headers=headers, body=body)


def _text(request: Request) -> str:
    return request.body.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _cookie_text(text: str) -> str:
    # Who undoes percent-encoding may take a plus sign for a space.
    encoded = _COOKIE_UNSAFE.sub(_escape, text)
    return encoded if encoded == text else encoded.replace("+", "%2B")


def _percent(text: str) -> str:
    return quote(text, safe="")


def _escape(match: re.Match[str]) -> str:
    return quote(match.group(), safe="")
