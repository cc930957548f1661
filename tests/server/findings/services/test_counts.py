from __future__ import annotations

from datetime import UTC, date, datetime

from vedette.server.findings.models import FindingCount, FindingDay
from vedette.server.findings.services import counts
from vedette.server.findings.services.counts import Tally

NOW = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


def kept(target) -> list[tuple[int, str, int]]:
    return list(
        FindingCount.objects.filter(target=target)
        .order_by("severity", "state")
        .values_list("severity", "state", "count")
    )


def test_differences_add_up(target):
    first, second = Tally(), Tally()
    first.move(target.pk, None, (30, "notfixed"))
    first.move(target.pk, None, (30, "notfixed"))
    second.move(target.pk, (30, "notfixed"), (30, "fixed"))
    for tally in (first, second):
        counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    assert kept(target) == [(30, "fixed", 1), (30, "notfixed", 1)]
    target.refresh_from_db()
    assert (target.highs, target.risk) == (1, 30)


def test_what_cancels_out_writes_nothing(target):
    tally = Tally()
    tally.move(target.pk, (30, "notfixed"), (30, "notfixed"))
    tally.move(target.pk, None, (10, "fixed"))
    tally.move(target.pk, (10, "fixed"), None)
    counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    assert kept(target) == []


def test_a_rated_target_stays_rated(target):
    counts.tell_target(target_pk=target.pk)
    target.refresh_from_db()
    assert target.risk is None
    counts.tell_target(target_pk=target.pk, assessed=True)
    counts.tell_target(target_pk=target.pk)
    target.refresh_from_db()
    assert target.risk == 0


def steps(target) -> list[tuple[date, int, str, str, int]]:
    rows = FindingDay.objects.filter(target=target).order_by("day", "severity", "before")
    return list(rows.values_list("day", "severity", "before", "after", "count"))


def test_each_step_is_counted_on_its_day(target):
    tally = Tally()
    tally.move(target.pk, None, (30, "notfixed"))
    tally.move(target.pk, (30, "notfixed"), (30, "fixed"))
    for _ in range(2):
        counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    day = date(2026, 3, 2)
    assert steps(target) == [(day, 30, "", "notfixed", 2), (day, 30, "notfixed", "fixed", 2)]


def test_another_severity_is_no_new_finding(target):
    tally, later = Tally(), Tally()
    tally.move(target.pk, None, (30, "notfixed"))
    counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    later.move(target.pk, (30, "notfixed"), (10, "notfixed"))
    counts.apply(organisation_id=target.organisation_id, tally=later, now=NOW)
    day = date(2026, 3, 2)
    assert steps(target) == [
        (day, 10, "rated", "notfixed", 1),
        (day, 30, "", "notfixed", 1),
        (day, 30, "notfixed", "rated", 1),
    ]


def test_several_targets_are_counted_at_once(target, make_target, django_assert_max_num_queries):
    other, tally = make_target(url="http://other.example.org/", host="other.example.org"), Tally()
    for one in (target, other):
        tally.move(one.pk, None, (30, "notfixed"))
        tally.move(one.pk, None, (20, "notfixed"))
    with django_assert_max_num_queries(10):
        counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    assert kept(target) == kept(other) == [(20, "notfixed", 1), (30, "notfixed", 1)]
