"""Teams: people and targets that belong together."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from vedette.server.audit import services as audit
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Team
from vedette.server.tenancy.services import inputs

_KEEP = object()


@transaction.atomic
def create(*, actor: Actor, name: str, quota: int | None = None, reserve: bool = False) -> Team:
    """A new team. `quota` caps the number of its targets."""
    actor.require("teams.change")
    team = Team(organisation=actor.organisation, name=inputs.text(name, field="name"), reserve=reserve)
    team.quota = _quota(team, quota)
    _save(team)
    _note(actor, "team.created", team, after={"quota": quota, "reserve": reserve})
    return team


@transaction.atomic
def change(
    *, actor: Actor, team: Team, name: str | None = None, quota: object = _KEEP, reserve: bool | None = None
) -> Team:
    """Changes a team; a quota of None lifts it. Raises Invalid for one below the number of its targets."""
    actor.require("teams.change")
    team = _locked(actor, team)
    before = {"name": team.name, "quota": team.quota, "reserve": team.reserve}
    if name is not None:
        team.name = inputs.text(name, field="name")
    if quota is not _KEEP:
        team.quota = _quota(team, quota)
    if reserve is not None:
        team.reserve = reserve
    after = {"name": team.name, "quota": team.quota, "reserve": team.reserve}
    if after != before:
        _save(team)
        _note(actor, "team.changed", team, before=before, after=after)
    return team


@transaction.atomic
def delete(*, actor: Actor, team: Team) -> None:
    """Deletes a team. Its targets and people stay; what people held through it ends. Raises Conflict
    `in_use` while stored credentials belong to it."""
    actor.require("teams.change")
    team = _locked(actor, team)
    _note(actor, "team.deleted", team, before={"quota": team.quota, "reserve": team.reserve})
    try:
        team.delete()
    except ProtectedError:
        raise Conflict(
            "in_use", "The team has stored credentials: delete them, or give them to another team."
        ) from None


def _quota(team: Team, quota: object) -> int | None:
    if quota is None:
        return None
    if not isinstance(quota, int) or isinstance(quota, bool) or not 0 <= quota <= 2**31 - 1:
        raise Invalid(fields={"quota": ["A whole number of at least 0 is required."]})
    if team.pk is not None and quota < team.targets.filter(archived_at=None).count():
        raise Invalid(fields={"quota": ["The team has more targets than that."]})
    return quota


def _locked(actor: Actor, team: Team) -> Team:
    fresh = Team.objects.select_for_update(no_key=True).filter(pk=team.pk, organisation=actor.organisation).first()
    if fresh is None:
        raise NotAllowed()
    return fresh


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise Invalid(fields={"name": ["A team with this name exists already."]}) from None


def _note(actor: Actor, kind: str, team: Team, **parts: Any) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=actor.organisation,
        object_kind="team",
        object_id=team.public_id,
        object_name=team.name,
        **parts,
    )
