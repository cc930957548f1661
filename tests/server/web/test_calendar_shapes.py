"""A month of scans by schedule."""

from datetime import UTC, date, datetime, time

import pytest

from tests.server import factories
from vedette.server.agents import services as agents
from vedette.server.kernel import clock
from vedette.server.schedules import queries
from vedette.server.schedules.clashes import Crowd
from vedette.server.schedules.models import Occurrence
from vedette.server.schedules.services import editing
from vedette.server.targets.models import BlackoutPeriod
from vedette.server.web import calendar_shapes as shapes
from vedette.server.web import schedule_filters as filters

NOW = datetime(2026, 10, 14, 8, 0, tzinfo=UTC)


@pytest.fixture
def actor(db):
    with clock.frozen(NOW):
        found = factories.actor(factories.organisation())
        found.user.timezone = "Europe/Lisbon"
        yield found


@pytest.fixture
def shop(actor):
    return factories.target(actor.organisation, name="Shop")


def add(actor, target, moment, recurrence, **fields):
    given = {"date_time": moment, "recurrence": recurrence, "timezone": "Europe/Lisbon", **fields}
    (row,) = editing.add(actor, [target], given)
    return row


def month(actor, **address):
    chosen = filters.read(address)
    return shapes.month(actor, filters.rows(actor, chosen), chosen)


def day(found, text):
    return next(one for one in found.days if one.day == date.fromisoformat(text))


def test_a_month_is_whole_weeks_with_its_neighbours(actor):
    found = month(actor, month="2026-02")
    assert len(found.days) == 35 and str(found.days[0].day) == "2026-01-26" and not found.days[0].inside
    assert (str(found.previous), str(found.following)) == ("2026-01-01", "2026-03-01")
    now = month(actor)
    assert str(now.first) == "2026-10-01" and [one.day.day for one in now.days if one.today] == [14]


def test_days_on_which_clocks_are_changed_are_marked(actor):
    assert [str(one.day) for one in month(actor).days if one.change] == ["2026-10-25"]


def test_coming_runs_stand_on_their_days_in_the_readers_zone(actor, shop):
    add(actor, shop, "2026-10-15T22:30:00", "w", timezone="America/New_York")
    found = month(actor)
    (entry,) = day(found, "2026-10-16").entries
    assert (f"{entry.at:%H:%M}", f"{entry.there:%H:%M}", entry.held) == ("03:30", "22:30", False)
    assert [one.day.day for one in found.days if one.entries] == [16, 23, 30]
    assert [one.day.day for one in month(actor, month="2026-12").days if one.entries][-1] == 1  # the first of January


def test_hourly_ones_stand_once_a_day(actor, shop):
    add(actor, shop, "2026-10-30T10:15:00", "h")
    found = month(actor)
    filled = {str(one.day): f"{one.entries[0].at:%H:%M}" for one in found.days if one.entries}
    assert filled == {"2026-10-30": "10:15", "2026-10-31": "00:15", "2026-11-01": "00:15"}
    assert all(one.entries[0].hourly for one in found.days if one.entries)


def test_switched_off_ones_do_not_stand_there(actor, shop):
    for recurrence in ("d", "h"):
        editing.switch(actor, [add(actor, shop, "2026-10-20T10:00:00", recurrence)], on=False)
    assert not any(one.entries for one in month(actor).days)


def test_past_runs_tell_what_became_of_them(actor, shop):
    row = add(actor, shop, "2026-10-20T10:00:00", "w")
    scan = factories.start(shop)
    Occurrence.objects.create(schedule=row, at=NOW.replace(day=6), outcome="skipped", reason="Busy.")
    Occurrence.objects.create(schedule=row, at=NOW.replace(day=13), outcome="completed", scan=scan)
    found = month(actor)
    skipped, done = day(found, "2026-10-06").entries + day(found, "2026-10-13").entries
    assert (skipped.outcome, skipped.reason, skipped.scan) == ("skipped", "Busy.", "")
    assert (done.outcome, done.scan) == ("completed", scan.public_id)


def blackout(home, target=None, **fields):
    times = {"begin": time(22), "cease": time(6), "timezone": "Europe/Lisbon", "weekdays": [4]}
    BlackoutPeriod.objects.create(organisation=home, target=target, **{**times, **fields})


def test_bands_cover_the_hours_of_blackout_periods(actor, shop):
    blackout(actor.organisation)
    found = month(actor)
    (evening,), (morning,) = day(found, "2026-10-15").bands, day(found, "2026-10-16").bands
    assert (round(evening.start, 2), round(evening.length, 2)) == (91.67, 8.33)
    assert (morning.start, morning.length) == (0, 25)
    assert evening.words == "Blackout 22:00 to 24:00" and morning.words == "Blackout 00:00 to 06:00"
    assert not day(found, "2026-10-17").bands


def test_the_period_of_a_target_is_shown_where_it_is_chosen(actor, shop):
    blackout(actor.organisation, shop, begin=time(0), cease=time(0))
    assert not any(one.bands for one in month(actor).days)
    (band,) = day(month(actor, target=shop.public_id), "2026-10-15").bands
    assert (band.start, band.length, band.words) == (0, 100, "Blackout of the target 00:00 to 24:00")


def test_runs_that_blackout_periods_hold_say_until_when(actor, shop):
    blackout(actor.organisation)
    blackout(actor.organisation, shop, begin=time(5), cease=time(9), weekdays=[5])
    add(actor, shop, "2026-10-15T23:00:00", "")
    (entry,) = day(month(actor), "2026-10-15").entries
    assert entry.held and f"{entry.until:%d %H:%M}" == "16 09:00"


def test_what_cannot_all_be_shown_is_said(actor, shop, monkeypatch):
    add(actor, shop, "2026-10-15T23:00:00", "d")
    assert not month(actor).cut
    monkeypatch.setattr(shapes, "MOST", 5)
    found = month(actor)
    assert found.cut and sum(len(one.entries) for one in found.days) == 5


def test_only_so_many_schedules_by_the_hour_are_shown(actor, shop, monkeypatch):
    monkeypatch.setattr(shapes, "HOURLY", 1)
    add(actor, shop, "2026-10-30T10:15:00", "h")
    assert not month(actor).cut
    add(actor, shop, "2026-10-30T10:15:00", "h")
    found = month(actor)
    assert found.cut and [len(one.entries) for one in found.days if one.entries] == [1, 1, 1]


def test_others_schedules_stand_in_no_calendar(actor, shop):
    stranger = factories.actor(factories.organisation("Rival"))
    add(actor, shop, "2026-10-15T23:00:00", "d")
    blackout(actor.organisation, shop)
    found = month(stranger, target=shop.public_id)
    assert not any(one.entries or one.bands for one in found.days)
    assert queries.past(queries.for_actor(stranger), NOW, NOW) == []


def test_a_run_that_another_of_its_target_may_keep_from_starting_says_so(actor, shop):
    add(actor, shop, "2026-10-15T10:00:00", "")
    add(actor, shop, "2026-10-15T10:30:00", "")
    add(actor, factories.target(actor.organisation), "2026-10-15T10:30:00", "")
    found = day(month(actor), "2026-10-15")
    assert [one.meets and f"{one.meets:%H:%M}" for one in found.entries] == [None, "10:00", None]
    assert not found.hides_clash


def test_runs_beside_those_of_every_hour_may_be_left_out(actor, shop):
    for minute in (15, 45):
        add(actor, shop, f"2026-10-15T10:{minute}:00", "h")
    add(actor, shop, "2026-10-15T14:00:00", "")
    meets = [one.meets and f"{one.meets:%H:%M}" for one in day(month(actor), "2026-10-15").entries]
    assert meets == [None, "10:15", "13:15"]
    assert [one.meets and f"{one.meets:%H:%M}" for one in day(month(actor), "2026-10-16").entries] == [None, "00:15"]


def test_a_clash_that_is_folded_away_is_noticed(actor, shop):
    for _ in range(shapes.UNFOLDED + 1):
        add(actor, shop, "2026-10-15T10:00:00", "")
    found = day(month(actor), "2026-10-15")
    assert (len(found.shown), len(found.folded), found.hides_clash) == (shapes.UNFOLDED, 1, True)


def test_the_hour_in_which_more_begins_than_can_go_on_is_told(actor, shop):
    blackout(actor.organisation)
    for minute in (5, 30, 50):
        other = factories.target(actor.organisation)
        add(actor, other, f"2026-10-20T10:{minute:02}:00", "")
        add(actor, other, f"2026-10-15T23:{minute:02}:00", "")
    add(actor, shop, "2026-10-20T08:00:00", "h")
    assert not any(one.crowd for one in month(actor).days)  # nobody knows how many workers there will be
    agents.heard_of(factories.WORKER, slots=2, version="1")
    told = [one.crowd for one in month(actor).days if one.crowd]
    assert told == [
        Crowd(datetime.fromisoformat("2026-10-16 06:00"), 3, 2),  # put off until then
        Crowd(datetime.fromisoformat("2026-10-20 10:00"), 4, 2),
    ]
