"""Adding many targets at once, from a list that somebody brought: each is added by itself, or told why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vedette.server.kernel.errors import Conflict, DomainError, Invalid, LimitReached, NotAllowed
from vedette.server.targets import rules
from vedette.server.targets.models import Target
from vedette.server.targets.services import targets
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.tenancy.actor import Actor

_CHECKS = CreateChecks(duplicate_check=True, skip_reachability_check=True)
_ROW_FAULTS = (Invalid, Conflict, LimitReached, NotAllowed)
Row = Callable[[], Mapping[str, Any]]
"""Gives what `targets.create` takes; may raise Invalid, which is the row's own fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was left out; rows count from 1."""

    row: int
    error: DomainError


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it: the targets added with the numbers of their rows, and what is wrong with the others."""

    added: tuple[tuple[int, Target], ...]
    faults: tuple[Fault, ...]


def add_all(actor: Actor, rows: Sequence[Row]) -> Imported:
    """Adds a target for each row. An address that there is already is a fault; whether it can be reached is not asked.
    Raises NotAllowed, and Invalid under `file` for none or too many rows."""
    if not actor.anywhere("targets.create"):
        raise NotAllowed(data={"permission": "targets.create"})
    if not 0 < len(rows) <= rules.MAX_BULK:
        raise Invalid(fields={"file": [f"Give 1 to {rules.MAX_BULK} targets; these are {len(rows)}."]})
    added: list[tuple[int, Target]] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, 1):
        try:
            added.append((number, targets.create(actor, checks=_CHECKS, **row())))
        except _ROW_FAULTS as error:
            faults.append(Fault(number, error))
    return Imported(tuple(added), tuple(faults))
