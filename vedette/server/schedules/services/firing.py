"""What the clock does with schedules: starts what is due, once, and judges how it ended. Any number may do so at the
same time: whoever moves a schedule on has its occurrence, and the unique row keeps it from being had twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock, zones
from vedette.server.kernel.errors import Conflict, DomainError, Invalid, NotFound
from vedette.server.scans.models import Scan, ScanProfile
from vedette.server.scans.services import lifecycle, parts
from vedette.server.schedules import queries, rules
from vedette.server.schedules.models import Occurrence, Schedule
from vedette.server.targets import ownership
from vedette.server.tenancy.actor import Actor, system_actor

NAME = "Schedule"
"""Who started a scheduled scan, as lists show it."""
BUDGET_S = 1.5
"""How long one tick may take for this, as others wait for it."""
LOOKED_AT = 400
TOGETHER = 10
"""Schedules settled in one transaction: few enough that nobody waits long for the lock."""
ASK_EVERY = timedelta(seconds=10)

_LEFT_OUT = ("scan_active", "scans_stopped")
"""Codes of what is no failure: the next occurrence may well start."""
_BUSY = "A scan of the target was under way."


@dataclass(slots=True)
class Plan:
    """What is to become of a due schedule. `first` is the occurrence that it stood at, `at` the one that counts, of
    `count`; `following` the next. Without a scan `reason` says why; `again` puts it off until an answer is there."""

    schedule: Schedule
    first: datetime
    at: datetime
    count: int
    following: datetime | None
    scan: Scan | None = None
    outcome: str = "started"
    reason: str = ""
    again: datetime | None = None


def tick() -> None:
    """The tick's part."""
    judge()
    fire_due()


def fire_due(*, budget_s: float = BUDGET_S) -> int:
    """Deals with schedules that are due, for so many seconds. Returns with how many."""
    deadline = time.monotonic() + budget_s
    done = 0
    while found := _due():
        for start in range(0, len(found), TOGETHER):
            done += _fire(found[start : start + TOGETHER])
            if time.monotonic() > deadline:
                return done
        if len(found) < LOOKED_AT:
            break
    return done


def _due() -> list[Schedule]:
    now = clock.now()
    rows = Schedule.objects.filter(
        enabled=True, due_at__lte=now, target__archived_at=None, organisation__suspended=False
    ).select_related("organisation", "target__organisation", "target__domain__organisation")
    found = list(rows.order_by("due_at", "id")[:LOOKED_AT])
    # Several clocks begin at different ends, so that they do not all reach for the same ones.
    random.shuffle(found)
    return found


def _fire(found: Sequence[Schedule]) -> int:
    now = clock.now()
    actors: dict[int, Actor] = {}
    profiles: dict[tuple[int, str], ScanProfile] = {}
    plans = []
    for row in found:
        actor = actors.setdefault(row.organisation_id, system_actor(row.organisation, NAME))
        plans.append(_plan(actor, row, now, profiles))
    done = 0
    with transaction.atomic():
        for plan in plans:
            done += _settle(actors[plan.schedule.organisation_id], plan, now)
    return done


def _plan(actor: Actor, row: Schedule, now: datetime, profiles: dict[tuple[int, str], ScanProfile]) -> Plan:
    first = row.next_at or now
    rule = queries.rule_of(row)
    at, count = rule.missed(first, now)
    plan = Plan(row, first, at, count, rule.next(max(at, now)))
    if now - at > rules.LATE:
        plan.outcome, plan.reason = "skipped", "Nothing was running then, and more than a day has passed since."
        return plan
    try:
        _prepare(actor, plan, now, profiles)
    except DomainError as error:
        plan.outcome = "skipped" if error.code in _LEFT_OUT else "failed"
        plan.reason = _said(error)
    return plan


def _prepare(actor: Actor, plan: Plan, now: datetime, profiles: dict[tuple[int, str], ScanProfile]) -> None:
    """The scan of a plan, or when to look again. Raises DomainError for one that cannot start."""
    row, target = plan.schedule, plan.schedule.target
    key = row.profile or target.profile
    known = profiles.get((row.organisation_id, key))
    chosen = lifecycle.check(actor=actor, target=target, profile=key, known=known)
    profiles[row.organisation_id, key] = chosen
    if not chosen.can_scan_unverified and not _consented(plan, now):
        return
    wanted = rules.wanted_part(row, target.settings)
    part = parts.choose(target, chosen.key, wanted=wanted)
    plan.scan = lifecycle.prepare(actor=actor, target=target, chosen=chosen, part=part, scheduled=True)


def _consented(plan: Plan, now: datetime) -> bool:
    """Whether payloads may be sent now; False when that is being asked. The clock cannot wait for the answer, so it
    looks again later. Raises Conflict `target_unverified`."""
    domain = plan.schedule.target.domain
    if domain is not None and domain.verified and not ownership.is_fresh(domain):
        if plan.schedule.due_at == plan.first or ownership.is_being_checked(domain):
            ownership.ask_again(domain)
            plan.again = now + ASK_EVERY
            return False
        raise Conflict("target_unverified", "Looking again for who owns the target has not come to an end.")
    lifecycle.require_verified(domain)
    return True


def _said(error: DomainError) -> str:
    texts = [text for messages in error.fields.values() for text in messages] if isinstance(error, Invalid) else []
    return (" ".join(texts) or error.message)[:300]


def _settle(actor: Actor, plan: Plan, now: datetime) -> bool:
    """Moves the schedule on and stores what became of its occurrence, unless another clock was faster."""
    mine = Schedule.objects.filter(pk=plan.schedule.pk, enabled=True, next_at=plan.first, due_at=plan.schedule.due_at)
    if plan.again is not None:
        return bool(mine.update(due_at=plan.again))
    if not mine.update(next_at=plan.following, due_at=plan.following, last_at=plan.at):
        return False
    if Occurrence.objects.filter(schedule=plan.schedule, at=plan.at).exists():
        return False
    if plan.scan is not None and not _store(actor, plan):
        plan.scan, plan.outcome, plan.reason = None, "skipped", _BUSY
    Occurrence.objects.create(
        schedule=plan.schedule, at=plan.at, outcome=plan.outcome, reason=plan.reason, scan=plan.scan
    )
    _tell(actor, plan, now)
    return True


def _store(actor: Actor, plan: Plan) -> bool:
    """Whether the scan could be stored: nobody else had started one in the meantime."""
    if plan.scan is None:
        return False
    try:
        with transaction.atomic():
            lifecycle.store(actor, plan.scan)
    except (IntegrityError, NotFound):
        return False
    return True


def _tell(actor: Actor, plan: Plan, now: datetime) -> None:
    """Notes on the schedule and in the log what was no scan, or made up for several."""
    row = plan.schedule
    if plan.scan is not None:
        missed = plan.count - 1
        notice = f"One scan makes up for this run and {missed} before it that were missed." if missed else ""
        if notice or row.notice:
            Schedule.objects.filter(pk=row.pk).update(notice=notice, notice_at=now if notice else None)
        return
    more = f" {plan.count - 1} earlier ones were missed, too." if plan.count > 1 else ""
    notice = f"{plan.reason}{more}"[:300]
    Schedule.objects.filter(pk=row.pk).update(notice=notice, notice_at=now)
    _record(f"schedule.{plan.outcome}", actor, row, {"at": plan.at, "reason": notice})
    if plan.outcome == "failed":
        _count_failure(row, plan.reason)


def judge() -> None:
    """Notes how scheduled scans ended: five failures in a row switch a schedule off, a scan that comes to its end
    clears the count."""
    for row in _ended():
        status = row.scan.status if row.scan else "canceled"
        outcome = status if status in ("failed", "canceled") else "completed"
        with transaction.atomic():
            if not Occurrence.objects.filter(pk=row.pk, outcome="started").update(outcome=outcome):
                continue
            if outcome == "completed":
                Schedule.objects.filter(pk=row.schedule_id).update(failures=0)
            elif outcome == "failed":
                _count_failure(row.schedule, row.scan.failure if row.scan else "")


def _ended() -> Iterator[Occurrence]:
    rows = Occurrence.objects.filter(outcome="started").exclude(scan__isnull=False, scan__completed_at=None)
    near = rows.select_related("scan", "schedule__organisation", "schedule__target").order_by("id")
    yield from near[:500]


def _count_failure(row: Schedule, reason: str) -> None:
    """In the caller's transaction."""
    fresh = Schedule.objects.select_for_update(no_key=True).get(pk=row.pk)
    fresh.failures += 1
    if fresh.failures >= rules.MAX_FAILURES and fresh.enabled:
        why = f" The last one: {reason}" if reason else ""
        fresh.enabled = False
        fresh.notice = f"Switched off after {fresh.failures} failures in a row.{why}"[:300]
        fresh.notice_at = clock.now()
        _record("schedule.stopped", system_actor(row.organisation, NAME), row, {"reason": fresh.notice})
    fresh.save(update_fields=("failures", "enabled", "notice", "notice_at"))


def renew(limit: int = 500) -> None:
    """Reckons anew what is to come where the database of zones has changed since: local time is what counts."""
    version, now = zones.version(), clock.now()
    rows = Schedule.objects.filter(enabled=True, next_at__gt=now).exclude(zone_data=version).order_by("id")
    for row in rows[:limit]:
        following = queries.rule_of(row).next(now)
        same = Schedule.objects.filter(pk=row.pk, next_at=row.next_at)
        same.update(next_at=following, due_at=following, zone_data=version)


def _record(kind: str, actor: Actor, row: Schedule, data: dict[str, object]) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=row.organisation,
        object_kind="schedule",
        object_id=row.public_id,
        object_name=str(row.target),
        target_id=row.target.public_id,
        data=data,
    )
