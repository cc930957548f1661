"""What people do with schedules: add, change, delete them, and switch them on and off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock, zones
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.scans import queries as scans
from vedette.server.schedules import queries, rules
from vedette.server.schedules.models import Schedule
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target
from vedette.server.targets.values import FieldError, flag_of
from vedette.server.tenancy.actor import Actor

PERMISSION = "scans.start"
MAX_OF_TARGET = 100
MAX_BULK = 1000
FLAGS = ("run_on_day_of_week", "partial_scan", "override_target_settings", "incremental", "reduced_scope")
_WHEN = ("timezone", "recurrence", "run_on_day_of_week", "scheduled_day_of_week", "week_index")
"""What decides when scans start, beside the start itself."""
_LOGGED = (*_WHEN, "start_date", "start_time", "profile", *FLAGS[1:])


def _flag(value: object) -> bool:
    return False if value is None else flag_of(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "date_time": rules.read_moment,
    "timezone": rules.read_timezone,
    "recurrence": rules.read_recurrence,
    "scheduled_day_of_week": rules.read_weekday,
    "week_index": rules.read_week,
    **dict.fromkeys(FLAGS, _flag),
}


def read(actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a schedule as a client gives them: `date_time` (local to the zone when it has no offset),
    `recurrence`, `timezone`, `run_on_day_of_week`, `scheduled_day_of_week`, `week_index`, `partial_scan`,
    `override_target_settings`, `incremental`, `reduced_scope`, `scan_profile`. Raises Invalid with all faults."""
    values: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, value in given.items():
        try:
            if name == "scan_profile":
                values["profile"] = scans.profile(actor, str(value)).key if value else ""
            else:
                values[name] = _READERS[name](value)
        except FieldError as error:
            wrong[name] = [str(error)]
        except Invalid as error:
            wrong |= error.fields
    if wrong:
        raise Invalid(fields=wrong)
    return values


def draft(actor: Actor, given: Mapping[str, Any]) -> Schedule:
    """A schedule that is not stored, as for a preview. Raises Invalid."""
    row = Schedule()
    _fill(row, read(actor, given), clock.now())
    return row


def add(actor: Actor, found: Sequence[Target], given: Mapping[str, Any]) -> list[Schedule]:
    """Schedules scans of these targets, all of them or none; fields as in `read`. Raises Invalid, NotAllowed,
    NotFound."""
    values = read(actor, given)
    _limit(found, "targets")
    made = []
    with transaction.atomic():
        permitted = _permitted(actor, found)
        _fit(actor, values, permitted)
        for target in permitted:
            if Schedule.objects.filter(target=target, next_at__isnull=False).count() >= MAX_OF_TARGET:
                raise Invalid(fields={"": [f"A target has at most {MAX_OF_TARGET} schedules."]})
            row = Schedule(organisation=target.organisation, target=target, created_by_name=actor.name[:255])
            _fill(row, values, clock.now())
            row.changed_by, row.changed_by_key = actor.user, actor.own_key
            row.save()
            _record("schedule.created", actor, row, after=_logged(row))
            made.append(row)
    return made


def change(actor: Actor, found: Sequence[Schedule], given: Mapping[str, Any]) -> list[Schedule]:
    """Changes what is given of these schedules, all of them or none. A new `date_time` also switches one on that
    switched itself off; the one that is shown may be repeated. Raises Invalid, NotAllowed, NotFound."""
    values = read(actor, given)
    changed = []
    with transaction.atomic():
        locked = _locked(actor, found)
        _fit(actor, values, (row.target for row in locked))
        for row in locked:
            before = _logged(row)
            enabled = row.enabled
            _fill(row, values, clock.now())
            after = _logged(row)
            if after != before or row.enabled != enabled:
                row.changed_at, row.changed_by, row.changed_by_key = clock.now(), actor.user, actor.own_key
                row.save()
                moved = {name: value for name, value in after.items() if value != before[name]}
                _record("schedule.changed", actor, row, before={name: before[name] for name in moved}, after=moved)
            changed.append(row)
    return changed


def _fit(actor: Actor, values: Mapping[str, Any], found: Iterable[Target]) -> None:
    if values.get("profile"):
        scans.require_fit(scans.profile(actor, values["profile"]), found)


def remove(actor: Actor, found: Sequence[Schedule]) -> None:
    """Deletes these schedules, all of them or none; scans that they started stay. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        for row in _locked(actor, found):
            _record("schedule.deleted", actor, row, before=_logged(row))
            row.delete()


def switch(actor: Actor, found: Sequence[Schedule], *, on: bool) -> list[Schedule]:
    """Switches schedules on, from their next occurrence, or off. Raises Invalid for one whose time is over."""
    with transaction.atomic():
        rows = _locked(actor, found)
        for row in rows:
            if row.enabled == on:
                continue
            row.enabled = on
            if on:
                _reckon(row, clock.now())
            row.changed_at, row.changed_by, row.changed_by_key = clock.now(), actor.user, actor.own_key
            row.save()
            _record("schedule.enabled" if on else "schedule.disabled", actor, row)
    return rows


def _fill(row: Schedule, values: Mapping[str, Any], now: datetime) -> None:
    """Sets the fields, and when the schedule acts next where that is new."""
    fresh = row.start_date is None
    before = {name: getattr(row, name) for name in _WHEN}
    for name, value in values.items():
        if name != "date_time":
            setattr(row, name, value)
    moment = values.get("date_time")
    if fresh and moment is None:
        raise Invalid(fields={"date_time": ["This field is required."]})
    wrong = rules.faults({name: getattr(row, name) for name in _WHEN})
    if wrong:
        raise Invalid(fields=wrong)
    moved = moment is not None and (fresh or not _is_shown(row, moment))
    if moved and moment is not None:
        start = rules.start_of(moment, row.timezone)
        row.start_date, row.start_time = start.date(), start.time()
        row.enabled = True
    # Who sends back what they read must not cost a run that is due at this moment.
    if moved or (row.next_at is not None and any(getattr(row, name) != value for name, value in before.items())):
        _reckon(row, now)


def _is_shown(row: Schedule, moment: datetime) -> bool:
    """Whether this is the moment that the schedule shows: clients send back what they have read."""
    at = queries.shown_at(row)
    return (at if moment.tzinfo else zones.local(at, row.timezone)) == moment


def _reckon(row: Schedule, now: datetime) -> None:
    row.next_at = row.due_at = queries.rule_of(row).next(now)
    row.zone_data, row.failures, row.notice, row.notice_at = zones.version(), 0, "", None
    if row.next_at is None:
        raise Invalid(fields={"date_time": ["Choose a time that is still to come."]})


def _permitted(actor: Actor, found: Sequence[Target]) -> list[Target]:
    """The targets, locked in one order, if scans of all may be started."""
    keys = [target.pk for target in found]
    rows = targets.for_actor(actor, PERMISSION).select_related("organisation", "blackout__changed_by")
    rows = rows.filter(pk__in=keys).order_by("pk")
    known = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    for key in keys:
        if key not in known:
            seen = targets.for_actor(actor).filter(pk=key).exists()
            raise NotAllowed(data={"permission": PERMISSION}) if seen else NotFound()
    return [known[key] for key in keys]


def _locked(actor: Actor, found: Sequence[Schedule]) -> list[Schedule]:
    """The schedules as they stand, locked in one order, if scans of all of their targets may be started."""
    _limit(found, "scheduledscans")
    keys = [row.pk for row in found]
    rows = queries.with_target(queries.for_actor(actor, PERMISSION)).filter(pk__in=keys).order_by("pk")
    known = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    for key in keys:
        if key not in known:
            seen = queries.for_actor(actor).filter(pk=key).exists()
            raise NotAllowed(data={"permission": PERMISSION}) if seen else NotFound()
    return [known[key] for key in keys]


def _limit(found: Sequence[Any], name: str) -> None:
    if len(found) > MAX_BULK:
        raise Invalid(fields={name: [f"At most {MAX_BULK} at once are possible."]})


def _logged(row: Schedule) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in _LOGGED}
    return fields | {"start_time": f"{row.start_time:%H:%M:%S}", "enabled": row.enabled}


def _record(kind: str, actor: Actor, row: Schedule, **parts: dict[str, Any]) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=row.organisation,
        object_kind="schedule",
        object_id=row.public_id,
        object_name=str(row.target),
        target_id=row.target.public_id,
        **parts,
    )
