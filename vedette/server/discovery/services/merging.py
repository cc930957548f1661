"""Names and services as a run tells them, merged with what is known, in the transaction of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vedette.contract.discovery import MAX_DESCRIPTION, MAX_SCREENSHOT
from vedette.contract.events import NameFound, ServiceFound
from vedette.contract.job import DESCRIPTION_KINDS
from vedette.server.discovery import history, providers, rules
from vedette.server.discovery.models import (
    AssetDescription,
    AssetPicture,
    DiscoveredName,
    DiscoveryAsset,
    DiscoveryRun,
)
from vedette.server.findings.rules import clean
from vedette.server.kernel import clock
from vedette.server.targets.models import Target

BACK = "Seen again: back from the archive"
_PICTURES = {"image/webp": (b"RIFF", b"WEBP"), "image/png": (b"\x89PNG", b"\r\n\x1a\n")}
"""How pictures of each kind begin, and what else their first bytes hold."""


def names(run: DiscoveryRun, events: Sequence[NameFound]) -> int:
    """Keeps names; the last word about each counts. Returns how many this run had not told of before."""
    if run.domain_id is None or not events:
        return 0
    now = clock.now()
    latest = {clean(event.name)[:256]: rules.name_columns(event) for event in events}
    rows = DiscoveredName.objects.filter(domain=run.domain_id, name__in=list(latest))
    known = {row.name: row for row in rows}
    fresh = 0
    made = []
    for name, columns in latest.items():
        row = known.get(name)
        if row is None:
            made.append(
                DiscoveredName(organisation_id=run.organisation_id, domain_id=run.domain_id, name=name, **columns)
            )
            fresh += 1
            continue
        fresh += row.last_seen < (run.started_at or run.created_at)
        for column, value in columns.items():
            setattr(row, column, value)
        row.last_seen = now
    for row in made:
        row.first_seen = row.last_seen = now
    DiscoveredName.objects.bulk_create(made, ignore_conflicts=True)
    changed = ("sources", "addresses", "aliases", "refused", "wildcard", "last_seen")
    DiscoveredName.objects.bulk_update(known.values(), changed, batch_size=200)
    return fresh


def services(run: DiscoveryRun, events: Sequence[ServiceFound]) -> tuple[int, int]:
    """Keeps services as assets. What people decided about known ones stays; what the clock archived comes back. Returns
    how many this run had not told of before, and how many of these nobody knew."""
    latest = {rules.origin_of(clean(event.url))[:300]: event for event in events}
    latest.pop("", None)
    if not latest:
        return 0, 0
    seen = _columns(run, latest)
    ours = _insert(run, seen)
    rows = DiscoveryAsset.objects.select_for_update(of=("self",), no_key=True).select_related("target").order_by("pk")
    fresh = 0
    for asset in rows.filter(organisation=run.organisation_id, url__in=list(seen)):
        new = asset.public_id in ours
        fresh += new or asset.last_run_id != run.pk
        lines = _first(seen[asset.url]) if new else _take(asset, run, seen[asset.url])
        _keep_files(asset, latest[asset.url])
        asset.save(update_fields=_OF_RUNS)
        history.by_run(run, asset, lines)
    return fresh, len(ours)


_SEEN = (
    *("name", "host", "type", "title", "status", "server", "content_type", "redirect_to", "redirect_origin"),
    *("score", "sources"),
    *("addresses", "aliases", "technologies", "certificate", "headers"),
)
_OF_RUNS = (
    *_SEEN,
    *("domain", "last_seen", "last_run", "target", "state", "archived_by_clock", "changed_at"),
    *("has_picture", "has_description"),
)
"""What a run writes. The state is among them for what the clock archived, and for nothing else."""


def _columns(run: DiscoveryRun, latest: Mapping[str, ServiceFound]) -> dict[str, dict[str, Any]]:
    wanted = {event.name for event in latest.values()}
    rows = DiscoveredName.objects.filter(domain=run.domain_id, name__in=sorted(clean(name) for name in wanted))
    known = {row.name: row for row in rows}
    found = {}
    for url, event in latest.items():
        row = known.get(clean(event.name))
        addresses, aliases = (row.addresses, row.aliases) if row is not None else ((), ())
        found[url] = rules.asset_columns(event, addresses=addresses, aliases=aliases)
    return found


def _insert(run: DiscoveryRun, seen: Mapping[str, dict[str, Any]]) -> set[str]:
    """Makes assets that are not there yet; the public ids of those that are ours."""
    now = clock.now()
    known = DiscoveryAsset.objects.filter(organisation=run.organisation_id, url__in=list(seen))
    missing = set(seen) - set(known.values_list("url", flat=True))
    rows = [
        DiscoveryAsset(
            organisation_id=run.organisation_id,
            domain_id=run.domain_id,
            url=url,
            first_seen=now,
            last_seen=now,
            last_run=run,
            target=target_at(run.organisation_id, url),
            **seen[url],
        )
        for url in sorted(missing)
    ]
    # Another run may have been faster: its row stays, and is merged with like any that was known.
    DiscoveryAsset.objects.bulk_create(rows, ignore_conflicts=True)
    return {row.public_id for row in rows}


def _first(seen: Mapping[str, Any]) -> list[rules.Line]:
    return rules.first_lines(seen, [providers.title_of(one) for one in seen["sources"]])


def _take(asset: DiscoveryAsset, run: DiscoveryRun, seen: Mapping[str, Any]) -> list[rules.Line]:
    known = {name: getattr(asset, name) for name in _SEEN}
    now_known = rules.merged(known, seen)
    lines = rules.changes(known, now_known)
    for name, value in now_known.items():
        setattr(asset, name, value)
    if asset.state == "ARCHIVED" and asset.archived_by_clock:
        asset.state, asset.archived_by_clock = "ACTIVE", False
        lines.append(rules.Line(kind="note", text=BACK, before={"state": "ARCHIVED"}, after={"state": "ACTIVE"}))
    if asset.target is None or asset.target.archived_at is not None:
        asset.target = target_at(asset.organisation_id, asset.url)
    asset.last_seen = asset.changed_at = clock.now()
    asset.last_run = run
    asset.domain_id = asset.domain_id or run.domain_id
    return lines


def target_at(organisation_pk: int, url: str) -> Target | None:
    """The organisation's oldest target at this origin."""
    rows = Target.objects.filter(organisation=organisation_pk, archived_at=None, url__startswith=url)
    return rows.order_by("id").first()


def is_picture(media_type: str, content: bytes) -> bool:
    """Whether it is a picture of a kind and size that is kept and shown."""
    first, then = _PICTURES.get(media_type, (b"", b""))
    return bool(first) and content.startswith(first) and then in content[:16] and len(content) <= MAX_SCREENSHOT


def _keep_files(asset: DiscoveryAsset, event: ServiceFound) -> None:
    """Pictures and descriptions are only replaced by others: not every look brings them."""
    shot, told, now = event.screenshot, event.description, clock.now()
    if shot is not None and is_picture(shot.media_type, shot.data):
        content = {"media_type": shot.media_type, "content": shot.data, "taken_at": now}
        AssetPicture.objects.update_or_create(asset=asset, defaults=content)
        asset.has_picture = True
    if told is not None and told.kind in DESCRIPTION_KINDS and 0 < len(told.text) <= MAX_DESCRIPTION:
        words = {"kind": told.kind, "url": clean(told.url)[:2048], "text": clean(told.text), "found_at": now}
        AssetDescription.objects.update_or_create(asset=asset, defaults={**words, "operations": told.operations})
        asset.has_description = True
