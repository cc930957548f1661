"""Reads of discovery: runs, names, assets and their numbers, always through what an actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import OrderBy

from vedette.server.discovery import rules
from vedette.server.discovery.models import (
    AssetDescription,
    AssetPicture,
    DiscoveredName,
    DiscoveryAsset,
    DiscoveryRun,
    DiscoverySettings,
    DomainDiscovery,
)
from vedette.server.kernel import ids, unique
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets import domain_login
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Domain
from vedette.server.targets.rules import port_of
from vedette.server.targets.values import storable
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Organisation

VIEW = "discovery.view"
_OWNED = DiscoveryAsset.owners.through
_LABELLED = DiscoveryAsset.labels.through

ORDERINGS: dict[str, OrderBy] = {
    "name": F("name").asc(),
    "-name": F("name").desc(),
    "url": F("url").asc(),
    "-url": F("url").desc(),
    "state": F("state").asc(),
    "-state": F("state").desc(),
    "first_seen": F("first_seen").asc(),
    "-first_seen": F("first_seen").desc(),
    "last_seen": F("last_seen").asc(),
    "-last_seen": F("last_seen").desc(),
    "risk": F("target__risk").asc(nulls_first=True),
    "-risk": F("target__risk").desc(nulls_last=True),
    "score": F("score").asc(),
    "-score": F("score").desc(),
    "type": F("type").asc(),
    "-type": F("type").desc(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFilter:
    """What a list of assets is narrowed to; empty or None leaves a criterion out. Labels, owners and domains are public
    ids; a risk of None means that nothing was assessed yet; the operators are `every_…`."""

    states: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    risks: tuple[int | None, ...] = ()
    sources: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    every_label: bool = False
    owners: tuple[str, ...] = ()
    every_owner: bool = False
    technologies: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    has_target: bool | None = None
    new_of: str = ""  # a run's public id: what nobody knew before it
    search: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """Numbers over the assets that nobody took out of sight; shares in percent."""

    count: int
    new: int
    scanned: int
    high_risk: int
    low_score: int


@dataclass(frozen=True, slots=True)
class Status:
    """How discovery stands: runs under way, the last that ended well, when the clock starts the next."""

    running: int
    last_complete: DiscoveryRun | None
    next_at: datetime | None


def assets_for_actor(actor: Actor, permission: str = VIEW) -> QuerySet[DiscoveryAsset]:
    """The assets on which the actor has the permission: all, or those that became a target it is for."""
    rows = DiscoveryAsset.objects.filter(organisation=actor.organisation)
    if actor.everywhere(permission):
        return rows
    return rows.filter(target__in=targets.for_actor(actor, permission))


def listed(actor: Actor, *, criteria: AssetFilter, order: str = "-last_seen") -> QuerySet[DiscoveryAsset]:
    """The assets that meet the criteria, in one of ORDERINGS; equal ones by id. Raises Invalid under `ordering`."""
    if order not in ORDERINGS:
        raise Invalid(fields={"ordering": [f"Order by one of: {', '.join(ORDERINGS)}."]})
    rows = narrowed(assets_for_actor(actor), criteria)
    return rows.order_by(ORDERINGS[order], "-id" if order.startswith("-") else "id")


def narrowed(rows: QuerySet[DiscoveryAsset], criteria: AssetFilter) -> QuerySet[DiscoveryAsset]:
    """Those of the rows that meet the criteria."""
    simple: dict[str, Any] = {}
    for name, column in (("states", "state"), ("types", "type"), ("scores", "score")):
        if getattr(criteria, name):
            simple[f"{column}__in"] = getattr(criteria, name)
    if criteria.domains:
        simple["domain__public_id__in"] = _ids(criteria.domains)
    rows = rows.filter(**simple)
    rows = _by_risk(rows, criteria.risks)
    if criteria.has_target is not None:
        rows = rows.filter(LIVE) if criteria.has_target else rows.exclude(LIVE)
    if criteria.labels:
        rows = rows.filter(pk__in=_wearing(_LABELLED, "label", criteria.labels, criteria.every_label))
    if criteria.owners:
        rows = rows.filter(pk__in=_wearing(_OWNED, "user", criteria.owners, criteria.every_owner))
    for column, words in (("sources", criteria.sources), ("technologies", criteria.technologies)):
        rows = _holding(rows, column, words)
    if criteria.new_of:
        rows = rows.filter(logs__kind="first_seen", logs__discovery__public_id__in=_ids((criteria.new_of,)))
    text = criteria.search.strip()
    if text:
        found = Q(name__icontains=text) | Q(url__icontains=text) | Q(title__icontains=text)
        rows = rows.filter(found) if storable(text) else rows.none()
    return rows


LIVE = Q(target__isnull=False, target__archived_at=None)
"""Assets with a target that nobody deleted."""


def _by_risk(rows: QuerySet[DiscoveryAsset], risks: tuple[int | None, ...]) -> QuerySet[DiscoveryAsset]:
    if not risks:
        return rows
    known = LIVE & Q(target__risk__in=[risk for risk in risks if risk is not None])
    unknown = ~LIVE | Q(target__risk=None)
    return rows.filter(known | unknown) if None in risks else rows.filter(known)


def _holding(rows: QuerySet[DiscoveryAsset], column: str, words: tuple[str, ...]) -> QuerySet[DiscoveryAsset]:
    """Those whose JSON list holds one of the words, alone or as a `name`."""
    if not words:
        return rows
    found = Q(pk__in=[])
    for word in words:
        # Both databases write JSON as text with the quotes; the word is looked for with them.
        found |= Q(**{f"{column}__icontains": f'"{word}"'}) if storable(word) and '"' not in word else Q(pk__in=[])
    return rows.filter(found)


def _wearing(through: Any, name: str, public_ids: tuple[str, ...], every: bool) -> QuerySet[Any]:
    rows = through.objects.filter(**{f"{name}__public_id__in": _ids(public_ids)}).order_by()
    if not every:
        return rows.values("discoveryasset_id")  # type: ignore[no-any-return]
    counted = rows.values("discoveryasset_id").annotate(worn=Count("pk"))
    return counted.filter(worn=len(set(public_ids))).values("discoveryasset_id")  # type: ignore[no-any-return]


def for_page(rows: QuerySet[DiscoveryAsset]) -> QuerySet[DiscoveryAsset]:
    """The rows with what a page of them shows, in a number of queries that does not grow with the page."""
    near = rows.select_related("organisation", "domain", "target", "target__last_scan", "target__running_scan")
    return near.prefetch_related("labels__changed_by", "owners")


def get(actor: Actor, public_id: str, permission: str = VIEW) -> DiscoveryAsset:
    """One asset. Raises NotFound."""
    rows = for_page(assets_for_actor(actor, permission))
    found = unique.find(rows.filter(public_id=public_id)) if ids.is_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def require(actor: Actor, public_ids: list[str]) -> list[DiscoveryAsset]:
    """The assets of these ids, each once, in the order given. Raises NotFound with `invalid_ids` for missing ones."""
    wanted = list(dict.fromkeys(public_ids))
    rows = for_page(assets_for_actor(actor)).filter(public_id__in=_ids(tuple(wanted)))
    found = {row.public_id: row for row in rows}
    missing = [public_id for public_id in wanted if public_id not in found]
    if missing:
        raise NotFound(data={"invalid_ids": missing})
    return [found[public_id] for public_id in wanted]


def redirecting(rows: Iterable[DiscoveryAsset]) -> dict[int, str]:
    """By the primary key of an asset, the address of another one that sends on to it; those without are left out."""
    wanted = {(row.organisation_id, row.url): row.pk for row in rows}
    homes = {organisation for organisation, _ in wanted}
    sending = DiscoveryAsset.objects.filter(
        organisation__in=homes, redirect_origin__in=[url for _, url in wanted]
    ).order_by("-url")
    found = {}
    for organisation, origin, url in sending.values_list("organisation", "redirect_origin", "url"):
        pk = wanted.get((organisation, origin))
        if pk is not None and url != origin:
            found[pk] = url
    return found


def stats(actor: Actor) -> Stats:
    """Numbers over what is in sight."""
    rows = assets_for_actor(actor).filter(state__in=rules.SHOWN)
    found = rows.aggregate(
        count=Count("pk"),
        new=Count("pk", filter=Q(state="NEW")),
        scanned=Count("pk", filter=LIVE & Q(target__latest_scan_at__isnull=False)),
        high=Count("pk", filter=LIVE & Q(target__risk__gte=rules.HIGH_RISK)),
        low=Count("pk", filter=Q(score__in=rules.LOW_SCORES)),
    )
    whole = found["count"]
    shares = (rules.percentage(found[name], whole) for name in ("scanned", "high", "low"))
    return Stats(whole, found["new"], *shares)


def picture(actor: Actor, public_id: str) -> AssetPicture:
    """What a browser showed of an asset. Raises NotFound."""
    found = AssetPicture.objects.filter(asset=get(actor, public_id)).first()
    if found is None:
        raise NotFound
    return found


def description(actor: Actor, public_id: str) -> AssetDescription:
    """The description of an API that was found at an asset. Raises NotFound."""
    found = AssetDescription.objects.filter(asset=get(actor, public_id)).first()
    if found is None:
        raise NotFound
    return found


def runs_for_actor(actor: Actor) -> QuerySet[DiscoveryRun]:
    """The runs of the organisation, newest first; none for those who may not see all of discovery."""
    rows = DiscoveryRun.objects.filter(organisation=actor.organisation).select_related("domain", "run", "organisation")
    return (rows if actor.everywhere(VIEW) else rows.none()).order_by("-created_at", "-id")


def get_run(actor: Actor, public_id: str) -> DiscoveryRun:
    """One run. Raises NotFound."""
    found = unique.find(runs_for_actor(actor).filter(public_id=public_id)) if ids.is_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def under_way() -> QuerySet[DiscoveryRun]:
    """All runs that are not over, of every organisation."""
    return DiscoveryRun.objects.filter(status__in=rules.UNDER_WAY).select_related("organisation").order_by("pk")


def active_run(domain: Domain) -> DiscoveryRun | None:
    """The run of a domain that is under way."""
    return under_way().filter(domain=domain).first()


def names_for_actor(actor: Actor, *, domain: str = "", search: str = "") -> QuerySet[DiscoveredName]:
    """The names that were found, of one domain (a public id) or all, by name."""
    rows = DiscoveredName.objects.filter(organisation=actor.organisation).select_related("domain")
    rows = rows if actor.everywhere(VIEW) else rows.none()
    if domain:
        rows = rows.filter(domain__public_id__in=_ids((domain,)))
    if search:
        rows = rows.filter(name__icontains=search) if storable(search) else rows.none()
    return rows.order_by("name", "pk")


def status(actor: Actor) -> Status:
    """How discovery stands. Raises NotAllowed."""
    actor.require(VIEW)
    rows = runs_for_actor(actor)
    done = rows.filter(status="completed").order_by("-completed_at", "-id").first()
    waiting = DomainDiscovery.objects.filter(domain__organisation=actor.organisation, enabled=True)
    next_at = waiting.order_by("next_at").values_list("next_at", flat=True).first()
    return Status(rows.filter(status__in=rules.UNDER_WAY).count(), done, next_at)


def domains(actor: Actor) -> QuerySet[Domain]:
    """The domains that may be discovered, by name, each with how it stands. None for those who may not see all."""
    rows = Domain.objects.filter(organisation=actor.organisation).select_related("discovery").order_by("hostname")
    return rows if actor.everywhere(VIEW) else rows.none()


def is_enabled(domain: Domain) -> bool:
    """Whether the clock starts discoveries of this domain."""
    found: DomainDiscovery | None = getattr(domain, "discovery", None)
    return found is not None and found.enabled


def next_of(domain: Domain) -> datetime | None:
    """When the clock starts the next discovery of this domain, where it does."""
    found: DomainDiscovery | None = getattr(domain, "discovery", None)
    return found.next_at if found is not None and found.enabled else None


def enabled(rows: QuerySet[Domain], wanted: bool | None = None) -> QuerySet[Domain]:
    """The domains with how their discovery stands at hand, narrowed to those that are (or are not) discovered."""
    rows = rows.select_related("discovery")
    on = Exists(DomainDiscovery.objects.filter(domain=OuterRef("pk"), enabled=True))
    return rows if wanted is None else rows.filter(on) if wanted else rows.filter(~on)


def due(now: datetime) -> list[DomainDiscovery]:
    """What the clock should start: not of organisations that are stopped or suspended, whose turn comes later."""
    rows = DomainDiscovery.objects.filter(enabled=True, next_at__lte=now).select_related("domain__organisation")
    awake = rows.filter(domain__organisation__paused=False, domain__organisation__suspended=False)
    return list(awake.order_by("next_at", "pk")[:500])


def settings_of(organisation: Organisation) -> DiscoverySettings:
    """The settings of an organisation; the defaults until somebody changes them."""
    found = DiscoverySettings.objects.filter(organisation=organisation).first()
    return found or DiscoverySettings(organisation=organisation)


def frozen(domain: Domain) -> dict[str, Any]:
    """A domain as a run keeps it."""
    return {
        "id": domain.public_id,
        "hostname": domain.hostname,
        "token": str(domain.token),
        "verified": domain.verified,
        "method": domain.method,
        "checked_at": domain.checked_at.isoformat() if domain.checked_at else None,
        "last_error": domain.last_error,
        "enabled": is_enabled(domain),
        **domain_login.shown(domain),
        "port": port_of(domain.hostname),
    }


def _ids(public_ids: tuple[str, ...]) -> list[str]:
    return [text for text in dict.fromkeys(public_ids) if ids.is_id(text)]
