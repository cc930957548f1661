"""Discovery: how it stands, assets with their history, sources, settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vedette.server.api.probely.shapes import target
from vedette.server.api.probely.shapes.small import Json, framework, label, moment, user
from vedette.server.definitions.technologies import Technology
from vedette.server.discovery import providers, queries
from vedette.server.discovery.models import (
    AssetDescription,
    AssetLog,
    DiscoveryAsset,
    DiscoveryRun,
    DiscoverySettings,
)
from vedette.server.targets.models import Target
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.tenancy.actor import Actor

SETTINGS = {
    "archive_discovery_asset_enabled": "archive_enabled",
    "archive_discovery_asset_after": "archive_after",
}
_MEDIA_TYPES = {"openapi": "application/json", "postman": "application/json", "har": "application/json"}
_SUFFIXES = {"application/json": "json", "text/plain": "txt", "application/yaml": "yaml"}


def status(found: queries.Status) -> Json:
    """How discovery stands."""
    return {
        "running_scans_count": found.running,
        "last_complete_scan": run(found.last_complete) if found.last_complete else None,
        "next_scheduled_scan_at": moment(found.next_at),
    }


def run(row: DiscoveryRun) -> Json:
    """One run, with its domain as it was then."""
    return {
        "id": row.public_id,
        "type": row.type,
        "created_at": moment(row.created_at),
        "started_at": moment(row.started_at),
        "completed_at": moment(row.completed_at),
        "status": row.status,
        "domain_then": domain_then(row.domain_then),
    }


def domain_then(kept: Mapping[str, Any]) -> Json:
    """A domain as a run kept it."""
    checked = kept.get("checked_at")
    return {
        "id": kept.get("id", ""),
        "hostname": kept.get("hostname", ""),
        "verification_token": kept.get("token", ""),
        "verification_date": moment(datetime.fromisoformat(checked)) if checked else None,
        "verification_method": kept.get("method", ""),
        "verification_last_error": kept.get("last_error", ""),
        "verified": bool(kept.get("verified")),
        **{name: kept.get(name) for name in ("basic_auth_username", "basic_auth_password", "port")},
        "basic_auth_password_is_sensitive": True,
        "discovery_enabled": bool(kept.get("enabled")),
        "source": {"id": "manual", "name": "Manual"},
    }


def settings(row: DiscoverySettings) -> Json:
    """How assets are kept."""
    return {name: getattr(row, column) for name, column in SETTINGS.items()}


def settings_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same, from this dialect's names to ours."""
    return {SETTINGS[name]: value for name, value in given.items()}


def source(one: providers.Source) -> Json:
    """Somewhere names come from."""
    return named(one.id)


def named(key: str) -> Json:
    """A source by id and name."""
    return {"id": key, "name": providers.title_of(key)}


def stats(found: queries.Stats) -> Json:
    """Counters over what is in sight; shares in whole percent."""
    return {
        "discovery_assets_count": found.count,
        "new_state_discovery_assets_count": found.new,
        "scanned_discovery_assets_percentage": found.scanned,
        "high_risk_discovery_assets_percentage": found.high_risk,
        "low_score_discovery_assets_percentage": found.low_score,
    }


def asset(row: DiscoveryAsset, *, actor: Actor, base: str, redirect_from: Mapping[int, str]) -> Json:
    """An asset; `base` is the address of this installation. Its target is for those who may see that."""
    live = row.target if row.target is not None and row.target.archived_at is None else None
    place = f"{base}/discovery/assets/{row.public_id}"
    issuer = row.certificate.get("issuer")
    return {
        "id": row.public_id,
        "account": row.organisation.public_id,
        "name": row.name,
        "url": row.url,
        "type": row.type,
        "last_seen": row.last_seen.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "first_seen": moment(row.first_seen),
        "sources": [named(one) for one in row.sources],
        "technologies": [framework(one) for one in row.technologies],
        "authorities": [issuer] if issuer else [],
        "risk": live.risk if live else None,
        "score": row.score,
        "security_headers_url": f"{base}/ui/discovery/{row.public_id}/#headers",
        "state": row.state,
        "screenshot": f"{place}/screenshot/" if row.has_picture else None,
        "target": target.simple(live) if live and _sees(actor, live) else None,
        "owners": [user(one) for one in row.owners.all()],
        "comment": row.comment,
        "labels": [label(one) for one in row.labels.all()],
        "redirect_from": redirect_from.get(row.pk),
        "redirect_to": row.redirect_to,
        "api_schema_file": f"{place}/download_api_schema_file/" if row.has_description else None,
    }


def _sees(actor: Actor, row: Target) -> bool:
    return actor.may("targets.view", target_id=row.pk, team_ids=[team.pk for team in row.teams.all()])


def asset_changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Validated input as the discovery room takes it."""
    found = {name: given[name] for name in ("state", "owners") if name in given}
    if "comment" in given:
        found["comment"] = given["comment"] or ""
    if "labels" in given:
        found["labels"] = [LabelChoice(**choice) for choice in given["labels"]]
    return found


def log(row: AssetLog) -> Json:
    """A line of an asset's history."""
    author = user(row.user)
    return {
        "id": str(row.pk),
        "event_type": row.kind,
        "message": row.text,
        "created": moment(row.at),
        "user": author if row.user or not row.actor_name else {**author, "name": row.actor_name[:60]},
        "scan": row.scan.public_id if row.scan else None,
        "before": row.before,
        "after": row.after,
    }


def technology_words(wanted: tuple[str, ...], known: tuple[Technology, ...]) -> tuple[str, ...]:
    """The names of technologies asked for by id or name."""
    by_id = {one.id: one.name for one in known}
    return tuple(by_id.get(word, word) for word in wanted)


def file_of(row: AssetDescription, public_id: str) -> tuple[str, str]:
    """The name and the media type under which a description is downloaded."""
    text = row.text.lstrip()[:1]
    media_type = _MEDIA_TYPES.get(row.kind, "text/plain") if text in "{[" else "text/plain"
    if row.kind == "openapi" and media_type == "text/plain":
        media_type = "application/yaml"
    return f"{public_id}-api-schema.{_SUFFIXES[media_type]}", media_type
