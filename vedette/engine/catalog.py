"""The catalogue of checks: found by walking `vedette.engine.checks`, refused as a whole when one form is incomplete.

A check is a module with, in this order: a docstring under the headings of `HEADINGS`; `INFO`, a CheckInfo;
`EXAMPLES`, at least one vulnerable and one safe; optionally `PATTERNS`, names to regular expressions that are
searched in every page (passive checks read the hits in `page.matches`); and the logic:

- passive: `def inspect(page: Page) -> list[Observation]`
- active: `async def detect(probe: Probe, point: Point) -> list[Candidate]` and
  `async def verify(probe: Probe, candidate: Candidate) -> Proof | None`
- host: `async def detect(probe: Probe, site: Site) -> list[Candidate]` and the same `verify`
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from vedette.contract.checkinfo import CheckInfo, Kind, Phase
from vedette.contract.job import Profile
from vedette.engine import checks as checks_package
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Candidate, Proof
from vedette.engine.form import Doc, doc_of, faults_of
from vedette.engine.parse.page import Observation, Page
from vedette.engine.parse.patterns import PatternSet

Inspect = Callable[[Page], list[Observation]]
Detect = Callable[..., Coroutine[Any, Any, list[Candidate]]]
Verify = Callable[..., Coroutine[Any, Any, Proof | None]]

NARROW_ONLY = (Profile.LIGHTNING, Profile.SAFE)
"""Profiles that make a promise (no payload, no write): a choice of checks may narrow but never widen them."""


class CatalogError(ValueError):
    """A check's form is incomplete, or a choice names something that does not exist."""


def _absent(*_: object) -> Any:
    raise TypeError("a check of this kind has no such part")


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `inspect` is set for passive ones, `detect` and `verify` for the others."""

    info: CheckInfo
    module: ModuleType
    doc: Doc
    examples: tuple[Example, ...]
    patterns: Mapping[str, str]
    inspect: Inspect = _absent
    detect: Detect = _absent
    verify: Verify = _absent

    @property
    def id(self) -> str:
        """The id of its INFO."""
        return self.info.id


class PassivePatterns:
    """The patterns of all checks as one set, searched in a single pass."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._owners = {f"{check.id}/{name}": (check.id, name) for check in checks for name in check.patterns}
        flat = {f"{check.id}/{name}": pattern for check in checks for name, pattern in check.patterns.items()}
        self._set = PatternSet(flat) if flat else None

    def scan(self, page: Page) -> None:
        """Sets `page.matches`: check id to the names of its patterns that occur in the body."""
        found: dict[str, tuple[str, ...]] = {}
        for hit in self._set.hits(page.text) if self._set else ():
            check, name = self._owners[hit]
            found[check] = (*found.get(check, ()), name)
        page.matches = found


@dataclass(frozen=True)
class Catalog:
    """All checks, sorted by id."""

    checks: tuple[Check, ...]

    @cached_property
    def by_id(self) -> dict[str, Check]:
        """Checks by their ids."""
        return {check.id: check for check in self.checks}

    @cached_property
    def passive(self) -> tuple[Check, ...]:
        """Checks that look at what the crawl saw."""
        return tuple(check for check in self.checks if check.info.kind is Kind.PASSIVE)

    @cached_property
    def host(self) -> tuple[Check, ...]:
        """Checks of a host as a whole."""
        return tuple(check for check in self.checks if check.info.kind is Kind.HOST)

    def active(self, phase: Phase) -> tuple[Check, ...]:
        """Checks of insertion points that run in this phase."""
        return tuple(check for check in self.checks if check.info.kind is Kind.ACTIVE and check.info.phase is phase)

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits over all ids and versions."""
        text = "\n".join(f"{check.id}@{check.info.version}" for check in self.checks)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def passive_patterns(self) -> PassivePatterns:
        """The patterns of all passive checks."""
        return PassivePatterns(self.passive)

    def select(self, profile: str, chosen: Sequence[str] = ()) -> tuple[Check, ...]:
        """The checks of a profile, as narrowed or widened by a choice.

        Passive checks belong to every profile. Entries of `chosen` are ids or families, with a leading `-` to leave
        them out. Any entry without one keeps only what is named; an id named so joins even when its profile is
        another, but never in one of `NARROW_ONLY`. Raises CatalogError for unknown entries.
        """
        wanted = [entry for entry in chosen if not entry.startswith("-")]
        unwanted = [entry[1:] for entry in chosen if entry.startswith("-")]
        self._refuse_unknown([*wanted, *unwanted])
        picked = []
        for check in self.checks:
            included = check.info.kind is Kind.PASSIVE or profile in check.info.profiles
            if wanted:
                named = check.id in wanted and profile not in NARROW_ONLY
                included = named or (included and _named(check, wanted))
            if included and not _named(check, unwanted):
                picked.append(check)
        return tuple(picked)

    def _refuse_unknown(self, entries: Iterable[str]) -> None:
        known = {check.id for check in self.checks} | {check.info.family for check in self.checks}
        unknown = [entry for entry in entries if entry not in known]
        if unknown:
            raise CatalogError(f"There is no check or family named {', '.join(unknown)}.")


@lru_cache(maxsize=1)
def load() -> Catalog:
    """Walks the package of checks once. Raises CatalogError naming every fault of every form."""
    found = pkgutil.walk_packages(checks_package.__path__, f"{checks_package.__name__}.")
    modules = [importlib.import_module(item.name) for item in found]
    return build(modules, retired())


def retired() -> frozenset[str]:
    """Ids that once named a check and may never do so again."""
    text = (Path(checks_package.__path__[0]) / "retired.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(line for line in lines if line)


def build(modules: Iterable[ModuleType], retired_ids: frozenset[str] = frozenset()) -> Catalog:
    """A catalogue of those modules that have an `INFO`. Raises CatalogError naming every fault."""
    faults: list[str] = []
    found: dict[str, Check] = {}
    for module in modules:
        info = getattr(module, "INFO", None)
        if info is None:
            continue
        own = faults_of(module)
        if not own and info.id in retired_ids:
            own = [f"the id {info.id} is retired"]
        if not own and info.id in found:
            own = [f"the id {info.id} is also that of {found[info.id].module.__name__}"]
        faults += [f"{module.__name__}: {fault}" for fault in own]
        if not own:
            found[info.id] = _check(module)
    if faults:
        raise CatalogError("\n".join(faults))
    return Catalog(tuple(found[key] for key in sorted(found)))


def _named(check: Check, entries: Sequence[str]) -> bool:
    return check.id in entries or check.info.family in entries


def _check(module: ModuleType) -> Check:
    parts: dict[str, Any] = vars(module)
    return Check(
        info=parts["INFO"],
        module=module,
        doc=doc_of(module.__doc__ or ""),
        examples=tuple(parts["EXAMPLES"]),
        patterns=dict(parts.get("PATTERNS", {})),
        inspect=parts.get("inspect", _absent),
        detect=parts.get("detect", _absent),
        verify=parts.get("verify", _absent),
    )
