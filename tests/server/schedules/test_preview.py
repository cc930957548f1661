"""The coming runs as people see them."""

from datetime import UTC, datetime, time

from vedette.server.schedules import preview
from vedette.server.schedules.rules import Rule
from vedette.server.targets.blackouts import Period


def wall(text):
    return datetime.fromisoformat(text)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def runs(now="2026-03-27T00:00", count=4, **options):
    rule = Rule(start=wall("2026-03-20T01:30"), timezone="Europe/Lisbon", recurrence="d")
    return preview.runs(options.pop("rule", rule), now=at(now), count=count, **options)


def test_each_run_stands_in_three_zones_with_its_clock_changes():
    found = runs(mine="America/New_York")
    assert [run.change for run in found] == ["", "", "missing", ""]
    assert found[2].at == at("2026-03-29T01:00")
    assert found[2].local == wall("2026-03-29T02:00")
    assert found[0].mine == wall("2026-03-26T21:30")
    assert all(run.starts_at == run.at and run.held_by == () and not run.long for run in found)


def test_clocks_that_were_changed_since_the_run_before_are_marked():
    noon = Rule(start=wall("2026-03-20T12:00"), timezone="Europe/Lisbon", recurrence="d")
    assert [run.change for run in runs(rule=noon)] == ["", "", "offset", ""]
    twice = Rule(start=wall("2026-10-23T01:30"), timezone="Europe/Lisbon", recurrence="d")
    found = preview.runs(twice, now=at("2026-10-24T00:00"), count=3)
    assert [run.change for run in found] == ["", "repeated", "offset"]


def test_blackout_periods_shift_the_start():
    own = Period(time(1), time(3), timezone="Europe/Lisbon")
    whole = Period(time(2), time(5), (1, 2, 3, 4, 5, 6, 7))
    (first, *_) = runs(target=[own], organisation=[whole], count=1)
    assert (first.held_by, first.starts_at, first.long) == (("target",), at("2026-03-27T05:00"), False)


def test_a_wait_of_more_than_a_day_is_marked_and_what_it_overtakes():
    weekend = Period(time(0), time(0), (6, 7))
    found = runs(organisation=[weekend], count=3)
    assert [run.long for run in found] == [False, True, False]
    assert [run.overtaken for run in found] == [False, True, False]
    never = runs(target=[Period(time(0), time(0))], count=1)
    assert (never[0].starts_at, never[0].long, never[0].overtaken) == (None, True, True)


def test_a_rule_that_ends_has_fewer_runs():
    once = Rule(start=wall("2026-04-01T01:30"))
    assert [run.at for run in runs(rule=once, count=10)] == [at("2026-04-01T01:30")]
    assert runs(rule=once, now="2026-05-01T00:00") == []
