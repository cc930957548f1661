"""Every finding of a filter in the order of its list, read in chunks by key, so that no statement stays open while a
slow reader takes its time and a row that changes meanwhile moves nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q

from vedette.server.findings import queries
from vedette.server.findings.models import Finding
from vedette.server.findings.queries import ORDERINGS, FindingFilter
from vedette.server.tenancy.actor import Actor

CHUNK = 500


def whole(actor: Actor, wanted: FindingFilter, ordering: str = "-last_found") -> Iterator[Finding]:
    """Every finding that `queries.page` would show over all its pages, in the same order."""
    name, descending = ordering.removeprefix("-"), ordering.startswith("-")
    if name not in ORDERINGS:
        name, descending = "last_found", True
    columns = ORDERINGS[name]
    rows = queries.filtered(actor, wanted).order_by(*(f"-{one}" if descending else one for one in columns))
    last: tuple[Any, ...] | None = None
    while True:
        rest = rows if last is None else rows.filter(_behind(columns, last, descending))
        keys = list(rest.values_list(*columns)[:CHUNK])
        if not keys:
            return
        yield from queries.by_pk([key[-1] for key in keys])
        last = keys[-1]


def _behind(columns: Sequence[str], last: Sequence[Any], descending: bool) -> Q:
    """What comes after the row with these values: a later first column, or an equal one and a later second, ..."""
    step = "lt" if descending else "gt"
    found, equal = Q(), Q()
    for column, value in zip(columns, last, strict=True):
        found |= equal & Q(**{f"{column}__{step}": value})
        equal &= Q(**{column: value})
    return found
