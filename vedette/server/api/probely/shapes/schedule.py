"""Schedules as their target shows them."""

from __future__ import annotations

from vedette.server.api.probely.shapes.blackout import period
from vedette.server.api.probely.shapes.small import Json, moment, user
from vedette.server.schedules import queries
from vedette.server.schedules.models import Schedule
from vedette.server.targets.models import Target
from vedette.server.targets.services import blackouts


def brief(row: Schedule, target: Target) -> Json:
    """A schedule without its target. `date_time` is the next run, or the last one of what is over."""
    return {
        "id": row.public_id,
        "date_time": moment(queries.shown_at(row)),
        "recurrence": row.recurrence,
        "timezone": row.timezone,
        "run_on_day_of_week": row.run_on_day_of_week,
        "scheduled_day_of_week": row.scheduled_day_of_week,
        "week_index": row.week_index or None,
        "partial_scan": row.partial_scan,
        "override_target_settings": row.override_target_settings,
        "incremental": row.incremental,
        "reduced_scope": row.reduced_scope,
        "scan_profile": row.profile or None,
        "unlimited": target.unlimited,
        "blackout_period": period(blackouts.of_target(target)),
        "enabled": row.enabled,
        "notice": row.notice,
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
    }
