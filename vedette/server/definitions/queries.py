"""Reads of definitions. The catalogue is walked once per process, at the first question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from vedette.contract.checkinfo import Kind
from vedette.engine import catalog
from vedette.server.definitions import rules
from vedette.server.definitions.weaknesses import CWE_NAMES

_UNKNOWN_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a check finds. `id` is a public id, the same on every instance; `severity` 0, 10, 20, 30 or 40; `fix` is
    Markdown; `changed` says since when this instance has the check in its present form. `known` is False for a check
    that the catalogue does not hold (any more): then only names are known."""

    id: str
    check_id: str
    name: str
    desc: str = ""
    severity: int = 0
    cvss_vector: str = ""
    cvss_score: float = 0.0
    cwe_id: int | None = None
    cwe_name: str = ""
    passive: bool = False
    fix: str = ""
    owasp: str = ""
    references: tuple[str, ...] = ()
    changed: datetime = _UNKNOWN_SINCE
    known: bool = True


def all_definitions() -> tuple[Definition, ...]:
    """Every definition, by name."""
    return tuple(sorted(_by_check().values(), key=lambda one: (one.name.lower(), one.check_id)))


def by_id(public_id: str) -> Definition | None:
    """The definition of this id; None when there is none."""
    return _by_id().get(public_id)


def for_check(check_id: str, title: str = "") -> Definition:
    """The definition of a check. One that is retired or unknown gets a plain one, named by `title` or by its id."""
    known = _by_check().get(check_id)
    if known is not None:
        return known
    name = title or check_id.replace("-", " ").strip().capitalize() or "Unknown"
    return Definition(id=rules.definition_id(check_id), check_id=check_id, name=name, known=False)


def fix_for(check_id: str, technologies: Iterable[str] = ()) -> str:
    """How to fix what the check finds, as Markdown: for these technologies where the text speaks of them, else whole.
    Empty for a check that is not known."""
    return _fix(check_id, tuple(technologies))


@lru_cache(maxsize=4096)
def _fix(check_id: str, technologies: tuple[str, ...]) -> str:
    # Taking a text apart costs more than all else that a list shows of a finding.
    return rules.fitting(for_check(check_id).fix, technologies)


@lru_cache(maxsize=1)
def _by_check() -> dict[str, Definition]:
    return {check.id: _definition(check) for check in catalog.load().checks}


@lru_cache(maxsize=1)
def _by_id() -> dict[str, Definition]:
    return {one.id: one for one in _by_check().values()}


def _definition(check: catalog.Check) -> Definition:
    info = check.info
    cwe = info.cwe[0] if info.cwe else None
    return Definition(
        id=rules.definition_id(info.id),
        check_id=info.id,
        name=info.title,
        desc=f"{check.doc.summary}\n\n{check.doc.why}",
        severity=rules.SEVERITY_NUMBERS[info.severity],
        cvss_vector=info.cvss31,
        cvss_score=rules.cvss_score(info.cvss31),
        cwe_id=cwe,
        cwe_name=CWE_NAMES.get(cwe, "") if cwe else "",
        passive=info.kind is Kind.PASSIVE,
        fix=check.doc.fix,
        owasp=info.owasp,
        references=info.references,
        changed=_changed(check.module.__file__),
    )


def _changed(source: str | None) -> datetime:
    """When the check's file was written here."""
    try:
        return datetime.fromtimestamp(int(Path(source or "").stat().st_mtime), UTC)
    except OSError:
        return _UNKNOWN_SINCE
