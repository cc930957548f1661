"""Which coming runs get into each other's way."""

from datetime import datetime

from vedette.server.schedules.clashes import Clashes, Crowd, Start, crowd


def at(text):
    return datetime.fromisoformat(f"2026-06-{text}")


def met(*starts, hourly=None):
    """For each run the one that it meets: `(target, due)` or `(target, due, begins)`."""
    found = Clashes(hourly)
    rows = [Start(target, at(due), at(begins[0] if begins else due)) for target, due, *begins in starts]
    return [found.with_start(row) for row in rows]


def test_a_target_is_scanned_once_at_a_time():
    assert met((1, "01 22:00"), (1, "01 22:00"), (1, "01 22:59"), (1, "01 23:59")) == [
        None,
        at("01 22:00"),
        at("01 22:00"),
        None,
    ]
    assert met((1, "01 22:00"), (2, "01 22:00")) == [None, None]


def test_a_run_that_waits_for_the_end_of_a_blackout_period_is_in_the_way_until_after_it():
    assert met((1, "01 22:00", "02 06:00"), (1, "02 06:30"), (1, "02 07:30")) == [None, at("01 22:00"), None]
    # The one in between begins no later than the one that it meets.
    assert met((1, "01 22:00", "02 06:00"), (1, "01 23:00", "01 23:00"), (1, "02 06:30"))[2] == at("01 22:00")


def test_a_run_that_never_begins_is_in_the_way_of_all_that_follow():
    found = Clashes()
    assert found.with_start(Start(1, at("01 22:00"), None)) is None
    assert found.with_start(Start(1, at("20 22:00"), at("20 22:00"))) == at("01 22:00")


def test_what_is_scanned_every_hour_meets_everything_from_its_first_run_on():
    hourly = {1: at("01 12:15")}
    starts = (1, "01 12:00"), (1, "01 14:10"), (1, "01 17:15"), (2, "01 14:10")
    assert met(*starts, hourly=hourly) == [None, at("01 13:15"), at("01 17:15"), None]


def test_the_fullest_hour_is_told_where_places_are_too_few():
    begins = [at("01 18:00"), at("01 18:59"), at("01 19:00"), at("01 19:00"), at("01 19:30"), at("01 20:00")]
    assert crowd(begins, 1) == Crowd(at("01 19:00"), 3, 1)
    assert crowd(begins[:5] + begins[:1], 2) == Crowd(at("01 18:00"), 3, 2)
    assert crowd(begins, 3) is None
    assert crowd(begins, 0) is None
    assert crowd([], 4) is None
