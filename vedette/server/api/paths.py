"""One host, three vendors' paths: brings each request's path into the form in which its dialect's routes are written.

Nothing is redirected, because clients lose the body of a redirected POST.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Dialect:
    """A part of the path space. `slash`: whether routes end in one; None leaves paths as they come. `folded` segments
    after the prefix are matched without case; what follows them is a captured value and kept as it is."""

    name: str
    prefix: str
    slash: bool | None
    folded: int = 0


DIALECTS = (
    Dialect("web", "/ui/", None),
    Dialect("invicti", "/api/1.0/", False, folded=2),
    Dialect("invicti", "/swagger/docs/v1", None),
    Dialect("native", "/api/native/", False),
    Dialect("cloneguard", "/v2/", False),
    Dialect("cloneguard", "/auth/", False),
    Dialect("agent", "/agent/v1/", True),
    Dialect("plain", "/openapi/", None),
    Dialect("plain", "/healthz", False),
    Dialect("plain", "/readyz", False),
    Dialect("plain", "/metrics", False),
    Dialect("probely", "/", True),
)
"""The first whose prefix fits names the dialect; the root answers in Probely's."""

_SLASHES = re.compile(r"/{2,}")


def dialect_of(path: str) -> Dialect:
    """The dialect in which a path is answered, errors included."""
    probe = path.lower() if path.endswith("/") else path.lower() + "/"
    return next(dialect for dialect in DIALECTS if probe.startswith(dialect.prefix))


def canonical(path: str) -> str:
    """The path as its dialect's routes are written: single slashes, the prefix in lower case, a final slash or none."""
    # Nothing has a null character in its name, and databases raise when they are asked for one.
    path = _SLASHES.sub("/", path.replace("\0", "\ufffd")) or "/"
    dialect = dialect_of(path)
    length = len(dialect.prefix.rstrip("/"))
    path = path[:length].lower() + path[length:]
    if dialect.folded:
        words = path[length:].split("/")
        last = dialect.folded + 1  # the first is empty, before the slash
        path = path[:length] + "/".join([*(word.lower() for word in words[:last]), *words[last:]])
    bare = path.rstrip("/")
    if dialect.slash or bare + "/" == dialect.prefix:
        return bare + "/"
    return path if dialect.slash is None else bare


class PathMiddleware:
    """The first middleware: everything after it sees the canonical path."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Rewrites the path of the request, then answers it."""
        request.path_info = canonical(request.path_info)
        request.path = canonical(request.path)
        return self._get_response(request)
