"""What the addresses of the calendar and the list of schedules say: which schedules, which month."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from vedette.server.schedules import queries, rules
from vedette.server.schedules.models import Schedule
from vedette.server.targets import queries as targets
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_OFFERED = 200
"""Targets that the filter offers; the search finds the others."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for; empty fields leave all. `month` is the first day of the one to show."""

    q: str = ""
    target: str = ""
    label: str = ""
    month: date | None = None

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.q or self.target or self.label)


def read(given: Mapping[str, str]) -> Chosen:
    """What an address asks for; words that mean nothing are left out."""
    return Chosen(
        q=given.get("q", "").strip()[:200],
        target=given.get("target", "")[:12],
        label=given.get("label", "")[:12],
        month=_month(given.get("month", "")),
    )


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    fits = rules.FIRST_YEAR < year < rules.LAST_YEAR and 1 <= month <= 12
    return date(year, month, 1) if fits else None


def rows(actor: Actor, chosen: Chosen) -> QuerySet[Schedule]:
    """The schedules that the actor may see and the address means."""
    wanted = queries.ScheduleFilter(
        targets=(chosen.target,) if chosen.target else (),
        labels=(chosen.label,) if chosen.label else (),
        search=chosen.q,
    )
    return queries.filtered(queries.for_actor(actor), wanted)


def choices(actor: Actor, chosen: Chosen) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """What the filters offer: by name, the word for none and the values with theirs. One with nothing to choose is left
    out."""
    having = queries.for_actor(actor).values("target")
    near = targets.for_actor(actor, "scans.view").filter(pk__in=having).order_by("name", "url")
    offered = [(one.public_id, str(one)) for one in near[:_OFFERED]]
    if chosen.target and chosen.target not in dict(offered):
        offered.append((chosen.target, "The chosen target"))
    labels = [(one.public_id, one.name) for one in tenancy.labels_for_actor(actor, "target")]
    found = {"target": ("Any target", offered), "label": ("Any label", labels)}
    return {name: one for name, one in found.items() if one[1]}
