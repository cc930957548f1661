"""Keeps scans within the hours that blackout periods leave: holds them while a window is open and lets them go after.

`Scan.blackout_since` says that a scan waits for the end of a window, and since when. A scan that somebody paused has
none, and so is never let go by the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.kernel import clock
from vedette.server.scans import queries, rules
from vedette.server.scans.models import Scan
from vedette.server.scans.services import notes
from vedette.server.targets import blackouts
from vedette.server.targets.blackouts import Period
from vedette.server.targets.models import Target
from vedette.server.targets.services import blackouts as periods

WAITING = "blackout_wait"
"""The warning of a scan that has waited long."""
AT_ONCE = 200
"""So many scans are told in one sweep; those left are told in the next, and not handed out in the meantime."""


def closed_for(target: Target, *, ignored: bool, known: Sequence[Period] | None = None) -> datetime | None:
    """Since when a new scan of the target has to wait: now, when a window is open that is not ignored; else None. The
    periods in force are asked for unless they are known."""
    if ignored:
        return None
    now = clock.now()
    return now if blackouts.is_open(periods.in_force(target) if known is None else known, now) else None


def holds_back(run: Run) -> bool:
    """Whether a run that was just claimed falls into an open window: it is put off then. Windows open between two
    sweeps, too."""
    scan = Scan.objects.select_related("target").get(run=run)
    if closed_for(scan.target, ignored=scan.ignore_blackout_period) is None:
        return False
    with transaction.atomic():
        scan, locked = queries.locked(scan)
        if locked.epoch == run.epoch and locked.state == "claimed":
            _put_off(scan, locked)
    return True


def sweep() -> None:
    """The tick's part: pauses what runs into a window, and resumes what waited for its end."""
    now = clock.now()
    told = 0
    for row, open_now in _concerned(now):
        if told >= AT_ONCE:
            return
        waits = row.blackout_since is not None
        if (
            open_now
            and not waits
            and not row.ignore_blackout_period
            and row.status in ("queued", "started", "resuming")
        ):
            told += _close(row)
        elif waits and row.status != "pausing" and (not open_now or row.ignore_blackout_period):
            told += _open(row)
        elif row.blackout_since is not None and now - row.blackout_since > blackouts.LONG:
            told += _report(row, row.blackout_since)


def _concerned(now: datetime) -> list[tuple[Scan, bool]]:
    """The active scans that wait or have a period, those at work first, each with whether a window is open."""
    # All of the active states, as the index of active scans has them.
    active = Scan.objects.filter(status__in=rules.ACTIVE, organisation__paused=False)
    homes = set(active.order_by().values_list("organisation", flat=True).distinct())
    rows = periods.enabled(homes, [])
    whole = {row.organisation_id: periods.period_of(row) for row in rows}
    concerned = Q(target__blackout__enabled=True) | Q(blackout_since__isnull=False) | Q(organisation__in=list(whole))
    scans = list(active.filter(concerned).select_related("target__blackout").order_by("-status", "id"))
    known: dict[tuple[Period, ...], bool] = {}
    found = []
    for scan in scans:
        own = periods.of_target(scan.target)
        both = (whole.get(scan.organisation_id), periods.period_of(own) if own and own.enabled else None)
        key = tuple(period for period in both if period is not None)
        if key not in known:
            known[key] = blackouts.is_open(key, now)
        found.append((scan, known[key]))
    return found


def _close(row: Scan) -> bool:
    with transaction.atomic():
        scan, run = queries.locked(row)
        if scan.status != row.status or scan.blackout_since is not None or scan.ignore_blackout_period:
            return False
        if run.state != "claimed":
            _put_off(scan, run)
        elif run.control != "cancel":
            agents.say(run, "pause")
            scan.blackout_since = clock.now()
            _save(scan, "pausing", "scan.pause_asked")
    return True


def _put_off(scan: Scan, run: Run) -> None:
    """Lets nobody claim the locked run until the window closes."""
    agents.hold(run)
    scan.blackout_since = clock.now()
    if scan.status == "queued":
        _save(scan, "queued", "scan.waits_for_blackout")
    else:
        scan.paused_at = clock.now()
        _save(scan, "paused", "scan.paused")


def _open(row: Scan) -> bool:
    with transaction.atomic():
        scan, run = queries.locked(row)
        if scan.blackout_since is None or run.state != "held":
            return False
        agents.ready(run)
        scan.blackout_since = scan.paused_at = None
        _save(scan, "resuming" if scan.status == "paused" else scan.status, "scan.resumed")
    return True


def _report(row: Scan, since: datetime) -> bool:
    warning = {
        "code": WAITING,
        "message": f"Waiting for the end of a blackout period since {since:%Y-%m-%d %H:%M} UTC.",
    }
    if warning in row.warnings:
        return False
    with transaction.atomic():
        scan, _ = queries.locked(row)
        scan.warnings = [*scan.warnings, warning]
        scan.save(update_fields=("warnings",))
        notes.note(scan, "scan.blackout_long", data={"since": since})
    return True


def _save(scan: Scan, status: str, kind: str) -> None:
    scan.status, scan.changed_at = status, clock.now()
    scan.save(update_fields=("status", "changed_at", "paused_at", "blackout_since"))
    notes.note(scan, kind, data={"reason": "blackout period"})
