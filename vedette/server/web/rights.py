"""Who may open a page at all; what may be done on it is judged by the services."""

from __future__ import annotations

from vedette.server.findings.models import Finding
from vedette.server.kernel.errors import NotAllowed
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.rules import PERMISSIONS


def need(actor: Actor, permission: str) -> None:
    """Raises NotAllowed for an actor who holds the permission over nothing."""
    if not actor.anywhere(permission):
        raise NotAllowed(data={"permission": permission})


def over(actor: Actor, finding: Finding) -> frozenset[str]:
    """The permissions that the actor holds over a finding's target."""
    teams = [team.pk for team in finding.target.teams.all()]
    return frozenset(name for name in PERMISSIONS if actor.may(name, target_id=finding.target_id, team_ids=teams))
