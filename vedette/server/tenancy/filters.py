"""What lists of grants, teams, roles and labels may be narrowed and ordered by; people and keys are in `holders`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from vedette.server.kernel import ids, unique
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Label, Role, RoleGrant, Team

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFilter:
    """Which grants are meant; `holders` are public ids of people or keys."""

    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    account_wide: bool | None = None
    search: str = ""
    ordering: str = ""


GRANTS = {"role": "role__name", "created": "created_at", "tier": "tier"}
TEAMS = {"name": "name", "created": "created_at"}
ROLES = {"name": "name", "created": "created_at"}
LABELS = {"name": "name", "color": "color", "changed": "changed_at"}
"""Names to order by, each also with `-`, and the columns they stand for."""


def ordered(rows: QuerySet[_Row], ordering: str, names: Mapping[str, str]) -> QuerySet[_Row]:
    """The rows by one of these names, `-` in front for descending, ties broken by age; by age alone when it is empty.
    Raises Invalid for another name."""
    if not ordering:
        return rows
    column = names.get(ordering.removeprefix("-"))
    if column is None:
        raise Invalid(fields={"ordering": [f'"{ordering}" is not one of {", ".join(sorted(names))}.']})
    down = ordering.startswith("-")
    by = F(column).desc(nulls_last=True) if down else F(column).asc(nulls_first=True)
    return rows.order_by(by, "-pk" if down else "pk")


def grants(actor: Actor, holder: str, wanted: GrantFilter = GrantFilter()) -> QuerySet[RoleGrant]:
    """The grants of people (`user`) or of the keys of scripts (`key`) that the actor may see and the filter means."""
    rows = queries.grants_for_actor(actor).filter(**{f"{holder}__isnull": False})
    if holder == "key":
        rows = rows.filter(key__kind="probely")
    if wanted.roles:
        rows = rows.filter(role__public_id__in=known(wanted.roles))
    if wanted.teams:
        rows = rows.filter(team__public_id__in=known(wanted.teams))
    if wanted.targets:
        rows = rows.filter(target__public_id__in=known(wanted.targets))
    if wanted.account_wide is not None:
        rows = rows.filter(tier="account") if wanted.account_wide else rows.exclude(tier="account")
    if wanted.holders:
        rows = rows.filter(**{f"{holder}__public_id__in": known(wanted.holders)})
    if wanted.search:
        text = Q(**{f"{holder}__name__icontains": wanted.search}) | Q(role__name__icontains=wanted.search)
        rows = rows.none() if "\0" in wanted.search else rows.filter(text)
    return ordered(rows, wanted.ordering, GRANTS)


def grant(actor: Actor, holder: str, public_id: str) -> RoleGrant:
    """A grant of a person or key. Raises NotFound."""
    return one(grants(actor, holder).filter(public_id__in=known([public_id])))


def several_grants(actor: Actor, holder: str, public_ids: Iterable[str]) -> list[RoleGrant]:
    """The grants of these ids, each once, in the order given. Raises NotFound with `invalid_ids`."""
    found = grants(actor, holder).filter(public_id__in=known(public_ids))
    return all_of({row.public_id: row for row in found}, public_ids)


def teams(
    actor: Actor,
    *,
    holders: Collection[str] = (),
    may_create: bool | None = None,
    may_move: bool | None = None,
    search: str = "",
    ordering: str = "",
) -> QuerySet[Team]:
    """The teams that the actor may see, with their numbers; `holders` are people in them. `may_create` and `may_move`
    tell those where the actor may add targets, or move them to, from the others."""
    rows = queries.teams_for_actor(actor)
    for asked, permission in ((may_create, "targets.create"), (may_move, "targets.change")):
        if asked is not None:
            everywhere = actor.everywhere(permission)
            mine = Q(pk__in=rows.values("pk") if everywhere else actor.teams(permission))
            rows = rows.filter(mine if asked else ~mine)
    if holders:
        belonging = RoleGrant.objects.filter(team=OuterRef("pk"), user__public_id__in=known(holders))
        rows = rows.filter(Exists(belonging))
    if search:
        rows = rows.none() if "\0" in search else rows.filter(name__icontains=search)
    return _counted(ordered(rows, ordering, TEAMS))


def team(actor: Actor, public_id: str) -> Team:
    """A team with its numbers. Raises NotFound."""
    return one(_counted(queries.teams_for_actor(actor).filter(public_id__in=known([public_id]))))


def team_again(actor: Actor, row: Team) -> Team:
    """A team that the actor has just written, with its numbers."""
    return one(_counted(Team.objects.filter(pk=row.pk, organisation=actor.organisation)))


def team_numbers(row: Team) -> dict[str, int]:
    """The numbers of a team read by this module: `people`, `keys`, `targets`."""
    values = vars(row)
    return {name: int(values[f"{name}_count"]) for name in ("people", "keys", "targets")}


def roles(
    actor: Actor, *, custom: bool | None = None, tier: str = "", search: str = "", ordering: str = ""
) -> QuerySet[Role]:
    """The roles that the actor may see; `tier` leaves those that may be given over it."""
    rows = queries.roles_for_actor(actor)
    if custom is not None:
        rows = rows.filter(organisation__isnull=not custom)
    if tier and tier != "account":
        rows = rows.exclude(organisation=None, key="owner")
    if search:
        rows = rows.none() if "\0" in search else rows.filter(name__icontains=search)
    return ordered(rows, ordering, ROLES)


def labels(
    actor: Actor,
    kind: str,
    *,
    wanted: Collection[str] = (),
    assigned: bool | None = None,
    teams: Collection[str] = (),
    search: str = "",
    ordering: str = "",
) -> QuerySet[Label]:
    """The labels of a kind; those that are worn by any target or finding, or by a target of these teams."""
    rows = queries.labels_for_actor(actor, kind)
    if wanted:
        rows = rows.filter(public_id__in=known(wanted))
    if assigned is not None:
        worn = Q(targets__archived_at=None, targets__isnull=False) | Q(findings__isnull=False)
        carried = Label.objects.filter(worn, pk=OuterRef("pk"))
        rows = rows.filter(Exists(carried) if assigned else ~Exists(carried))
    if teams:
        there = Q(targets__archived_at=None, targets__teams__public_id__in=known(teams))
        rows = rows.filter(Exists(Label.objects.filter(there, pk=OuterRef("pk"))))
    if search:
        rows = rows.none() if "\0" in search else rows.filter(name__icontains=search)
    return ordered(rows, ordering, LABELS)


def require_labels(actor: Actor, kind: str, public_ids: Iterable[str]) -> list[Label]:
    """The labels of these ids. Raises NotFound with `invalid_ids`."""
    rows = queries.labels_for_actor(actor, kind).filter(public_id__in=known(public_ids))
    return all_of({row.public_id: row for row in rows}, public_ids)


def _counted(rows: QuerySet[Team]) -> QuerySet[Team]:
    def count(column: str) -> Any:
        held = RoleGrant.objects.filter(team=OuterRef("pk"), **{f"{column}__isnull": False}).order_by()
        return _number(held.values("team").annotate(n=Count(column, distinct=True)).values("n"))

    inside = Team.objects.filter(pk=OuterRef("pk"), targets__archived_at=None).order_by()
    inside_count = _number(inside.values("pk").annotate(n=Count("targets")).values("n"))
    return rows.annotate(people_count=count("user"), keys_count=count("key"), targets_count=inside_count)


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows, output_field=IntegerField()), Value(0))


def known(public_ids: Iterable[str]) -> list[str]:
    """The texts that may be public ids; anything else would match nothing."""
    return [text for text in public_ids if isinstance(text, str) and ids.is_id(text)]


def all_of(found: Mapping[str, _Row], public_ids: Iterable[str]) -> list[_Row]:
    """The rows of these ids, each once, in the order given. Raises NotFound with `invalid_ids`."""
    wanted = list(dict.fromkeys(public_ids))
    missing = [public_id for public_id in wanted if public_id not in found]
    if missing:
        raise NotFound(data={"invalid_ids": missing})
    return [found[public_id] for public_id in wanted]


def one(rows: QuerySet[_Row]) -> _Row:
    """The one row that there is at most. Raises NotFound."""
    row = unique.find(rows)
    if row is None:
        raise NotFound()
    return row
