"""People and keys, in lists with filters and one by one.

The rows come with all that a page of them shows, in a number of queries that does not grow with the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from allauth.mfa.models import Authenticator
from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet

from vedette.server.tenancy import filters, queries
from vedette.server.tenancy.actor import Actor, Grant
from vedette.server.tenancy.models import ApiKey, Label, Membership, Organisation, RoleGrant

_Row = TypeVar("_Row", bound=Model)

PEOPLE = {
    "name": "user__name",
    "email": "user__email",
    "active": "active",
    "last_login": "last_seen_at",
    "changed": "user__changed_at",
    "created": "created_at",
}
KEYS = {
    "name": "name",
    "active": "active",
    "changed": "changed_at",
    "created": "created_at",
    "last_login": "last_used_at",
}
"""Names to order by, each also with `-`, and the columns they stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderFilter:
    """Which people or keys are meant; empty fields leave all. Ids are public ids; roles, teams and targets are those of
    their grants (of a target also grants over one of its teams). `creators` and `mfa_enabled` fit one of the two."""

    ids: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    every_label: bool = False
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    exclude_teams: tuple[str, ...] = ()
    exclude_targets: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    active: bool | None = None
    mfa_enabled: bool | None = None
    no_access: bool | None = None
    account_wide: bool | None = None
    search: str = ""
    ordering: str = ""


def people(actor: Actor, wanted: HolderFilter) -> QuerySet[Membership]:
    """The members that the actor may see and the filter means."""
    rows = queries.members_for_actor(actor)
    rows = _narrowed(actor, rows, wanted, "user", "user__public_id")
    if wanted.mfa_enabled is not None:
        enrolled = Exists(Authenticator.objects.filter(user=OuterRef("user_id"), type=Authenticator.Type.TOTP))
        rows = rows.filter(enrolled if wanted.mfa_enabled else ~enrolled)
    if wanted.search:
        text = Q(user__name__icontains=wanted.search) | Q(user__email__icontains=wanted.search)
        rows = rows.none() if "\0" in wanted.search else rows.filter(text)
    return with_member_parts(actor, filters.ordered(rows, wanted.ordering, PEOPLE))


def keys(
    actor: Actor, wanted: HolderFilter, *, kind: str = "probely", only_target: int | None = None
) -> QuerySet[ApiKey]:
    """The keys of one kind that the actor may see and the filter means; with `only_target` (its primary key) those that
    hold roles over that target and nothing else."""
    rows = queries.keys_for_actor(actor).filter(kind=kind)
    rows = rows if only_target is None else _for_target(rows, only_target)
    rows = _narrowed(actor, rows, wanted, "key", "public_id")
    if wanted.creators:
        rows = rows.filter(created_by__public_id__in=filters.known(wanted.creators))
    if wanted.search:
        found = Q(name__icontains=wanted.search) | Q(prefix__startswith=wanted.search)
        rows = rows.none() if "\0" in wanted.search else rows.filter(found)
    return with_key_parts(actor, filters.ordered(rows, wanted.ordering, KEYS))


def with_member_parts(actor: Actor, rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """The rows with person, grants within the organisation, labels, and whether there is a second factor."""
    enrolled = Authenticator.objects.filter(user=OuterRef("user_id"), type=Authenticator.Type.TOTP)
    return (
        rows.select_related("user", "user__changed_by")
        .annotate(second_factor=Exists(enrolled))
        .prefetch_related(Prefetch("user__grants", _grants(actor)), Prefetch("labels", _labels()))
    )


def with_key_parts(actor: Actor, rows: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
    """The rows with grants, labels and who changed them."""
    return rows.select_related("changed_by").prefetch_related(
        Prefetch("grants", _grants(actor)), Prefetch("labels", _labels())
    )


def member(actor: Actor, public_id: str) -> Membership:
    """A member by the person's public id, with all parts. Raises NotFound."""
    found = queries.members_for_actor(actor).filter(user__public_id__in=filters.known([public_id]))
    return filters.one(with_member_parts(actor, found))


def key(actor: Actor, public_id: str, *, kind: str = "probely", only_target: int | None = None) -> ApiKey:
    """A key of this kind, with all parts; `only_target` as in `keys`. Raises NotFound."""
    found = queries.keys_for_actor(actor).filter(public_id__in=filters.known([public_id]), kind=kind)
    found = found if only_target is None else _for_target(found, only_target)
    return filters.one(with_key_parts(actor, found))


def members(actor: Actor, public_ids: Iterable[str]) -> list[Membership]:
    """The members of these ids, each once, in the order given. Raises NotFound with `invalid_ids`."""
    found = queries.members_for_actor(actor).filter(user__public_id__in=filters.known(public_ids))
    return filters.all_of({row.user.public_id: row for row in found}, public_ids)


def several_keys(actor: Actor, public_ids: Iterable[str], *, kind: str = "probely") -> list[ApiKey]:
    """The keys of these ids, each once, in the order given. Raises NotFound with `invalid_ids`."""
    found = queries.keys_for_actor(actor).filter(public_id__in=filters.known(public_ids), kind=kind)
    return filters.all_of({row.public_id: row for row in found}, public_ids)


def member_again(actor: Actor, row: Membership) -> Membership:
    """A member that the actor has just written, read again with all parts."""
    rows = Membership.objects.filter(pk=row.pk, organisation=actor.organisation)
    return filters.one(with_member_parts(actor, rows))


def key_again(actor: Actor, row: ApiKey) -> ApiKey:
    """A key that the actor has just written, read again with all parts."""
    return filters.one(with_key_parts(actor, ApiKey.objects.filter(pk=row.pk, organisation=actor.organisation)))


def has_second_factor(row: Membership) -> bool:
    """Whether a member read by this module signs in with a second factor."""
    return bool(vars(row)["second_factor"])


def personal_key(actor: Actor, kind: str) -> ApiKey | None:
    """The actor's own key of a personal kind."""
    rows = ApiKey.objects.filter(organisation=actor.organisation, user__isnull=False, user=actor.user, kind=kind)
    return rows.filter(active=True).first()


def has_dependents(organisation: Organisation) -> bool:
    """Whether other organisations belong to this one, as customers to a partner."""
    return Organisation.objects.filter(partner=organisation).exists()


def as_holder(actor: Actor, holder: Membership | ApiKey) -> Actor:
    """What a member or key may do, as an actor that nobody is: for showing what they see, without noting that they were
    here. Who is switched off sees nothing."""
    whose = holder.user if isinstance(holder, Membership) else holder
    rows = queries.grants_of(whose, actor.organisation) if holder.active else RoleGrant.objects.none()
    grants = tuple(
        Grant(queries.permissions_of(row.role), row.tier, row.team_id, row.target_id, row.role.public_id)
        for row in rows
    )
    return Actor("system", "", str(whose), "", actor.organisation, None, None, "", grants)


def _narrowed(actor: Actor, rows: QuerySet[_Row], wanted: HolderFilter, holder: str, public_id: str) -> QuerySet[_Row]:
    """The conditions that people and keys share. `holder` is the grant's column: `user` or `key`."""
    own = "user_id" if holder == "user" else "pk"
    held = RoleGrant.objects.filter(organisation=actor.organisation, **{holder: OuterRef(own)})
    if wanted.ids:
        rows = rows.filter(**{f"{public_id}__in": filters.known(wanted.ids)})
    if wanted.exclude:
        rows = rows.exclude(**{f"{public_id}__in": filters.known(wanted.exclude)})
    if wanted.active is not None:
        rows = rows.filter(active=wanted.active)
    if wanted.no_access is not None:
        rows = rows.filter(~Exists(held) if wanted.no_access else Exists(held))
    if wanted.account_wide is not None:
        whole = Exists(held.filter(tier="account"))
        rows = rows.filter(whole if wanted.account_wide else ~whole)
    for given, condition in (
        (wanted.roles, Q(role__public_id__in=filters.known(wanted.roles))),
        (wanted.teams, Q(team__public_id__in=filters.known(wanted.teams))),
        (wanted.targets, _over(wanted.targets)),
    ):
        rows = rows.filter(Exists(held.filter(condition))) if given else rows
    for given, condition in (
        (wanted.exclude_teams, Q(team__public_id__in=filters.known(wanted.exclude_teams))),
        (wanted.exclude_targets, _over(wanted.exclude_targets)),
    ):
        rows = rows.exclude(Exists(held.filter(condition))) if given else rows
    return _labelled(rows, wanted)


def _for_target(rows: QuerySet[ApiKey], target: int) -> QuerySet[ApiKey]:
    held = RoleGrant.objects.filter(key=OuterRef("pk"))
    over = Q(tier="target", target_id=target)
    return rows.filter(Exists(held.filter(over)), ~Exists(held.exclude(over)))


def _labelled(rows: QuerySet[_Row], wanted: HolderFilter) -> QuerySet[_Row]:
    if not wanted.labels:
        return rows
    if not wanted.every_label:
        return rows.filter(labels__public_id__in=filters.known(wanted.labels)).distinct()
    for label in wanted.labels:
        rows = rows.filter(labels__public_id__in=filters.known([label]))
    return rows


def _over(targets: Collection[str]) -> Q:
    return Q(target__public_id__in=filters.known(targets)) | Q(team__targets__public_id__in=filters.known(targets))


def _grants(actor: Actor) -> QuerySet[RoleGrant]:
    rows = RoleGrant.objects.filter(organisation=actor.organisation).order_by("pk")
    return rows.select_related("role", "user", "key", "team", "target")


def _labels() -> QuerySet[Label]:
    return Label.objects.select_related("changed_by").order_by("pk")


def own_grants(actor: Actor) -> list[RoleGrant]:
    """The grants of the actor, oldest first; none for the system."""
    holder = actor.user if actor.kind == "person" else actor.key
    return [] if holder is None else list(queries.grants_of(holder, actor.organisation).select_related("user", "key"))
