"""What the list of domains may be narrowed and ordered by, and the targets that somebody else sees."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet

from vedette.server.kernel.errors import Invalid
from vedette.server.targets import queries
from vedette.server.targets.models import Domain, Target
from vedette.server.tenancy.actor import Actor

DOMAINS = {
    "hostname": "hostname",
    "verified": "verified",
    "verification_date": "checked_at",
    "created": "created_at",
    "changed": "created_at",
}
"""Names to order domains by, each also with `-`. `changed` is what some clients ask of every list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainFilter:
    """Which domains are meant; empty fields leave all, `none` leaves nothing."""

    none: bool = False
    verified: bool | None = None
    search: str = ""
    ordering: str = ""


def domains(actor: Actor, wanted: DomainFilter) -> QuerySet[Domain]:
    """The domains that the actor may see and the filter means. Raises Invalid for an unknown order."""
    rows = queries.domains_for_actor(actor)
    if wanted.none:
        return rows.none()
    if wanted.verified is not None:
        rows = rows.filter(verified=wanted.verified)
    if wanted.search:
        rows = rows.none() if "\0" in wanted.search else rows.filter(hostname__icontains=wanted.search)
    if not wanted.ordering:
        return rows
    column = DOMAINS.get(wanted.ordering.removeprefix("-"))
    if column is None:
        raise Invalid(fields={"ordering": [f'"{wanted.ordering}" is not one of {", ".join(sorted(DOMAINS))}.']})
    down = wanted.ordering.startswith("-")
    by = F(column).desc(nulls_last=True) if down else F(column).asc(nulls_first=True)
    return rows.order_by(by, "-pk" if down else "pk")


def also_seen_by(actor: Actor, other: Actor) -> QuerySet[Target]:
    """The targets that the actor may see and the other one too, by name."""
    return queries.for_actor(actor).filter(pk__in=queries.for_actor(other).values("pk")).order_by("name", "pk")


def of_team(actor: Actor, team_pk: int) -> QuerySet[Target]:
    """The targets of a team that the actor may see, by name."""
    return queries.for_actor(actor).filter(teams=team_pk).order_by("name", "pk")
