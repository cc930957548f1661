"""What the log may be narrowed by, and the whole of it, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from vedette.server.audit import queries
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed

CHUNK = 500
ORDERINGS = ("timestamp", "-timestamp")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which facts are meant; empty fields leave all. `users` are public ids of people or keys; both ends count."""

    start: datetime | None = None
    end: datetime | None = None
    users: tuple[str, ...] = ()
    search: str = ""
    ordering: str = ""


def entries(actor: queries.Reader, wanted: LogFilter) -> QuerySet[DomainEvent]:
    """The facts that the actor may read and the filter means, newest first unless asked otherwise. Raises
    NotAllowed, and Invalid for an unknown order."""
    if not actor.everywhere("audit.view"):
        raise NotAllowed(data={"permission": "audit.view"})
    if wanted.ordering and wanted.ordering not in ORDERINGS:
        raise Invalid(fields={"ordering": [f'"{wanted.ordering}" is not one of {", ".join(ORDERINGS)}.']})
    rows = queries.for_actor(actor)
    if wanted.start:
        rows = rows.filter(at__gte=wanted.start)
    if wanted.end:
        rows = rows.filter(at__lte=wanted.end)
    if wanted.users:
        rows = rows.filter(actor_id__in=[text for text in wanted.users if "\0" not in text])
    if wanted.search:
        text = Q(actor_name__icontains=wanted.search) | Q(object_name__icontains=wanted.search)
        found = text | Q(kind__icontains=wanted.search)
        rows = rows.none() if "\0" in wanted.search else rows.filter(found)
    return rows.order_by("id") if wanted.ordering == "timestamp" else rows


def whole(actor: queries.Reader, wanted: LogFilter) -> Iterator[DomainEvent]:
    """Every fact of the filter, newest first. Raises what `entries` does at once, not when it is read."""
    return _in_chunks(entries(actor, wanted).order_by("-id"))


def _in_chunks(rows: QuerySet[DomainEvent]) -> Iterator[DomainEvent]:
    """By id, so that no statement stays open while a slow reader takes its time."""
    last: int | None = None
    while chunk := list(rows[:CHUNK] if last is None else rows.filter(id__lt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk
