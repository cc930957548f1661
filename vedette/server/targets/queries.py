"""Reads of targets, extra hosts and domains: the only doors to their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, Model, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import OrderBy

from vedette.server.kernel import ids, unique
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets.models import Domain, ExtraHost, RequestSetting, Target
from vedette.server.targets.values import storable
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Label, Team

M = TypeVar("M", bound=Model)
CHUNK = 500
_LABELLED = Target.labels.through
_TEAMED = Target.teams.through

# Never assessed comes before no risk, never scanned before long ago; the databases differ on this when left alone.
ORDERINGS: dict[str, OrderBy] = {
    "name": F("name").asc(),
    "-name": F("name").desc(),
    "risk": F("risk").asc(nulls_first=True),
    "-risk": F("risk").desc(nulls_last=True),
    "latest_scan_date": F("latest_scan_at").asc(nulls_first=True),
    "-latest_scan_date": F("latest_scan_at").desc(nulls_last=True),
    "changed": F("changed_at").asc(),
    "-changed": F("changed_at").desc(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFilter:
    """What a list of targets is narrowed to; empty or None leaves a criterion out.

    Ids, labels and teams are public ids; a risk of None means never assessed. `label_operator` is `or` or `and`.
    """

    ids: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    label_operator: str = "or"
    risks: tuple[int | None, ...] = ()
    profiles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    exclude_teams: tuple[str, ...] = ()
    kind: str = ""
    unlimited: bool | None = None
    verified: bool | None = None
    search: str = ""


def for_actor(actor: Actor, permission: str = "targets.view") -> QuerySet[Target]:
    """The targets on which the actor has the permission; archived ones are never among them."""
    return _scoped(actor, permission, Target.objects.filter(organisation=actor.organisation, archived_at=None))


def archived(actor: Actor, permission: str = "targets.view") -> QuerySet[Target]:
    """The archived targets on which the actor has the permission; deleted ones are never among them."""
    rows = Target.objects.filter(organisation=actor.organisation, archived_at__isnull=False, deleted_at=None)
    return _scoped(actor, permission, rows).order_by("-archived_at", "id")


def get(actor: Actor, public_id: str, permission: str = "targets.view", *, whole: bool = True) -> Target:
    """One target with all that its page needs, or, unless `whole`, with nothing but its organisation and domain. Raises
    NotFound."""
    rows = for_actor(actor, permission).filter(public_id=public_id)
    rows = for_page(rows) if whole else rows.select_related("organisation", "domain")
    target = unique.find(rows) if _known(public_id) else None
    if target is None:
        raise NotFound
    return target


def listed(
    actor: Actor, *, criteria: TargetFilter | None = None, order: str = "-changed", permission: str = "targets.view"
) -> QuerySet[Target]:
    """The targets that meet the criteria, in one of ORDERINGS; equal ones by id. Raises Invalid under `ordering`."""
    rows = for_actor(actor, permission)
    return ordered(narrowed(rows, criteria) if criteria is not None else rows, order)


def ordered(rows: QuerySet[Target], order: str) -> QuerySet[Target]:
    """The rows in one of ORDERINGS; equal ones by id. Raises Invalid under `ordering`."""
    if order not in ORDERINGS:
        raise Invalid(fields={"ordering": [f"Order by one of: {', '.join(ORDERINGS)}."]})
    return rows.order_by(ORDERINGS[order], "-id" if order.startswith("-") else "id")


def whole(actor: Actor, *, criteria: TargetFilter, order: str = "name") -> Iterator[Target]:
    """All that `listed` gives, with what a page of them shows, read in chunks by key, so that no statement stays open
    while a slow reader takes its time."""
    keys = list(listed(actor, criteria=criteria, order=order).values_list("pk", flat=True))
    return _by_key(keys)


def _by_key(keys: list[int]) -> Iterator[Target]:
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        found = {row.pk: row for row in for_page(Target.objects.filter(pk__in=part))}
        yield from (found[key] for key in part if key in found)


def narrowed(rows: QuerySet[Target], criteria: TargetFilter) -> QuerySet[Target]:
    """The rows that meet all criteria. Words that can be no id match nothing."""
    if criteria.ids:
        rows = rows.filter(public_id__in=_ids(criteria.ids))
    if criteria.exclude:
        rows = rows.exclude(public_id__in=_ids(criteria.exclude))
    if criteria.labels:
        rows = rows.filter(pk__in=_with_labels(_ids(criteria.labels), every=criteria.label_operator == "and"))
    if criteria.teams:
        rows = rows.filter(pk__in=_with_teams(_ids(criteria.teams)))
    if criteria.exclude_teams:
        rows = rows.exclude(pk__in=_with_teams(_ids(criteria.exclude_teams)))
    if criteria.risks:
        numbers = [risk for risk in criteria.risks if risk is not None]
        rows = (
            rows.filter(Q(risk__in=numbers) | Q(risk=None)) if None in criteria.risks else rows.filter(risk__in=numbers)
        )
    return _narrowed_plainly(rows, criteria)


def _narrowed_plainly(rows: QuerySet[Target], criteria: TargetFilter) -> QuerySet[Target]:
    if criteria.profiles:
        rows = rows.filter(profile__in=[profile for profile in criteria.profiles if storable(profile)])
    if criteria.kind:
        rows = rows.filter(kind=criteria.kind) if storable(criteria.kind) else rows.none()
    if criteria.unlimited is not None:
        rows = rows.filter(unlimited=criteria.unlimited)
    if criteria.verified is not None:
        verified = Q(domain__verified=True)
        rows = rows.filter(verified if criteria.verified else ~verified)
    text = criteria.search.strip()
    if text:
        found = Q(name__icontains=text) | Q(url__icontains=text) | Q(desc__icontains=text)
        rows = rows.filter(found) if storable(text) else rows.none()
    return rows


def for_page(rows: QuerySet[Target]) -> QuerySet[Target]:
    """The rows with what a page of them shows, in a number of queries that does not grow with the page."""
    settings = RequestSetting.objects.order_by("kind", "position", "id")
    hosts = ExtraHost.objects.select_related("domain", "changed_by").order_by("id")
    return rows.select_related(
        "organisation", "domain", "changed_by", "last_scan", "running_scan", "blackout__changed_by"
    ).prefetch_related(
        Prefetch("labels", Label.objects.select_related("changed_by").order_by("id")),
        Prefetch("teams", Team.objects.order_by("id")),
        Prefetch("request_settings", settings),
        Prefetch("extra_hosts", hosts.prefetch_related(Prefetch("request_settings", settings))),
    )


def require(actor: Actor, public_ids: Iterable[str], permission: str = "targets.view") -> list[Target]:
    """The targets of these ids, each once, in the order given. Raises NotFound with `invalid_ids` for missing ones."""
    wanted = list(dict.fromkeys(public_ids))
    found = {row.public_id: row for row in for_actor(actor, permission).filter(public_id__in=_ids(wanted))}
    missing = [public_id for public_id in wanted if public_id not in found]
    if missing:
        raise NotFound(data={"invalid_ids": missing})
    return [found[public_id] for public_id in wanted]


def extra_hosts_for_actor(actor: Actor, permission: str = "targets.view") -> QuerySet[ExtraHost]:
    """The extra hosts of the targets on which the actor has the permission."""
    rows = ExtraHost.objects.select_related("target__organisation", "domain", "changed_by").order_by("id")
    rows = rows.filter(target__organisation=actor.organisation, target__archived_at=None)
    if actor.everywhere(permission):
        return rows
    return rows.filter(target__in=for_actor(actor, permission))


def get_extra_host(actor: Actor, public_id: str, permission: str = "targets.view") -> ExtraHost:
    """One extra host. Raises NotFound."""
    rows = extra_hosts_for_actor(actor, permission).filter(public_id=public_id)
    host = unique.find(rows) if _known(public_id) else None
    if host is None:
        raise NotFound
    return host


def belongings(actor: Actor, model: type[M], permission: str = "targets.view") -> QuerySet[M]:
    """What belongs to the targets on which the actor has the permission: sequences, detectors, reduced scopes."""
    rows: QuerySet[M] = model._default_manager.select_related("target__organisation").order_by("id")
    rows = rows.filter(target__organisation=actor.organisation, target__archived_at=None)
    return rows if actor.everywhere(permission) else rows.filter(target__in=for_actor(actor, permission))


def belonging(actor: Actor, model: type[M], target: str, public_id: str) -> M:
    """One of them, by its id and that of its target. Raises NotFound."""
    rows = belongings(actor, model).filter(public_id=public_id, target__public_id=target)
    row = unique.find(rows) if _known(public_id) and _known(target) else None
    if row is None:
        raise NotFound
    return row


def domains_for_actor(actor: Actor, permission: str = "domains.view") -> QuerySet[Domain]:
    """The domains on which the actor has the permission: all of the organisation, or those of the targets it is for."""
    rows = Domain.objects.filter(organisation=actor.organisation).select_related("organisation").order_by("id")
    if actor.everywhere(permission):
        return rows
    targets = for_actor(actor, permission)
    return rows.filter(
        Exists(targets.filter(domain=OuterRef("pk")))
        | Exists(ExtraHost.objects.filter(domain=OuterRef("pk"), target__in=targets))
    )


def get_domain(actor: Actor, public_id: str, permission: str = "domains.view") -> Domain:
    """One domain. Raises NotFound."""
    rows = domains_for_actor(actor, permission).filter(public_id=public_id)
    domain = unique.find(rows) if _known(public_id) else None
    if domain is None:
        raise NotFound
    return domain


def _scoped(actor: Actor, permission: str, rows: QuerySet[Target]) -> QuerySet[Target]:
    if actor.everywhere(permission):
        return rows
    in_teams = _TEAMED.objects.filter(team_id__in=sorted(actor.teams(permission))).values("target_id")
    return rows.filter(Q(pk__in=sorted(actor.targets(permission))) | Q(pk__in=in_teams))


def _with_labels(public_ids: list[str], *, every: bool) -> QuerySet[Any]:
    rows = _LABELLED.objects.filter(label__public_id__in=public_ids).order_by()
    if not every:
        return rows.values("target_id")
    counted: Any = rows.values("target_id").annotate(worn=Count("label_id"))
    matching: QuerySet[Any] = counted.filter(worn=len(public_ids)).values("target_id")
    return matching


def _with_teams(public_ids: list[str]) -> QuerySet[Any]:
    return _TEAMED.objects.filter(team__public_id__in=public_ids).values("target_id")


def _ids(texts: Iterable[str]) -> list[str]:
    """Each once; what can be no id stays in, harmless, so that it matches nothing."""
    return [text if _known(text) else "" for text in dict.fromkeys(texts)]


def _known(text: str) -> bool:
    return isinstance(text, str) and ids.is_id(text)
