"""What a clock on a wall means where clocks are put forward and back."""

from datetime import UTC, datetime

import pytest

from vedette.server.kernel import zones


def wall(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("local", "zone", "utc", "change"),
    [
        ("2026-06-01T10:00:00", "Europe/Lisbon", "2026-06-01T09:00:00", ""),
        ("2026-01-01T10:00:00", "UTC", "2026-01-01T10:00:00", ""),
        # Clocks jump from 01:00 to 02:00: the first valid moment is 02:00 on the clock.
        ("2026-03-29T01:30:00", "Europe/Lisbon", "2026-03-29T01:00:00", "missing"),
        ("2026-03-29T02:00:00", "Europe/Lisbon", "2026-03-29T01:00:00", ""),
        # They show 01:30 twice: the first counts.
        ("2026-10-25T01:30:00", "Europe/Lisbon", "2026-10-25T00:30:00", "repeated"),
        # Half an hour only, and a day that never was.
        ("2026-10-04T02:15:00", "Australia/Lord_Howe", "2026-10-03T15:30:00", "missing"),
        ("2011-12-30T10:00:00", "Pacific/Apia", "2011-12-30T10:00:00", "missing"),
        # At midnight itself.
        ("2017-10-15T00:00:00", "America/Sao_Paulo", "2017-10-15T03:00:00", "missing"),
    ],
)
def test_local_time_is_one_moment(local, zone, utc, change):
    found = zones.instant(wall(local), zone)
    assert found == zones.Instant(wall(utc).replace(tzinfo=UTC), change)


def test_files_that_name_no_place_are_no_zones(monkeypatch):
    zones.names.cache_clear()
    monkeypatch.setattr(zones, "available_timezones", lambda: {"localtime", "Factory", "posixrules", "Europe/Lisbon"})
    assert zones.names() == {"Europe/Lisbon"}
    zones.names.cache_clear()


def test_the_later_of_two_can_be_asked_for():
    twice = wall("2026-10-25T01:30:00")
    assert zones.instant(twice, "Europe/Lisbon", later=True).at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_moment_reads_as_local_time():
    assert zones.local(datetime(2026, 6, 1, 9, tzinfo=UTC), "Europe/Lisbon") == wall("2026-06-01T10:00:00")


def test_names_are_taken_as_the_database_writes_them():
    assert zones.is_zone("Europe/Lisbon") and zones.is_zone("UTC")
    assert not any(map(zones.is_zone, ("europe/lisbon", "Mars/Base", "", "../etc/passwd", None, 3, ["UTC"])))
    assert zones.zone("Gone/Away") is zones.zone("UTC") or zones.zone("Gone/Away").key == "UTC"


def test_the_database_of_zones_tells_its_version():
    assert 4 <= len(zones.version()) <= 16 and zones.version()[:4].isdigit()
