"""The clock starts what is due, once, and judges how it ended."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection

from tests.server import factories
from tests.server.threads import let_go
from vedette.server.agents.models import Run
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import clock, zones
from vedette.server.scans.models import Scan
from vedette.server.scans.services import leasing, lifecycle
from vedette.server.schedules.models import Occurrence, Schedule
from vedette.server.schedules.services import editing, firing
from vedette.server.targets import ownership
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.services import reduced_scopes, targets
from vedette.server.tenancy.models import Organisation
from vedette.server.tenancy.services import account

DAILY = {"date_time": "2026-06-01T10:00:00", "recurrence": "d"}
DAY = 86_400


def add(owner, target, **fields):
    (row,) = editing.add(owner, [target], {**DAILY, **fields})
    return row


def fresh(row):
    return Schedule.objects.get(pk=row.pk)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def tick(now, seconds=0.0):
    now.advance(seconds)
    firing.tick()


def outcomes(row):
    return list(Occurrence.objects.filter(schedule=row).order_by("at").values_list("outcome", "reason"))


def end(scan, status):
    """Brings a scan to its end without a worker."""
    fresh_scan = Scan.objects.select_related("target", "organisation", "run", "live").get(pk=scan.pk)
    lifecycle.close(
        fresh_scan, fresh_scan.run, status=status, ending="finished", failure="unreachable" * (status == "failed")
    )


def test_a_due_schedule_starts_a_scan_and_moves_on(now, owner, target):
    row = add(owner, target, scan_profile="safe")
    tick(now, 7199)
    assert not Scan.objects.exists()
    tick(now, 1)
    tick(now, 1)
    scan = Scan.objects.get()
    assert (scan.target, scan.profile, scan.status, scan.scheduled) == (target, "safe", "queued", True)
    assert (scan.created_by, scan.created_by_name) == (None, firing.NAME)
    row = fresh(row)
    assert (row.next_at, row.last_at, row.notice) == (utc("2026-06-02T10:00:00"), utc("2026-06-01T10:00:00"), "")
    made = Occurrence.objects.get()
    assert (made.at, made.outcome, made.scan) == (utc("2026-06-01T10:00:00"), "started", scan)
    assert Target.objects.get().running_scan == scan
    assert factories.claim().job.id == scan.public_id


def test_once_is_over_then(now, owner, target):
    row = add(owner, target, recurrence="")
    tick(now, 7200)
    assert (fresh(row).next_at, fresh(row).last_at, Scan.objects.count()) == (None, utc("2026-06-01T10:00:00"), 1)
    tick(now, 400 * DAY)
    assert Scan.objects.count() == 1


def test_a_missed_run_is_made_up_for_within_a_day(now, owner, target):
    row = add(owner, target)
    tick(now, 7200 + 3 * DAY + 3600)
    assert Scan.objects.count() == 1
    row = fresh(row)
    assert (row.last_at, row.next_at) == (utc("2026-06-04T10:00:00"), utc("2026-06-05T10:00:00"))
    assert "3 before it" in row.notice and row.notice_at == clock.now()
    assert outcomes(row) == [("started", "")]


def test_a_run_missed_for_longer_is_left_out_and_said(now, owner, target):
    row = add(owner, target, recurrence="w")
    tick(now, 7200 + DAY + 1)
    assert not Scan.objects.exists()
    row = fresh(row)
    assert row.next_at == utc("2026-06-08T10:00:00") and "more than a day" in row.notice
    assert [outcome for outcome, _ in outcomes(row)] == ["skipped"]
    assert DomainEvent.objects.get(kind="schedule.skipped").payload["data"]["reason"] == row.notice
    tick(now, 6 * DAY)
    assert (Scan.objects.count(), fresh(row).notice) == (1, "")


def test_a_busy_target_is_left_alone(now, owner, target):
    row = add(owner, target)
    scan = lifecycle.start(actor=owner, target=target)
    tick(now, 7200)
    assert (Scan.objects.count(), fresh(row).failures) == (1, 0)
    assert outcomes(row) == [("skipped", lifecycle.BUSY)]
    end(scan, "completed")
    tick(now, DAY)
    assert [outcome for outcome, _ in outcomes(row)] == ["skipped", "started"]


def test_one_that_got_busy_at_this_very_moment_too(now, owner, target, monkeypatch):
    row = add(owner, target)
    original = firing._settle

    def late(known, plans):
        lifecycle.start(actor=owner, target=target)
        return original(known, plans)

    monkeypatch.setattr(firing, "_settle", late)
    tick(now, 7200)
    assert [outcome for outcome, _ in outcomes(row)] == ["skipped"]
    assert (Scan.objects.count(), Run.objects.count()) == (1, 1)


def test_a_stop_of_everything_is_no_failure(now, owner, target):
    row = add(owner, target)
    account.stop_all(actor=owner)
    tick(now, 7200)
    assert (outcomes(row)[0][0], fresh(row).failures) == ("skipped", 0)


def test_a_suspended_organisation_waits(now, home, owner, target):
    row = add(owner, target)
    Organisation.objects.filter(pk=home.pk).update(suspended=True)
    tick(now, 7200)
    assert not Occurrence.objects.exists()
    Organisation.objects.filter(pk=home.pk).update(suspended=False)
    tick(now, 60)
    assert [outcome for outcome, _ in outcomes(row)] == ["started"]


def test_what_is_switched_off_or_deleted_does_not_act(now, home, owner, target):
    editing.switch(owner, [add(owner, target)], on=False)
    gone = factories.target(home)
    add(owner, gone)
    targets.delete(owner, gone)
    tick(now, 7200)
    assert not Occurrence.objects.exists()


def test_five_failures_in_a_row_switch_it_off(now, owner, target):
    row = add(owner, target)
    Domain.objects.update(verified=False)
    tick(now, 7200)
    assert (outcomes(row)[0][0], fresh(row).failures, fresh(row).enabled) == ("failed", 1, True)
    assert "Ownership" in fresh(row).notice
    for _ in range(4):
        tick(now, DAY)
    row = fresh(row)
    assert (row.failures, row.enabled) == (5, False)
    assert row.notice.startswith("Switched off after 5 failures") and "Ownership" in row.notice
    assert DomainEvent.objects.get(kind="schedule.stopped").payload["data"]["reason"] == row.notice
    tick(now, DAY)
    assert Occurrence.objects.count() == 5
    editing.switch(owner, [row], on=True)
    assert (fresh(row).failures, fresh(row).notice, fresh(row).next_at) == (0, "", utc("2026-06-07T10:00:00"))


def test_failed_scans_count_and_completed_ones_clear(now, owner, target):
    row = add(owner, target)
    now.advance(7200)
    for number, status in enumerate(("failed", "failed", "canceled", "completed", "failed")):
        tick(now)
        end(Scan.objects.latest("pk"), status)
        tick(now)
        assert fresh(row).failures == (1, 2, 2, 0, 1)[number]
        now.advance(DAY)
    assert [outcome for outcome, _ in outcomes(row)] == ["failed", "failed", "canceled", "completed", "failed"]
    for _ in range(4):
        tick(now)
        end(Scan.objects.latest("pk"), "failed")
        tick(now)
        now.advance(DAY)
    assert (fresh(row).enabled, fresh(row).failures) == (False, 5)
    assert "unreachable" in fresh(row).notice


def test_a_profile_without_payload_runs_unverified(now, owner, target):
    add(owner, target, scan_profile="lightning")
    Domain.objects.update(verified=False)
    tick(now, 7200)
    assert Scan.objects.get().profile == "lightning"


def test_an_old_proof_is_looked_for_again_without_waiting(now, owner, target):
    row = add(owner, target)
    Domain.objects.update(checked_at=clock.now() - timedelta(days=40))
    tick(now, 7200)
    assert (Run.objects.get().kind, Occurrence.objects.count()) == ("own", 0)
    tick(now, 5)
    tick(now, 5)
    assert Run.objects.count() == 1
    Domain.objects.update(checked_at=clock.now(), last_error="")
    tick(now, 10)
    assert outcomes(row) == [("started", "")]
    assert Occurrence.objects.get().at == utc("2026-06-01T10:00:00")


@pytest.mark.parametrize("verified", [True, False])
def test_one_that_is_not_found_again_is_a_failure(now, owner, target, verified):
    row = add(owner, target)
    Domain.objects.update(checked_at=clock.now() - timedelta(days=40))
    tick(now, 7200)
    assert ownership.is_being_checked(Domain.objects.get())
    Domain.objects.update(last_error="The check was interrupted.", verified=verified)
    tick(now, 10)
    assert (outcomes(row)[0][0], fresh(row).failures, Run.objects.count()) == ("failed", 1, 1)


def test_scheduled_scans_look_at_their_own_part(now, owner, target):
    targets.change(owner, target, incremental=True, schedule_reduced_scope=True)
    row = add(owner, target)
    tick(now, 7200)
    assert (outcomes(row)[0][0], "address" in outcomes(row)[0][1]) == ("failed", True)
    reduced_scopes.add(owner, target, url=f"{target.url}a/")
    tick(now, DAY)
    scan = Scan.objects.get()
    assert (scan.reduced_scope, scan.incremental) == (True, False)
    end(scan, "completed")
    editing.change(owner, [row], {"override_target_settings": True, "partial_scan": True, "incremental": True})
    tick(now, DAY)
    scan = Scan.objects.latest("pk")
    assert (scan.reduced_scope, scan.incremental) == (False, True)


def test_a_scheduled_scan_keeps_to_blackout_periods(now, owner, target):
    targets.change(owner, target, blackout_period={"begin": "09:00", "cease": "11:00"})
    row = add(owner, target)
    tick(now, 7200)
    assert (Scan.objects.get().status, Run.objects.get().state) == ("queued", "held")
    assert leasing.claim(factories.WORKER) is None
    now.advance(3600)
    leasing.sweep()
    assert factories.claim().job.id == Scan.objects.get().public_id
    assert outcomes(row) == [("started", "")]


def test_two_clocks_that_look_at_the_same_moment_start_one(now, owner, target):
    row = add(owner, target)
    now.advance(7200)
    first, second = firing._read(firing._due()), firing._read(firing._due())
    assert (firing._fire(first), firing._fire(second)) == (1, 0)
    assert firing._read([row.pk]) == []
    assert (Scan.objects.count(), Occurrence.objects.count(), fresh(row).last_at) == (1, 1, utc("2026-06-01T10:00:00"))


def test_an_occurrence_is_never_had_twice(now, owner, target):
    row = add(owner, target)
    now.advance(7200)
    Occurrence.objects.create(schedule=row, at=utc("2026-06-01T10:00:00"), outcome="skipped")
    assert firing.fire_due() == 0
    assert (Scan.objects.count(), fresh(row).next_at) == (0, utc("2026-06-02T10:00:00"))


def test_a_tick_stops_when_its_time_is_over(now, home, owner, monkeypatch):
    monkeypatch.setattr(firing, "TOGETHER", 1)
    editing.add(owner, [factories.target(home) for _ in range(3)], DAILY)
    now.advance(7200)
    assert firing.fire_due(budget_s=0) == 1
    assert firing.fire_due() == 2


def test_new_rules_of_a_zone_move_what_is_to_come(now, owner, target, monkeypatch):
    row = add(owner, target, timezone="Europe/Lisbon")
    Schedule.objects.update(next_at=utc("2026-06-01T10:00:00"), zone_data="1999a")
    firing.renew()
    assert (fresh(row).next_at, fresh(row).due_at, fresh(row).zone_data) == (
        *(utc("2026-06-01T09:00:00"),) * 2,
        zones.version(),
    )
    Schedule.objects.update(next_at=utc("2026-06-01T10:00:00"))
    firing.renew()
    assert fresh(row).next_at == utc("2026-06-01T10:00:00")


@pytest.mark.django_db(transaction=True)
def test_clocks_in_several_threads_start_each_scan_once():
    """On SQLite one writes at a time; on PostgreSQL they race for the same rows."""
    monday = utc("2026-06-01T08:00:00")
    with clock.frozen(monday) as now:
        home = factories.organisation()
        owner = factories.actor(home)
        editing.add(owner, [factories.target(home) for _ in range(24)], DAILY)
        now.advance(7200)
        ready, ended = threading.Barrier(4), []

        def work():
            ready.wait()
            # A database in memory does not let its users wait for each other; the tick then tries again, too.
            for _ in range(1000):
                try:
                    firing.fire_due(budget_s=60)
                    if not Schedule.objects.filter(due_at__lte=clock.now()).exists():
                        ended.append(True)
                        break
                except OperationalError:
                    assert connection.vendor == "sqlite"
            let_go()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ended) == 4
        assert (Scan.objects.count(), Run.objects.count(), Occurrence.objects.count()) == (24, 24, 24)
        assert set(Schedule.objects.values_list("next_at", flat=True)) == {utc("2026-06-02T10:00:00")}
