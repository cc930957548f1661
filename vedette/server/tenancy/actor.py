"""Who acts, and what they may do: made once for each request, never changed, asked without touching the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from vedette.server.kernel.errors import NotAllowed
from vedette.server.tenancy import rules
from vedette.server.tenancy.models import ApiKey, Organisation, User


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over the whole account, a team or one target. `role` is its public id, the others are primary keys."""

    permissions: frozenset[str]
    tier: str = "account"
    team_id: int | None = None
    target_id: int | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a key or the system, acting within one organisation.

    `kind` is `person`, `key` or `system`; `id` a public id, empty for the system. `user` is the person who acts or in
    whose name a key does, `key` the key that was shown, if one was. `address` is where the request came from.
    """

    kind: str
    id: str
    name: str
    email: str
    organisation: Organisation
    user: User | None
    key: ApiKey | None
    address: str
    grants: tuple[Grant, ...]

    @property
    def own_key(self) -> dict[str, str] | None:
        """`id` and `name` of the key that acts for no person, as rows keep who changed them; None for anybody else."""
        return {"id": self.id, "name": self.name} if self.kind == "key" and self.user is None else None

    def everywhere(self, permission: str) -> bool:
        """Whether they hold the permission over the whole account."""
        _known(permission)
        return any(grant.tier == "account" and permission in grant.permissions for grant in self.grants)

    def anywhere(self, permission: str) -> bool:
        """Whether they hold the permission over anything at all: whether to show a button, never whether to act."""
        _known(permission)
        return any(permission in grant.permissions for grant in self.grants)

    def may(self, permission: str, *, target_id: int | None = None, team_ids: Collection[int] = ()) -> bool:
        """Whether they hold the permission over the account, or over this target or one of its teams."""
        _known(permission)
        return any(
            permission in grant.permissions
            and (
                grant.tier == "account"
                or (grant.tier == "team" and grant.team_id in team_ids)
                or (grant.tier == "target" and target_id is not None and grant.target_id == target_id)
            )
            for grant in self.grants
        )

    def require(self, permission: str, *, target_id: int | None = None, team_ids: Collection[int] = ()) -> None:
        """Raises NotAllowed when `may` says no."""
        if not self.may(permission, target_id=target_id, team_ids=team_ids):
            raise NotAllowed(data={"permission": permission})

    def teams(self, permission: str) -> frozenset[int]:
        """Primary keys of the teams over which they hold the permission by a grant for the team."""
        return self._scopes(permission, "team")

    def targets(self, permission: str) -> frozenset[int]:
        """Primary keys of the targets over which they hold the permission by a grant for the target."""
        return self._scopes(permission, "target")

    def held(self) -> frozenset[str]:
        """The permissions they hold over the whole account: their rank."""
        return frozenset().union(*(grant.permissions for grant in self.grants if grant.tier == "account"))

    def _scopes(self, permission: str, tier: str) -> frozenset[int]:
        _known(permission)
        found = (
            grant.team_id if tier == "team" else grant.target_id
            for grant in self.grants
            if grant.tier == tier and permission in grant.permissions
        )
        return frozenset(pk for pk in found if pk is not None)


def system_actor(organisation: Organisation, name: str = "Vedette") -> Actor:
    """The system itself: the worker, the tick, the command line of whoever runs the machine."""
    everything = (Grant(rules.ALL),)
    return Actor("system", "", name, "", organisation, None, None, "", everything)


def _known(permission: str) -> None:
    # A misspelt permission would read as one that nobody holds, and hide for long.
    if permission not in rules.PERMISSIONS:
        raise ValueError(f"{permission} is no permission")
