"""Reads of stored credentials: those of the whole account for who may see them there, those of a team for its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from vedette.server.kernel import ids, unique
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets.models import Credential
from vedette.server.targets.values import storable
from vedette.server.tenancy.actor import Actor

ORDERINGS = {"name": "name", "created": "created_at", "changed": "changed_at"}
"""Names to order by, each also with `-`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFilter:
    """Which credentials are meant; empty fields leave all. Teams are public ids."""

    sensitive: bool | None = None
    teams: tuple[str, ...] = ()
    search: str = ""
    ordering: str = ""


def for_actor(actor: Actor, permission: str = "credentials.view") -> QuerySet[Credential]:
    """The credentials on which the actor has the permission."""
    rows = Credential.objects.filter(organisation=actor.organisation)
    rows = rows.select_related("organisation", "team", "changed_by").order_by("id")
    return rows if actor.everywhere(permission) else rows.filter(team__in=sorted(actor.teams(permission)))


def get(actor: Actor, public_id: str) -> Credential:
    """One credential. Raises NotFound."""
    found = unique.find(for_actor(actor).filter(public_id=public_id)) if ids.is_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def listed(actor: Actor, wanted: CredentialFilter) -> QuerySet[Credential]:
    """Those that the filter means. Raises Invalid for an unknown order."""
    rows = for_actor(actor)
    if wanted.sensitive is not None:
        rows = rows.filter(sensitive=wanted.sensitive)
    if wanted.teams:
        rows = rows.filter(team__public_id__in=[one for one in wanted.teams if ids.is_id(one)])
    if wanted.search:
        found = Q(name__icontains=wanted.search) | Q(desc__icontains=wanted.search)
        rows = rows.filter(found) if storable(wanted.search) else rows.none()
    name = wanted.ordering.removeprefix("-")
    if not name:
        return rows
    if name not in ORDERINGS:
        raise Invalid(fields={"ordering": [f"Order by one of: {', '.join(ORDERINGS)}."]})
    column = F(ORDERINGS[name])
    return rows.order_by(column.desc() if wanted.ordering.startswith("-") else column.asc(), "id")
