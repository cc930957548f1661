from __future__ import annotations

from datetime import UTC, date, datetime

from vedette.server.findings.models import CheckCount, FindingCount, FindingDay
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
    first.move(target.pk, None, (30, "notfixed"), "xss")
    first.move(target.pk, None, (30, "notfixed"), "xss")
    second.move(target.pk, (30, "notfixed"), (30, "fixed"), "xss")
    for tally in (first, second):
        counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    assert kept(target) == [(30, "fixed", 1), (30, "notfixed", 1)]
    target.refresh_from_db()
    assert (target.highs, target.risk) == (1, 30)


def test_what_cancels_out_writes_nothing(target):
    tally = Tally()
    tally.move(target.pk, (30, "notfixed"), (30, "notfixed"), "xss")
    tally.move(target.pk, None, (10, "fixed"), "xss")
    tally.move(target.pk, (10, "fixed"), None, "xss")
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
    tally.move(target.pk, None, (30, "notfixed"), "xss")
    tally.move(target.pk, (30, "notfixed"), (30, "fixed"), "xss")
    for _ in range(2):
        counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    day = date(2026, 3, 2)
    assert steps(target) == [(day, 30, "", "notfixed", 2), (day, 30, "notfixed", "fixed", 2)]


def test_another_severity_is_no_new_finding(target):
    tally, later = Tally(), Tally()
    tally.move(target.pk, None, (30, "notfixed"), "xss")
    counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    later.move(target.pk, (30, "notfixed"), (10, "notfixed"), "xss")
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
        tally.move(one.pk, None, (30, "notfixed"), "xss")
        tally.move(one.pk, None, (20, "notfixed"), "xss")
    with django_assert_max_num_queries(11):
        counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    assert kept(target) == kept(other) == [(20, "notfixed", 1), (30, "notfixed", 1)]


def kinds(target) -> list[tuple[str, int, int]]:
    rows = CheckCount.objects.filter(target=target).order_by("check_id", "severity")
    return list(rows.values_list("check_id", "severity", "count"))


def test_open_findings_are_counted_by_check(target):
    tally = Tally()
    tally.move(target.pk, None, (30, "notfixed"), "xss")
    tally.move(target.pk, None, (30, "notfixed"), "xss")
    tally.move(target.pk, None, (30, "fixed"), "sqli")
    counts.apply(organisation_id=target.organisation_id, tally=tally, now=NOW)
    assert kinds(target) == [("xss", 30, 2)]
    later = Tally()
    later.move(target.pk, (30, "notfixed"), (10, "notfixed"), "xss")
    later.move(target.pk, (30, "notfixed"), (30, "accepted"), "xss")
    counts.apply(organisation_id=target.organisation_id, tally=later, now=NOW)
    assert kinds(target) == [("xss", 10, 1), ("xss", 30, 0)]
