"""The self-description that every check carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a check works: on what the crawl saw, on one insertion point, or on a host as a whole."""

    PASSIVE = "passive"
    ACTIVE = "active"
    HOST = "host"


class Phase(StrEnum):
    """When the engine runs a check; passive ones run with the crawl."""

    CRAWL = "crawl"
    HOST = "host"
    DETECT = "detect"
    STORED = "stored"
    TIMING = "timing"


class Severity(StrEnum):
    """How bad a flaw is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class ProofLevel(StrEnum):
    """How sure a finding is, surest first; tentative ones are hidden by default."""

    CONFIRMED = "confirmed"
    FIRM = "firm"
    TENTATIVE = "tentative"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return list(ProofLevel).index(self)


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a check: its default gives its type."""

    name: str
    default: bool | int | str
    help: str


IDENTITY_PARTS = ("origin", "path", "kind", "parameter", "detail")
"""What may make two findings of a check the same: the origin (scheme, host, port), the templated path, the kind of
insertion point, the parameter's name, and a word of the check's own (a cookie's name, a library, a file)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInfo:
    """What a check is. Ids are `family-flaw`, in lower case with hyphens, and never used again once retired.

    `identity` lists which of `IDENTITY_PARTS` make two findings the same; without `path` a finding is systemic: one
    per host with its occurrences counted. `points` are the kinds of insertion point it applies to (empty: all).
    `wants` are reactions or technologies that call for its full depth; without any of them an active check spends at
    most `cost` requests on a point. `profiles` are the built-in profiles that include it.
    Checks with the same `flaw` word prove the same flaw in different ways: once one has confirmed it on an insertion
    point, the others leave that point alone.
    """

    id: str
    title: str
    kind: Kind
    phase: Phase
    severity: Severity
    proof: ProofLevel
    cwe: tuple[int, ...]
    cvss31: str = ""
    cvss40: str = ""
    owasp: str = ""
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cost: int = 0
    since: str = "0.1"
    version: int = 1
    flaw: str = ""
    identity: tuple[str, ...] = ("origin", "path", "kind", "parameter")
    points: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    profiles: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The first part of the id."""
        return self.id.partition("-")[0]
