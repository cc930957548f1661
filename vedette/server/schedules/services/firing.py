"""What the clock does with schedules: starts what is due, once, and judges how it ended. Any number may do so at the
same time: whoever moves a schedule on has its occurrence, and the unique row keeps it from being had twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
from vedette.server.targets.blackouts import Period
from vedette.server.targets.services import blackouts
from vedette.server.tenancy.actor import Actor, system_actor

NAME = "Schedule"
"""Who started a scheduled scan, as lists show it."""
BUDGET_S = 1.0
"""How long one tick may take for this, as others wait for it."""
LOOKED_AT = 400
TOGETHER = 40
"""Schedules settled in one transaction: few enough that nobody waits long for the lock."""
ASK_EVERY = timedelta(seconds=10)

_OF_TARGET = ("teams", "request_settings", "extra_hosts__domain", "sequences", "secrets")
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

    def leave_out(self) -> None:
        """Makes it one without a scan, as its target is busy."""
        self.scan, self.outcome, self.reason = None, "skipped", _BUSY


@dataclass(slots=True)
class Known:
    """What the plans of one transaction share: the moment, and by organisation who acts, which period holds for all its
    targets, and its profiles by key."""

    now: datetime
    actors: dict[int, Actor]
    whole: dict[int, Period]
    profiles: dict[tuple[int, str], ScanProfile] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Sequence[Schedule]) -> Known:
        """What schedules share."""
        homes = {row.organisation_id: row.organisation for row in found}
        whole = {row.organisation_id: blackouts.period_of(row) for row in blackouts.enabled(homes, [])}
        return cls(clock.now(), {key: system_actor(home, NAME) for key, home in homes.items()}, whole)

    def periods_of(self, row: Schedule) -> list[Period]:
        """The blackout periods in force for the target of a schedule."""
        own, whole = blackouts.of_target(row.target), self.whole.get(row.organisation_id)
        found = [whole] if whole else []
        return [*found, blackouts.period_of(own)] if own and own.enabled else found


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
            done += _fire(_read(found[start : start + TOGETHER]))
            if time.monotonic() > deadline:
                return done
        if len(found) < LOOKED_AT:
            break
    return done


def _due() -> list[int]:
    """Primary keys of what is due longest."""
    rows = Schedule.objects.filter(
        enabled=True, due_at__lte=clock.now(), target__archived_at=None, organisation__suspended=False
    )
    found = list(rows.order_by("due_at", "id").values_list("pk", flat=True)[:LOOKED_AT])
    # Several clocks begin at different ends, so that they do not all reach for the same ones.
    random.shuffle(found)
    return found


def _read(keys: Sequence[int]) -> list[Schedule]:
    """Those of the schedules that are still due, with everything that scans freeze of their targets, in a number of
    queries that does not grow."""
    rows = Schedule.objects.filter(pk__in=keys, enabled=True, due_at__lte=clock.now(), target__archived_at=None)
    near = rows.select_related("organisation", "target__domain", "target__blackout")
    found = list(near.prefetch_related(*(f"target__{name}" for name in _OF_TARGET)))
    for row in found:
        row.target.organisation = row.organisation
        if row.target.domain is not None:
            row.target.domain.organisation = row.organisation
    return found


def _fire(found: Sequence[Schedule]) -> int:
    known = Known.of(found)
    plans = [_plan(known, row) for row in found]
    with transaction.atomic():
        return _settle(known, plans)


def _plan(known: Known, row: Schedule) -> Plan:
    now = known.now
    first = row.next_at or now
    rule = queries.rule_of(row)
    at, count = rule.missed(first, now)
    plan = Plan(row, first, at, count, rule.next(max(at, now)))
    if now - at > rules.LATE:
        plan.outcome, plan.reason = "skipped", "Nothing was running then, and more than a day has passed since."
        return plan
    try:
        _prepare(known, plan)
    except DomainError as error:
        plan.outcome = "skipped" if error.code in _LEFT_OUT else "failed"
        plan.reason = _said(error)
    return plan


def _prepare(known: Known, plan: Plan) -> None:
    """The scan of a plan, or when to look again. Raises DomainError for one that cannot start."""
    row, target = plan.schedule, plan.schedule.target
    actor = known.actors[row.organisation_id]
    key = (row.organisation_id, row.profile or target.profile)
    chosen = lifecycle.check(actor=actor, target=target, profile=key[1], known=known.profiles.get(key))
    known.profiles[key] = chosen
    if not chosen.can_scan_unverified and not _consented(plan, known.now):
        return
    part = parts.choose(target, chosen.key, wanted=rules.wanted_part(row, target.settings))
    plan.scan = lifecycle.prepare(
        actor=actor, target=target, chosen=chosen, part=part, scheduled=True, periods=known.periods_of(row)
    )


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


def _settle(known: Known, plans: Sequence[Plan]) -> int:
    """Moves schedules on and stores what became of their occurrences; returns of how many. Those that another clock has
    at this moment, or has moved on already, are left to it."""
    ours = _still_ours(plans)
    for plan in ours:
        if plan.again is not None:
            Schedule.objects.filter(pk=plan.schedule.pk).update(due_at=plan.again)
    settled = [plan for plan in ours if plan.again is None]
    had = set(
        Occurrence.objects.filter(
            schedule__in=[plan.schedule.pk for plan in settled], at__in={plan.at for plan in settled}
        ).values_list("schedule_id", "at")
    )
    fresh = [plan for plan in settled if (plan.schedule.pk, plan.at) not in had]
    _store(known, fresh)
    Occurrence.objects.bulk_create(
        Occurrence(schedule=plan.schedule, at=plan.at, outcome=plan.outcome, reason=plan.reason, scan=plan.scan)
        for plan in fresh
    )
    for plan in fresh:
        _notice(plan, known.now)
    _move_on(settled)
    for plan in fresh:
        if plan.scan is None:
            _tell(known.actors[plan.schedule.organisation_id], plan)
    return len(fresh)


def _move_on(plans: Sequence[Plan]) -> None:
    """Those that stood at the same moment and go on to the same one in one statement: most do."""
    alike: dict[tuple[datetime | None, datetime, str, datetime | None], list[int]] = {}
    for plan in plans:
        row = plan.schedule
        alike.setdefault((plan.following, plan.at, row.notice, row.notice_at), []).append(row.pk)
    for (following, at, notice, notice_at), keys in alike.items():
        Schedule.objects.filter(pk__in=keys).update(
            next_at=following, due_at=following, last_at=at, notice=notice, notice_at=notice_at
        )


def _still_ours(plans: Sequence[Plan]) -> list[Plan]:
    """The plans whose schedules stand where they were seen, locked."""
    rows = Schedule.objects.select_for_update(no_key=True, skip_locked=True)
    rows = rows.filter(pk__in=[plan.schedule.pk for plan in plans], enabled=True)
    seen = {pk: (next_at, due_at) for pk, next_at, due_at in rows.values_list("pk", "next_at", "due_at")}
    return [plan for plan in plans if seen.get(plan.schedule.pk) == (plan.first, plan.schedule.due_at)]


def _store(known: Known, plans: Sequence[Plan]) -> None:
    """Stores the scans of the plans: all at once, or one by one when that fails. A target that got busy in the meantime
    is left alone."""
    by_home: dict[int, list[Plan]] = {}
    targets: set[int] = set()
    for plan in plans:
        if plan.scan is None:
            continue
        if plan.schedule.target_id in targets:
            plan.leave_out()
        else:
            targets.add(plan.schedule.target_id)
            by_home.setdefault(plan.schedule.organisation_id, []).append(plan)
    for home, together in by_home.items():
        if not _stored(known.actors[home], together):
            for plan in together:
                if not _stored(known.actors[home], [plan]):
                    plan.leave_out()


def _stored(actor: Actor, plans: Sequence[Plan]) -> bool:
    """Whether the scans could be stored."""
    scans = [plan.scan for plan in plans if plan.scan is not None]
    try:
        with transaction.atomic():
            lifecycle.store(actor, scans)
    except (IntegrityError, NotFound):
        for scan in scans:
            scan.pk = None  # nothing of it is there
        return False
    return True


def _notice(plan: Plan, now: datetime) -> None:
    """What the schedule says of this occurrence: nothing when all is well."""
    missed = plan.count - 1
    if plan.scan is None:
        text = plan.reason + (f" {missed} before it were missed, too." if missed else "")
    else:
        text = f"One scan makes up for this run and {missed} before it that were missed." if missed else ""
    plan.schedule.notice, plan.schedule.notice_at = text[:300], now if text else None


def _tell(actor: Actor, plan: Plan) -> None:
    """Notes in the log what was no scan, and counts it."""
    row = plan.schedule
    _record(f"schedule.{plan.outcome}", actor, row, {"at": plan.at, "reason": row.notice})
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
