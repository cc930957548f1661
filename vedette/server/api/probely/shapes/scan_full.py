"""A scan with its target and the settings that were frozen at its start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.server.api.probely.shapes import scan, target
from vedette.server.api.probely.shapes.small import Json, moment, user
from vedette.server.scans.models import Scan


def full(row: Scan, known: target.Profiles) -> Json:
    """A scan as `/scans/` shows it."""
    return {
        **scan.running(row, known.of),
        "target": target.simple(row.target),
        "target_options": {
            "site": target.frozen_site(row.target, row.options),
            "has_assets": bool(row.options.get("has_assets", False)),
            "scanning_agent": None,
        },
        "unlimited": row.unlimited,
        "has_sequence_navigation": bool(row.options.get("has_sequence_navigation", False)),
        "incremental": row.incremental,
        "reduced_scope": row.reduced_scope,
        "crawl_sequences_only": row.crawl_sequences_only,
        "ignore_blackout_period": row.ignore_blackout_period,
        "user_data": row.user_data,
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
        "created_by": user(row.created_by, row.created_by_key),
        "scheduled": row.scheduled,
        "warnings": row.warnings,
        "runtime": round(row.duration, 3),
        "login_video": target.video_url(row.target, known.base, row.public_id) if row.filmed else None,
    }


def start_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """How to start a scan, as the scans room takes it."""
    return {
        "profile": given.get("scan_profile"),
        "ignore_blackout": given.get("ignore_blackout_period") or False,
        "reduced": given.get("reduced_scopes") or None,
    }
