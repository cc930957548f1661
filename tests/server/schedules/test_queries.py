"""Who sees which schedules, in which order, and what they will do."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.server import factories
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.schedules import queries
from vedette.server.schedules.models import Occurrence, Schedule
from vedette.server.schedules.queries import ScheduleFilter
from vedette.server.schedules.services import editing
from vedette.server.targets import queries as target_queries
from vedette.server.targets.models import Target
from vedette.server.targets.services import blackouts, targets
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.tenancy.actor import Actor, Grant
from vedette.server.tenancy.rules import BUILTIN_ROLES

DAILY = {"date_time": "2026-06-01T10:00:00", "recurrence": "d"}


def add(owner, target, **fields):
    (row,) = editing.add(owner, [target], {**DAILY, **fields})
    return row


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def other(home):
    return factories.target(home, name="Forum")


def test_only_the_own_organisation_and_scope_is_seen(home, owner, target, other):
    here, there = add(owner, target), add(owner, other)
    stranger = factories.actor(factories.organisation("Other"))
    narrow = Actor(
        "person",
        "",
        "Bob",
        "",
        home,
        None,
        None,
        "",
        (Grant(BUILTIN_ROLES["developer"], "target", target_id=target.pk),),
    )
    assert set(queries.for_actor(owner)) == {here, there}
    assert (list(queries.for_actor(narrow)), list(queries.for_actor(stranger))) == ([here], [])
    for actor, row in ((stranger, here), (narrow, there)):
        with pytest.raises(NotFound):
            queries.get(actor, row.public_id)
        with pytest.raises(NotFound) as caught:
            queries.require(actor, [row.public_id])
        assert caught.value.data == {"invalid_ids": [row.public_id]}
    with pytest.raises(NotFound):
        queries.get(owner, here.public_id, target=other.public_id)
    with pytest.raises(NotFound):
        queries.get(owner, "\0")
    assert queries.get(owner, here.public_id, target=target.public_id) == here
    assert queries.require(owner, [there.public_id, here.public_id, there.public_id]) == [there, here]


def test_schedules_of_deleted_targets_and_those_that_are_over_are_not_listed(owner, target, other):
    add(owner, other)
    targets.delete(owner, other)
    over = add(owner, target, recurrence="")
    Schedule.objects.filter(pk=over.pk).update(next_at=None, last_at=utc("2026-06-01T10:00:00"))
    assert list(queries.for_actor(owner)) == [over]
    assert list(queries.for_actor(owner, over=False)) == []
    over.refresh_from_db()
    assert queries.shown_at(over) == utc("2026-06-01T10:00:00")


def test_lists_are_narrowed_and_ordered(owner, target, other):
    targets.change(owner, target, labels=[LabelChoice(name="nightly")])
    label = Target.objects.get(pk=target.pk).labels.get()
    first, second = add(owner, target, recurrence="w"), add(owner, other, date_time="2026-06-01T09:00:00")

    def found(**given):
        return list(queries.filtered(queries.for_actor(owner), ScheduleFilter(**given)).order_by("pk"))

    assert found() == [first, second]
    assert found(ids=(second.public_id, "\0")) == [second]
    assert found(targets=(target.public_id,)) == [first]
    assert found(labels=(label.public_id,)) == [first]
    assert found(teams=("x",)) == []
    assert found(search="foru") == [second]
    assert found(search="\0") == []
    assert list(queries.ordered(queries.for_actor(owner), "date_time")) == [second, first]
    assert list(queries.ordered(queries.for_actor(owner), "-target__name")) == [first, second]
    with pytest.raises(Invalid):
        queries.ordered(queries.for_actor(owner), "password")


def test_a_target_knows_its_next_scan(owner, target, other, django_assert_num_queries):
    add(owner, target)
    soon = add(owner, target, date_time="2026-06-01T09:00:00")
    off = add(owner, target, date_time="2026-06-01T08:30:00")
    editing.switch(owner, [off], on=False)
    rows = list(target_queries.for_actor(owner).order_by("pk").prefetch_related(queries.coming_of_targets()))
    with django_assert_num_queries(0):
        assert [queries.next_of(row) for row in rows] == [soon, None]
    assert queries.next_of(target) == soon


def test_recurrences_are_unrolled_in_order(owner, target, other):
    daily = add(owner, target)
    weekly = add(owner, other, date_time="2026-06-02T09:00:00", recurrence="w")
    editing.switch(owner, [add(owner, other)], on=False)
    found = queries.coming(queries.for_actor(owner), limit=5)
    assert [(run.schedule, f"{run.at:%d %H}") for run in found] == [
        *((daily, "01 10"), (weekly, "02 09"), (daily, "02 10"), (daily, "03 10"), (daily, "04 10"))
    ]
    month = queries.coming(queries.for_actor(owner), since=utc("2026-07-01T00:00:00"), until=utc("2026-07-31T23:59:59"))
    assert len(month) == 31 + 4 and {run.at.month for run in month} == {7}
    year = queries.coming(queries.for_actor(owner), until=utc("2036-01-01T00:00:00"))
    assert max(run.at for run in year) <= utc("2026-06-01T08:00:00") + queries.AHEAD
    assert len(queries.coming(queries.for_actor(owner), limit=0)) == 0


def test_what_became_of_occurrences_is_told_latest_first(owner, target):
    row = add(owner, target)
    for day in (1, 2, 3):
        Occurrence.objects.create(schedule=row, at=utc(f"2026-06-0{day}T10:00:00"), outcome="skipped")
    assert [one.at.day for one in queries.occurrences(row)] == [3, 2, 1]


def test_a_preview_knows_zones_and_blackout_periods(owner, target):
    targets.change(owner, target, blackout_period={"begin": "09:00", "cease": "11:00"})
    blackouts.change_organisation(actor=owner, given={"begin": "11:00", "cease": "12:00"})
    target = target_queries.get(owner, target.public_id)
    rule = queries.rule_of(editing.draft(owner, DAILY))
    found = queries.preview(owner, rule, target=target, timezone="Asia/Tokyo")
    assert len(found) == 10
    assert (found[0].at, found[0].starts_at) == (utc("2026-06-01T10:00:00"), utc("2026-06-01T12:00:00"))
    assert found[0].mine == datetime.fromisoformat("2026-06-01T19:00")
    assert found[0].held_by == ("target",)
    plain = queries.preview(owner, rule, count=2)
    assert [run.starts_at - run.at for run in plain] == [timedelta()] * 2
    blackouts.change_organisation(actor=owner, given={"enabled": False})
    assert queries.preview(owner, rule, target=target, count=1)[0].starts_at == utc("2026-06-01T11:00:00")
    for wrong in ({"timezone": "Mars/Base"}, {"count": 0}, {"count": queries.MAX_PREVIEW + 1}):
        with pytest.raises(Invalid):
            queries.preview(owner, rule, **wrong)


def test_what_became_of_runs_is_read_for_a_span_of_time(owner, target, other):
    row, beside = add(owner, target), add(owner, other)
    moments = [utc(f"2026-05-{day:02}T10:00:00") for day in (1, 10, 20, 30)]
    for at in moments:
        Occurrence.objects.create(schedule=row, at=at, outcome="completed")
    Occurrence.objects.create(schedule=beside, at=moments[1], outcome="skipped")
    rows = Schedule.objects.filter(pk=row.pk)
    found = queries.past(rows, moments[0], moments[3])
    assert [one.at for one in found] == [moments[2], moments[1], moments[0]]
    assert [one.at for one in queries.past(rows, moments[0], moments[3], 1)] == [moments[2]]
