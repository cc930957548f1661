"""Reads of scans and profiles, always through what an actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.findings.models import Finding
from vedette.server.kernel import unique
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.scans import rules
from vedette.server.scans.models import Endpoint, Scan, ScanEvent, ScanProfile, TestedInput
from vedette.server.targets.models import Target
from vedette.server.targets.values import storable
from vedette.server.tenancy.actor import Actor

ORDERINGS = {
    "changed": "changed_at",
    "started": "started_at",
    "completed": "completed_at",
    "created": "created_at",
    "status": "status",
    "target": "target__name",
    "target__name": "target__name",
    "scan_profile": "profile",
}
_MAY_BE_MISSING = ("started_at", "completed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFilter:
    """What a list of scans may be narrowed by; empty means not at all."""

    ids: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    partial: bool | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None
    started_after: datetime | None = None
    started_before: datetime | None = None
    completed_from: datetime | None = None
    completed_to: datetime | None = None
    completed_after: datetime | None = None
    completed_before: datetime | None = None
    search: str = ""


_RANGES = {
    "started_from": "started_at__gte",
    "started_to": "started_at__lte",
    "started_after": "started_at__gt",
    "started_before": "started_at__lt",
    "completed_from": "completed_at__gte",
    "completed_to": "completed_at__lte",
    "completed_after": "completed_at__gt",
    "completed_before": "completed_at__lt",
}


def for_actor(actor: Actor) -> QuerySet[Scan]:
    """The scans that an actor may see; those of targets that were removed are not among them."""
    rows = Scan.objects.filter(organisation=actor.organisation)
    # Named one by one, so that lists walk an index of scans and need not look at the target of each.
    removed = Target.objects.filter(organisation=actor.organisation, archived_at__isnull=False).order_by()
    hidden = sorted(removed.values_list("pk", flat=True))
    if hidden:
        rows = rows.exclude(target__in=hidden)
    if not actor.everywhere("scans.view"):
        own = Q(target__in=actor.targets("scans.view")) | Q(target__teams__in=actor.teams("scans.view"))
        rows = rows.filter(pk__in=Scan.objects.filter(own, organisation=actor.organisation).values("pk"))
    return rows


def with_parts(rows: QuerySet[Scan]) -> QuerySet[Scan]:
    """The same rows with target, run and live numbers at hand, in a bounded number of queries."""
    near = rows.select_related("target", "target__domain", "run", "live", "changed_by", "created_by")
    # Not joined: with it, SQLite begins at the organisation and sorts all its scans.
    return near.prefetch_related("organisation", "target__labels", "target__teams")


def filtered(rows: QuerySet[Scan], given: ScanFilter) -> QuerySet[Scan]:
    """Narrowed by what was given."""
    simple: dict[str, Any] = {}
    for name, lookup in (
        ("ids", "public_id__in"),
        ("targets", "target__public_id__in"),
        ("profiles", "profile__in"),
        ("statuses", "status__in"),
    ):
        if getattr(given, name):
            simple[lookup] = _storable(getattr(given, name))
    for name, lookup in _RANGES.items():
        if getattr(given, name) is not None:
            simple[lookup] = getattr(given, name)
    rows = rows.filter(**simple)
    if given.exclude:
        rows = rows.exclude(public_id__in=_storable(given.exclude))
    if given.labels:
        rows = rows.filter(target__in=Target.objects.filter(labels__public_id__in=_storable(given.labels)).values("pk"))
    if given.teams:
        rows = rows.filter(target__in=Target.objects.filter(teams__public_id__in=_storable(given.teams)).values("pk"))
    if given.partial is not None:
        partial = Q(incremental=True) | Q(reduced_scope=True) | Q(crawl_sequences_only=True)
        rows = rows.filter(partial) if given.partial else rows.exclude(partial)
    for code in given.warnings:
        rows = rows.filter(warnings__icontains=f'"{code}"')
    if given.search:
        words = Q(target__name__icontains=given.search) | Q(target__url__icontains=given.search)
        rows = rows.filter(words)
    return rows


def _storable(words: tuple[str, ...]) -> list[str]:
    """The words that a database can be asked for: another one matches nothing, but some make it raise."""
    return [word for word in words if storable(word)]


def ordered(rows: QuerySet[Scan], ordering: str) -> QuerySet[Scan]:
    """By one of ORDERINGS, `-` in front for descending, ties broken by id. Raises Invalid for another name."""
    name = ordering.removeprefix("-")
    if name not in ORDERINGS:
        raise Invalid(fields={"ordering": [f"{name!r} is not one of {', '.join(sorted(ORDERINGS))}."]})
    column, down = ORDERINGS[name], ordering.startswith("-")
    tie = "-id" if down else "id"
    if column not in _MAY_BE_MISSING:
        return rows.order_by(f"-{column}" if down else column, tie)
    field = F(column)
    return rows.order_by(field.desc(nulls_last=True) if down else field.asc(nulls_first=True), tie)


def get(actor: Actor, public_id: str, *, target: str = "") -> Scan:
    """One scan, of this target when one is named. Raises NotFound."""
    rows = with_parts(for_actor(actor)).filter(public_id=public_id)
    scan = unique.find(rows.filter(target__public_id=target) if target else rows)
    if scan is None:
        raise NotFound()
    return scan


def locked(scan: Scan) -> tuple[Scan, Run]:
    """The scan and its run, the run's row locked until the caller's transaction ends."""
    run_id = Run.objects.values_list("public_id", flat=True).get(pk=scan.run_id)
    run = agents.lock(run_id)
    if run is None:
        raise NotFound()
    fresh = Scan.objects.select_related("target", "organisation", "live").get(pk=scan.pk)
    fresh.run = run
    return fresh, run


def pending_reviews(scan: Scan) -> int:
    """How many findings that a scan was the first to see still wait for a review."""
    return Finding.objects.filter(first_scan=scan, shown=True, review_status="pending").count()


def reviewed_scans() -> QuerySet[Scan]:
    """Scans under review of which every finding has been reviewed by now."""
    pending = Finding.objects.filter(first_scan=OuterRef("pk"), shown=True, review_status="pending")
    return Scan.objects.filter(~Exists(pending), status="under_review").select_related("target", "organisation")


def forgotten(before: datetime) -> QuerySet[Scan]:
    """Scans that somebody paused before that moment; those that wait for the end of a blackout period are none."""
    rows = Scan.objects.filter(status="paused", paused_at__lte=before, blackout_since=None)
    return rows.select_related("target", "organisation")


def under_way() -> QuerySet[Scan]:
    """The scans that a worker has, or may have at any moment."""
    return Scan.objects.filter(status__in=("started", "resuming")).select_related("target", "organisation")


def running_count(actor: Actor) -> int:
    """How many scans are under way of those that the actor may see."""
    return for_actor(actor).filter(status__in=rules.ACTIVE).count()


def running_id(target: Target) -> str:
    """The public id of the scan that is active on a target; empty when none is."""
    rows = Scan.objects.filter(target=target, completed_at=None).order_by("-id")
    return rows.values_list("public_id", flat=True).first() or ""


def profiles(actor: Actor, *, archived: bool | None = False) -> QuerySet[ScanProfile]:
    """Built-in profiles and those of the organisation."""
    rows = ScanProfile.objects.filter(Q(organisation=None) | Q(organisation=actor.organisation))
    return rows if archived is None else rows.filter(archived=archived)


def profile(actor: Actor, key: str) -> ScanProfile:
    """One profile by the id that dialects show. Raises Invalid, as it is always an input."""
    found = unique.find(profiles(actor).filter(key=key))
    if found is None:
        raise Invalid(fields={"scan_profile": [f'Invalid pk "{key}" - object does not exist.']})
    return found


def require_fit(profile: ScanProfile, targets: Iterable[Target]) -> None:
    """Raises Invalid unless the profile can scan all these targets."""
    if not all(rules.fits(profile.type, target.kind) for target in targets):
        raise Invalid(fields={"scan_profile": [f'The profile "{profile.name}" is for targets of type api.']})


def events(scan: Scan, *, after: int = 0, kinds: tuple[str, ...] = (), limit: int = 500) -> QuerySet[ScanEvent]:
    """Events of a scan in order, from the one after `after`."""
    rows = ScanEvent.objects.filter(scan=scan, number__gt=after)
    return (rows.filter(kind__in=kinds) if kinds else rows).order_by("number")[:limit]


def endpoints(scan: Scan) -> QuerySet[Endpoint]:
    """What answered during a scan, or why it was left alone."""
    return Endpoint.objects.filter(scan=scan).order_by("id")


def tested_inputs(scan: Scan) -> QuerySet[TestedInput]:
    """Coverage per insertion point."""
    return TestedInput.objects.filter(scan=scan).order_by("id")
