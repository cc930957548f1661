"""What people decide about assets, and what the clock does with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from vedette.server.audit import services as audit
from vedette.server.discovery import history, queries, rules
from vedette.server.discovery.models import AssetDescription, DiscoveryAsset, DiscoverySettings
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from vedette.server.scans.models import Scan
from vedette.server.scans.services import lifecycle
from vedette.server.targets import api_settings
from vedette.server.targets import queries as target_queries
from vedette.server.targets import rules as target_rules
from vedette.server.targets.models import Target
from vedette.server.targets.services import belongings, descriptions, targets
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.targets.values import FieldError, text_of
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import User

CHANGE = "discovery.change"
HAS_TARGET = "This asset has a target already."
_AT_ONCE = 200
_LATELY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Promoted:
    """What came of promoting an asset; `refused` says why its scan did not start, if one was wanted."""

    target: Target
    scan: Scan | None = None
    refused: str = ""


def change(actor: Actor, asset: DiscoveryAsset, **given: Any) -> DiscoveryAsset:
    """Changes what is given of state (one of `rules.STATES`), comment, owners (public ids of members) and labels
    (LabelChoice). Raises Invalid with all faults, NotAllowed, NotFound."""
    with transaction.atomic():
        locked = _lock(actor, asset)
        _change(actor, locked, given)
    return locked


def change_many(actor: Actor, public_ids: Sequence[str], **given: Any) -> list[DiscoveryAsset]:
    """The same change to several assets: all of them or none. Raises NotFound with `invalid_ids`."""
    if len(public_ids) > rules.MAX_BULK:
        raise Invalid(fields={"ids": [f"At most {rules.MAX_BULK} assets at once are possible."]})
    with transaction.atomic():
        found = queries.require(actor, list(public_ids))
        locked = [_lock(actor, asset) for asset in sorted(found, key=lambda one: one.pk)]
        for asset in locked:
            _change(actor, asset, given)
    return locked


def promote(
    actor: Actor, asset: DiscoveryAsset, *, scan: bool = False, checks: CreateChecks | None = None, **settings: Any
) -> Promoted:
    """Makes a target of an asset, by `targets.create` with these settings (`url` within the asset, its own without one;
    `checks` refuse one that is there already unless told otherwise), and starts a scan if wanted. One that may not be
    scanned yet is a target all the same. An API brings the description along that was found.

    May wait for a worker: never call this within a transaction. Raises Conflict `target_exists`, and what
    `targets.create` raises.
    """
    if not queries.assets_for_actor(actor, CHANGE).filter(pk=asset.pk).exists():
        raise NotAllowed(data={"permission": CHANGE})
    if queries.assets_for_actor(actor).filter(queries.LIVE, pk=asset.pk).exists():
        raise Conflict("target_exists", HAS_TARGET, {"target": asset.target.public_id if asset.target else ""})
    url = settings.pop("url", None) or asset.url
    if rules.origin_of(target_rules.normalise_url(url)) != asset.url:
        raise Invalid(fields={"site.url": [f"Choose an address that begins with {asset.url}"]})
    described = AssetDescription.objects.filter(asset=asset).first()
    settings.setdefault("kind", "api" if asset.type == "api" and described else "single")
    settings.setdefault("name", asset.name)
    if settings["kind"] == "api" and described and not settings.get(api_settings.NAME):
        settings[api_settings.NAME] = {"api_schema_type": described.kind}
    target = targets.create(actor, url=url, checks=checks or CreateChecks(duplicate_check=True), **settings)
    if target.kind == "api" and described:
        _describe(actor, target, described)
        target = target_queries.get(actor, target.public_id)  # as it is now
    with transaction.atomic():
        locked = _lock(actor, asset)
        locked.target = target
        lines = [rules.Line(kind="note", text=f"Became the target {target}", after={"target": target.public_id})]
        if locked.state != "ACTIVE":
            lines.append(_moved(locked, "ACTIVE"))
        locked.changed_at = clock.now()
        locked.save(update_fields=("target", "state", "archived_by_clock", "changed_at"))
        history.by_person(actor, locked, *lines)
        _record(actor, locked, {"target": target.public_id})
    return _scanned(actor, target) if scan else Promoted(target)


def _describe(actor: Actor, target: Target, found: AssetDescription) -> None:
    """Hands in what was found, unless somebody named another place for it."""
    if not api_settings.of(target.settings, "api_schema_url"):
        name = found.url.rpartition("/")[2] or found.kind
        descriptions.store(actor, target, name=name, content=found.text.encode())


def _scanned(actor: Actor, target: Target) -> Promoted:
    try:
        return Promoted(target, lifecycle.start(actor=actor, target=target))
    except DomainError as error:
        return Promoted(target, refused=error.message)


def archive_unseen() -> int:
    """The tick's part: archives what was not seen for as long as its organisation says. What people hid stays hidden.
    Returns how many there were."""
    found = 0
    kept = {row.organisation_id: row for row in DiscoverySettings.objects.all()}
    homes = DiscoveryAsset.objects.filter(state__in=rules.SHOWN).order_by().values_list("organisation", flat=True)
    for home in sorted(set(homes.distinct())):
        settings = kept.get(home) or DiscoverySettings()
        while settings.archive_enabled and (part := _archive_of(home, settings.archive_after)):
            found += part
    return found


def _archive_of(organisation_pk: int, days: int) -> int:
    before = clock.now() - timedelta(days=days)
    old = DiscoveryAsset.objects.filter(organisation=organisation_pk, state__in=rules.SHOWN, last_seen__lt=before)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    with transaction.atomic():
        rows = old.filter(pk__in=keys).select_for_update(of=("self",), no_key=True).order_by("pk")
        for asset in rows:
            told: dict[str, Any] = {"before": {"state": asset.state}, "after": {"state": "ARCHIVED"}}
            asset.state, asset.archived_by_clock, asset.changed_at = "ARCHIVED", True, clock.now()
            asset.save(update_fields=("state", "archived_by_clock", "changed_at"))
            text = f"Not seen for {days} {'day' if days == 1 else 'days'}: archived"
            history.write(asset, [rules.Line(kind="note", text=text, **told)])
    return len(keys)


def follow_targets() -> int:
    """The tick's part: notes in the history of assets what became of their targets: another risk, another scan. Returns
    how many assets had news."""
    moved = Q(target__risk__isnull=False) & (Q(risk_told=None) | ~Q(risk_told=F("target__risk")))
    scanned = Q(target__last_scan__isnull=False) & ~Q(scan_told=F("target__last_scan__public_id"))
    rows = DiscoveryAsset.objects.filter(queries.LIVE).filter(moved | scanned)
    found = list(rows.select_related("target__last_scan").order_by("pk")[:_AT_ONCE])
    for asset in found:
        _follow(asset)
    return len(found)


def _follow(asset: DiscoveryAsset) -> None:
    target = asset.target
    assert target is not None  # noqa: S101 - the query asks for it
    scan, lines = target.last_scan, []
    if scan is not None and scan.public_id != asset.scan_told:
        words = {"scan": scan.public_id, "status": scan.status, "verdict": scan.verdict}
        lines.append(rules.Line(kind="scan", text=f"Scanned: {scan.verdict or scan.status}", after=words))
    if target.risk is not None and target.risk != asset.risk_told:
        told: dict[str, Any] = {"before": {"risk": asset.risk_told}, "after": {"risk": target.risk}}
        lines.append(rules.Line(kind="risk", text="The risk of its target changed", **told))
    mine = DiscoveryAsset.objects.filter(pk=asset.pk, scan_told=asset.scan_told, risk_told=asset.risk_told)
    with transaction.atomic():
        # Two ticks at once: one of them tells.
        if mine.update(scan_told=scan.public_id if scan else "", risk_told=target.risk):
            history.by_scan(scan, asset, lines)


def link_targets() -> int:
    """The tick's part: gives assets the target that somebody made at their origin in the meantime. Returns how many."""
    since = clock.now() - _LATELY
    found = 0
    homes = DiscoveryAsset.objects.exclude(queries.LIVE).values("organisation")
    fresh = Target.objects.filter(archived_at=None, created_at__gte=since, organisation__in=homes)
    for target in fresh.order_by("pk"):
        origin = rules.origin_of(target.url)
        free = DiscoveryAsset.objects.filter(organisation=target.organisation_id, url=origin).exclude(queries.LIVE)
        found += free.update(target=target, changed_at=clock.now())
    return found


def _change(actor: Actor, asset: DiscoveryAsset, given: Mapping[str, Any]) -> None:
    faults: dict[str, list[str]] = {}
    owners = _owners(actor, asset, given.get("owners"), faults)
    comment = _comment(given.get("comment"), faults)
    state = given.get("state")
    if state is not None and state not in rules.STATES:
        faults["state"] = [f'"{state}" is not a valid choice.']
    if faults:
        raise Invalid(fields=faults)
    lines = []
    if state is not None and state != asset.state:
        lines.append(_moved(asset, state))
    elif state == "ARCHIVED":
        asset.archived_by_clock = False  # somebody says so now
    if comment is not None and comment != asset.comment:
        lines.append(_told("note", comment or "The comment was removed", "comment", asset.comment, comment))
        asset.comment = comment
    if owners is not None:
        lines += _set_owners(asset, owners)
    labels: Sequence[LabelChoice] | None = given.get("labels")
    if labels is not None:
        lines += _set_labels(asset, actor, labels)
    asset.changed_at = clock.now()
    asset.save(update_fields=("state", "archived_by_clock", "comment", "changed_at"))
    if lines:
        history.by_person(actor, asset, *lines)
        _record(actor, asset, {"changed": sorted({name for one in lines for name in one.after})})


def _moved(asset: DiscoveryAsset, state: str) -> rules.Line:
    line = _told("note", f"State: {state}, before {asset.state}", "state", asset.state, state)
    asset.state, asset.archived_by_clock = state, False
    return line


def _told(kind: str, text: str, name: str, before: object, after: object) -> rules.Line:
    return rules.Line(kind=kind, text=text, before={name: before}, after={name: after})


def _comment(value: object, faults: dict[str, list[str]]) -> str | None:
    if value is None:
        return None
    try:
        return text_of(value, rules.MAX_COMMENT).strip()
    except FieldError as error:
        faults["comment"] = [str(error)]
        return None


def _owners(
    actor: Actor, asset: DiscoveryAsset, wanted: Sequence[str] | None, faults: dict[str, list[str]]
) -> list[User] | None:
    """The people; those who own it already may be repeated by everybody."""
    if wanted is None:
        return None
    if len(wanted) > rules.MAX_OWNERS:
        faults["owners"] = [f"At most {rules.MAX_OWNERS} owners are possible."]
        return None
    present = {user.public_id: user for user in asset.owners.all()}
    found: dict[int, User] = {}
    for public_id in wanted:
        try:
            user = present.get(public_id) or tenancy.get_member(actor, public_id).user
        except NotFound:
            faults["owners"] = [f'Invalid pk "{public_id}" - object does not exist.']
            return None
        found[user.pk] = user
    return list(found.values())


def _set_owners(asset: DiscoveryAsset, owners: Sequence[User]) -> list[rules.Line]:
    before = sorted(str(user) for user in asset.owners.all())
    after = sorted(str(user) for user in owners)
    if {user.pk for user in asset.owners.all()} == {user.pk for user in owners}:
        return []
    asset.owners.set(owners)
    return [_told("owner", f"Owners: {', '.join(after) or 'nobody'}", "owners", before, after)]


def _set_labels(asset: DiscoveryAsset, actor: Actor, choices: Sequence[LabelChoice]) -> list[rules.Line]:
    labels = belongings.find_labels(actor, choices)
    if {label.pk for label in asset.labels.all()} == {label.pk for label in labels}:
        return []
    before, after = (sorted(label.name for label in group) for group in (asset.labels.all(), labels))
    asset.labels.set(labels)
    return [_told("note", f"Labels: {', '.join(after) or 'none'}", "labels", before, after)]


def _lock(actor: Actor, asset: DiscoveryAsset) -> DiscoveryAsset:
    rows = DiscoveryAsset.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    found = rows.filter(pk=asset.pk, organisation=actor.organisation).first()
    if found is None:
        raise NotFound
    if not queries.assets_for_actor(actor, CHANGE).filter(pk=asset.pk).exists():
        raise NotAllowed(data={"permission": CHANGE})
    return found


def _record(actor: Actor, asset: DiscoveryAsset, data: dict[str, Any]) -> None:
    audit.record(
        kind="discovery.asset_changed",
        actor=actor,
        organisation=asset.organisation,
        object_kind="discovery_asset",
        object_id=asset.public_id,
        object_name=asset.url,
        data=data,
    )
