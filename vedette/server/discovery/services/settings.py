"""How an organisation keeps its assets, and which providers of names it asks with which key."""

from __future__ import annotations

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.discovery import providers, queries, rules
from vedette.server.discovery.models import DiscoverySettings, DiscoverySource
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets.values import storable
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Organisation

CHANGE = "discovery.change"
_MAX_KEY = 1000
_NAMES = ("archive_enabled", "archive_after", "screenshots")


def change(
    actor: Actor,
    *,
    archive_enabled: bool | None = None,
    archive_after: int | None = None,
    screenshots: bool | None = None,
) -> DiscoverySettings:
    """Changes what is given. Raises NotAllowed, Invalid under `archive_after`."""
    actor.require(CHANGE)
    low, high = rules.ARCHIVE_DAYS
    if archive_after is not None and not low <= archive_after <= high:
        raise Invalid(fields={"archive_after": [f"Enter a whole number of days between {low} and {high}."]})
    given = {"archive_enabled": archive_enabled, "archive_after": archive_after, "screenshots": screenshots}
    with transaction.atomic():
        DiscoverySettings.objects.get_or_create(organisation=actor.organisation)
        rows = DiscoverySettings.objects.select_for_update(of=("self",), no_key=True)
        row = rows.get(organisation=actor.organisation)
        before = {name: getattr(row, name) for name in _NAMES}
        for name, value in given.items():
            if value is not None:
                setattr(row, name, value)
        after = {name: getattr(row, name) for name in _NAMES}
        changed = [name for name in _NAMES if before[name] != after[name]]
        if changed:
            row.save()
            _record(
                actor,
                "discovery.settings_changed",
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
    return row


def set_source(
    actor: Actor, source: str, *, enabled: bool, url: str | None = None, key: str | None = None
) -> DiscoverySource:
    """Says whether a provider is asked, where, and with which key; None leaves address or key as they are, an empty
    text takes them away. Raises NotAllowed, NotFound for no provider of ours, Invalid under `url` and `key`."""
    actor.require(CHANGE)
    info = next((one for one in providers.providers() if one.id == source), None)
    if info is None:
        raise NotFound
    faults = {**_faults_of_url(url), **_faults_of_key(key)}
    if faults:
        raise Invalid(fields=faults)
    with transaction.atomic():
        DiscoverySource.objects.get_or_create(organisation=actor.organisation, source=source)
        rows = DiscoverySource.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
        row = rows.get(organisation=actor.organisation, source=source)
        before = _told(row)
        row.enabled, row.changed_at, row.changed_by = enabled, clock.now(), actor.user
        if url is not None:
            row.url = url.strip()
        if key is not None:
            row.sealed = _sealed(actor.organisation, row, key.strip())
        if enabled and not providers.Source(source, info.title, info, row).ready:
            lacking = "url" if not (info.url or row.url) else "key"
            raise Invalid(fields={lacking: ["This source cannot be asked without it."]})
        row.save()
        _record(actor, "discovery.source_changed", name=info.title, before=before, after=_told(row, new_key=key))
    return row


def _faults_of_url(url: str | None) -> dict[str, list[str]]:
    text = (url or "").strip()
    if text and (len(text) > 2048 or not storable(text) or not rules.origin_of(text.replace("{domain}", "x"))):
        return {"url": ["Enter an address that begins with http:// or https://."]}
    return {}


def _faults_of_key(key: str | None) -> dict[str, list[str]]:
    text = (key or "").strip()
    if len(text) > _MAX_KEY or not text.isprintable():
        return {"key": [f"Enter a key of at most {_MAX_KEY} printable characters."]}
    return {}


def _sealed(organisation: Organisation, row: DiscoverySource, key: str) -> bytes:
    if not key:
        return b""
    return tenancy.seal(organisation, key, table=providers.TABLE, public_id=row.public_id, column=providers.COLUMN)


def _told(row: DiscoverySource, *, new_key: str | None = None) -> dict[str, object]:
    return {"enabled": row.enabled, "url": row.url, "has_key_count": int(bool(row.sealed)), "rekeyed": bool(new_key)}


def _record(actor: Actor, kind: str, *, name: str = "", before: dict[str, object], after: dict[str, object]) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=actor.organisation,
        object_kind="discovery",
        object_name=name or actor.organisation.name,
        before=before,
        after=after,
    )


def current(actor: Actor) -> DiscoverySettings:
    """The settings as they stand. Raises NotAllowed."""
    actor.require("discovery.view")
    return queries.settings_of(actor.organisation)
