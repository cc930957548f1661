"""What `vedette schedules` does once Django is up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vedette.server.commands.acting import actor_of
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.schedules import queries, wording
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor

EVERY = {"": "", "once": "", "hour": "h", "day": "d", "week": "w", "month": "m", "quarter": "q"}


def add(*, target: str, at: str, zone: str, every: str, weekday: str, profile: str, organisation: str) -> str:
    """Schedules scans of a target; the id. Raises Invalid."""
    actor = actor_of(organisation)
    given = _fields(at=at, zone=zone, every=every, weekday=weekday or None, profile=profile)
    (made,) = editing.add(actor, [_target(actor, target)], given)
    return str(made.public_id)


def change(
    *,
    schedule: str,
    at: str | None,
    zone: str | None,
    every: str | None,
    weekday: str | None,
    profile: str | None,
    organisation: str,
) -> str:
    """Changes a schedule where something is given; its id. Raises Invalid."""
    actor = actor_of(organisation)
    given = _fields(at=at, zone=zone, every=every, weekday=weekday, profile=profile)
    if not given:
        raise Invalid(fields={"schedule": ["Say what is to change: --at, --zone, --every, --weekday or --profile."]})
    (changed,) = editing.change(actor, [_schedule(actor, schedule)], given)
    return str(changed.public_id)


def _fields(
    *, at: str | None, zone: str | None, every: str | None, weekday: str | None, profile: str | None
) -> dict[str, Any]:
    """The words of a command as the fields of a schedule; what is None is left out. Raises Invalid."""
    given: dict[str, Any] = {"date_time": at, "timezone": zone, "scan_profile": profile}
    given = {name: value for name, value in given.items() if value is not None}
    if every is not None:
        if every not in EVERY:
            raise Invalid(fields={"every": [f"Choose one of {', '.join(filter(None, EVERY))}."]})
        given["recurrence"] = EVERY[every]
    if weekday is not None:
        week, _, day = weekday.partition("-")
        given |= {
            "run_on_day_of_week": bool(weekday),
            "week_index": week,
            "scheduled_day_of_week": int(day) if day.isascii() and day.isdigit() else None,
        }
    return given


def remove(*, schedule: str, organisation: str) -> str:
    """Deletes a schedule; its id. Raises Invalid."""
    actor = actor_of(organisation)
    found = _schedule(actor, schedule)
    editing.remove(actor, [found])
    return str(found.public_id)


def rows(*, organisation: str) -> list[dict[str, Any]]:
    """All schedules, the next one first. Raises Invalid."""
    found = queries.with_target(queries.ordered(queries.for_actor(actor_of(organisation)), "date_time"))
    return [
        {
            "id": row.public_id,
            "target": str(row.target),
            "when": wording.when(queries.rule_of(row)),
            "next_run": _utc(row.next_at),
            "state": "off" if not row.enabled else "on" if row.next_at else "over",
            "notice": row.notice,
        }
        for row in found.iterator(chunk_size=500)
    ]


def preview(*, schedule: str, count: int, zone: str, organisation: str) -> list[dict[str, Any]]:
    """The next runs of a schedule. Raises Invalid."""
    actor = actor_of(organisation)
    row = _schedule(actor, schedule)
    runs = queries.preview(actor, queries.rule_of(row), target=row.target, timezone=zone, count=count)
    return [
        {
            "local": f"{run.local:%Y-%m-%d %H:%M}",
            "utc": _utc(run.at),
            "yours": f"{run.mine:%Y-%m-%d %H:%M}",
            "remarks": list(wording.remarks(run, zone)),
        }
        for run in runs
    ]


def _utc(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def _schedule(actor: Actor, public_id: str) -> Schedule:
    try:
        return queries.get(actor, public_id)
    except NotFound:
        raise Invalid(fields={"schedule": [f"{actor.organisation.name} has no schedule {public_id}."]}) from None


def _target(actor: Actor, text: str) -> Target:
    rows = targets.for_actor(actor)
    found = list(rows.filter(public_id=text)) or list(rows.filter(name=text)[:2]) or list(rows.filter(url=text)[:2])
    if len(found) != 1:
        several = "more than one target" if found else "no target"
        raise Invalid(fields={"target": [f"{actor.organisation.name} has {several} named {text!r}."]})
    return found[0]
