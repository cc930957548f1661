"""An insertion point: one place in one request where a value can be put."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from vedette.contract.exchange import Request


class PointKind(StrEnum):
    """The kinds of insertion point."""

    QUERY = "query"
    PATH = "path"
    FORM = "form"
    JSON = "json"
    XML = "xml"
    MULTIPART = "multipart"
    NAME = "name"
    COOKIE = "cookie"
    HEADER = "header"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Target:
    """An endpoint as the tester sees it: a whole valid request, and the template that its like share.

    `template` is the path with its variable segments as `{}`; `source_url` is the page the request was found on;
    `labels` are the words a person sees on it (button text, form legend). `described` names the operation of an API's
    description that it is: only the variable segments of its path are then input, and with `steady` not even those,
    because they name what must stay the one it is.
    """

    request: Request
    template: str
    source_url: str = ""
    labels: tuple[str, ...] = ()
    described: str = ""
    steady: bool = False

    @property
    def key(self) -> str:
        """A content hash: the same request is the same target in every scan."""
        request = self.request
        text = "\x1f".join((request.method, request.url, request.body.decode("latin-1"), request.user))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def writes(self) -> bool:
        """Whether its method may change something."""
        return self.request.method not in ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Point:
    """`name` is the parameter, header, cookie, `/`-joined JSON or XML path, or path segment index; `value` what
    stood there. For `NAME` the point is the parameter's name itself; for `BODY` the whole body."""

    target: Target
    kind: PointKind
    name: str
    value: str = ""

    @property
    def key(self) -> str:
        """A content hash of target, kind and name."""
        text = "\x1f".join((self.target.key, self.kind, self.name))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
