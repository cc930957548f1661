"""A finding: what is wrong, where, how sure we are, and the exchanges that show it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo, ProofLevel, Severity
from vedette.contract.exchange import Request, Step

IDENTITY_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a flaw sits. `path` is the templated path (`/item/{}`); `kind` and `parameter` name the insertion point."""

    url: str
    method: str = "GET"
    path: str = ""
    kind: str = ""
    parameter: str = ""
    sink_url: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Identity:
    """Why two findings are the same: named parts, readable by a person, and the version of the rule."""

    check: str
    parts: tuple[tuple[str, str], ...]
    version: int = IDENTITY_VERSION

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits, equal for equal parts."""
        text = "\x1f".join([str(self.version), self.check, *(f"{name}={value}" for name, value in self.parts)])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(slots=True, kw_only=True)
class Finding:
    """One flaw. `detail` says in a sentence what was seen; `occurrences` are the URLs of a systemic finding.

    `request` is the request in which its input stands, as it was crawled, so that the input can be tested again.
    """

    identity: Identity
    check: str
    title: str
    severity: Severity
    proof: ProofLevel
    location: Location
    detail: str = ""
    cwe: tuple[int, ...] = ()
    cvss31: str = ""
    cvss40: str = ""
    steps: tuple[Step, ...] = ()
    occurrences: tuple[str, ...] = ()
    occurrence_count: int = 1
    technologies: tuple[str, ...] = ()
    request: Request | None = None

    @property
    def id(self) -> str:
        """The identity's id."""
        return self.identity.id


def identify(info: CheckInfo, location: Location, detail: str = "") -> Identity:
    """The identity that `info` gives to a flaw at `location`; `detail` is the check's own distinguishing word."""
    values = {
        "origin": location.origin,
        "path": f"{location.method} {location.path or urlsplit(location.url).path}",
        "kind": location.kind,
        "parameter": location.parameter,
        "detail": detail,
    }
    return Identity(check=info.id, parts=tuple((name, values[name]) for name in info.identity))
