"""Schedules from the command line."""

from datetime import UTC, datetime, time

import pytest

from tests.server import factories
from vedette.server.commands import acting, scheduling
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid
from vedette.server.schedules.models import Schedule
from vedette.server.targets.models import BlackoutPeriod, Target

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop():
    with clock.frozen(datetime(2026, 6, 1, 8, 0, tzinfo=UTC)):
        yield factories.target(factories.organisation("Home"), "http://shop.example.org/", name="Shop")


def add(**fields):
    given = {"target": "Shop", "at": "2026-06-01T22:00", "zone": "Europe/Lisbon", "every": "day", "weekday": ""}
    return scheduling.add(**{**given, "profile": "", "organisation": "", **fields})


def test_one_is_added_listed_and_removed(shop):
    made = add()
    row = Schedule.objects.get()
    assert (row.public_id, row.target, row.created_by_name) == (made, shop, acting.WHO)
    words = "Every day at 22:00, Europe/Lisbon"
    (row,) = scheduling.rows(organisation="")
    assert list(row.values()) == [made, "Shop", words, "2026-06-01T21:00:00Z", "on", ""]
    Schedule.objects.update(enabled=False, notice="Switched off after 5 failures in a row.")
    (row,) = scheduling.rows(organisation="")
    assert (row["state"], row["notice"]) == ("off", "Switched off after 5 failures in a row.")
    assert scheduling.remove(schedule=made, organisation="home") == made
    assert not Schedule.objects.exists()


def test_targets_are_known_by_name_address_and_id(shop):
    for text in ("Shop", shop.url, shop.public_id):
        add(target=text)
    factories.target(shop.organisation, name="Shop")
    for wrong, why in (("Shop", "more than one"), ("Forum", "no target"), ("", "no target")):
        with pytest.raises(Invalid) as caught:
            add(target=wrong)
        assert why in caught.value.fields["target"][0]
    assert Schedule.objects.count() == 3 and Target.objects.count() == 2


def test_a_weekday_of_the_month_is_named_with_a_dash(shop):
    add(every="quarter", weekday="last-5")
    row = Schedule.objects.get()
    assert (row.recurrence, row.week_index, row.scheduled_day_of_week) == ("q", "last", 5)
    assert row.next_at == datetime(2026, 6, 26, 21, 0, tzinfo=UTC)


def change(schedule, **fields):
    given = dict.fromkeys(("at", "zone", "every", "weekday", "profile"))
    return scheduling.change(**{**given, "schedule": schedule, "organisation": "", **fields})


def test_what_is_named_changes_and_the_rest_stays(shop):
    made = add(every="month", weekday="last-5", profile="safe")
    assert change(made, at="2026-07-02T09:30", zone="Europe/Berlin") == made
    row = Schedule.objects.get()
    assert (row.timezone, f"{row.start_time:%H:%M}", row.profile, row.week_index) == (
        "Europe/Berlin",
        "09:30",
        "safe",
        "last",
    )
    assert row.next_at == datetime(2026, 7, 31, 7, 30, tzinfo=UTC)
    change(made, weekday="", every="week", profile="")
    row.refresh_from_db()
    assert (row.recurrence, row.run_on_day_of_week, row.profile) == ("w", False, "")
    assert row.next_at == datetime(2026, 7, 2, 7, 30, tzinfo=UTC)
    change(made, every="once")
    row.refresh_from_db()
    assert (row.recurrence, row.timezone) == ("", "Europe/Berlin")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "schedule"),
        ({"every": "year"}, "every"),
        ({"every": "day"}, "run_on_day_of_week"),
        ({"weekday": "fifth-1"}, "week_index"),
        ({"zone": "Lisbon"}, "timezone"),
        ({"at": "2026-05-01T08:00", "every": "once", "weekday": ""}, "date_time"),
    ],
)
def test_a_change_that_cannot_be_leaves_all_as_it_was(shop, fields, name):
    made = add(every="month", weekday="last-5")
    before = Schedule.objects.values().get()
    with pytest.raises(Invalid) as caught:
        change(made, **fields)
    assert name in caught.value.fields and Schedule.objects.values().get() == before


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"every": "year"}, "every"),
        ({"every": "month", "weekday": "last"}, "scheduled_day_of_week"),
        ({"every": "month", "weekday": "fifth-1"}, "week_index"),
        ({"zone": "Lisbon"}, "timezone"),
        ({"at": "tomorrow"}, "date_time"),
        ({"profile": "none-such"}, "scan_profile"),
    ],
)
def test_what_is_wrong_is_named(shop, fields, name):
    with pytest.raises(Invalid) as caught:
        add(**fields)
    assert name in caught.value.fields and not Schedule.objects.exists()


def test_the_next_runs_are_told_with_blackout_periods(shop):
    BlackoutPeriod.objects.create(organisation=shop.organisation, target=shop, begin=time(21), cease=time(6))
    BlackoutPeriod.objects.update(weekdays=[1])
    first, second = scheduling.preview(schedule=add(), count=2, zone="Europe/Berlin", organisation="")
    times = (first["local"], first["utc"], first["yours"])
    assert times == ("2026-06-01 22:00", "2026-06-01T21:00:00Z", "2026-06-01 23:00")
    assert "2026-06-02 08:00, Europe/Berlin" in first["remarks"][0] and second["remarks"] == []


def test_others_schedules_are_not_found(shop):
    made = add()
    factories.organisation("Other")
    for call in (
        scheduling.remove,
        lambda **given: change(zone="UTC", **given),
        lambda **given: scheduling.preview(count=1, zone="UTC", **given),
    ):
        with pytest.raises(Invalid) as caught:
            call(schedule=made, organisation="Other")
        assert list(caught.value.fields) == ["schedule"]
    assert scheduling.rows(organisation="Other") == []
