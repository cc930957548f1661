"""People, keys, roles, teams and what belongs to them, of one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.server import factories
from vedette.server.scans.models import ScanProfile
from vedette.server.scans.services import profiles
from vedette.server.targets.models import Credential, Domain, Target
from vedette.server.targets.services import credentials, domains
from vedette.server.tenancy import filters, holders, queries
from vedette.server.tenancy.actor import Actor, system_actor
from vedette.server.tenancy.models import ApiKey, Label, Membership, Organisation, Role, RoleGrant, Team
from vedette.server.tenancy.services import keys, labels, roles, teams


@dataclass(frozen=True, slots=True)
class Cast:
    """One of each."""

    home: Organisation
    owner: Membership
    user: Membership
    key: ApiKey
    role: Role
    user_grant: RoleGrant
    key_grant: RoleGrant
    team: Team
    labels: dict[str, Label]
    profile: ScanProfile
    domain: Domain
    credential: Credential
    target: Target

    def grant_on_team(self) -> dict[str, Any]:
        """A role for the user over the team, as a body."""
        scope = {"tier": "team", "team": {"id": self.team.public_id}}
        return {"user": {"id": self.user.user.public_id}, "role": {"id": self.role.public_id}, "scope": scope}


def cast_of(home: Organisation) -> Cast:
    actor: Actor = system_actor(home)
    owner, user = (factories.person(home, name) for name in ("owner", "developer"))
    key, _ = keys.create_key(actor=actor, name="Pipeline", role=queries.builtin_role("scanner"))
    team = teams.create(actor=actor, name="Shop team", quota=3)
    people = {row.user.pk: row for row in queries.members_for_actor(actor)}
    return Cast(
        home=home,
        owner=people[owner.pk],
        user=people[user.pk],
        key=key,
        role=roles.create(actor=actor, name="Reader", permissions=["targets.view", "scans.view"]),
        user_grant=filters.grants(actor, "user").get(user=user),
        key_grant=filters.grants(actor, "key").get(key=key),
        team=team,
        labels={
            kind: labels.create(actor=actor, kind=kind, name=f"{kind} label") for kind in ("target", "finding", "user")
        },
        profile=profiles.create(actor=actor, name="Ours"),
        credential=credentials.create(actor, name="Test user", value="pw-77", sensitive=False),
        domain=domains.add(actor, hostname="own.example.org"),
        target=factories.target(home, "http://shop.example.org/", name="Shop", teams=[team.public_id]),
    )


def fresh(cast: Cast) -> tuple[Membership, ApiKey]:
    """The user and the key as they stand now."""
    actor = system_actor(cast.home)
    return holders.member(actor, cast.user.user.public_id), holders.key(actor, cast.key.public_id)
