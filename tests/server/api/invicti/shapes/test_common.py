from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from vedette.server.api.invicti.shapes import small
from vedette.server.kernel import ids
from vedette.server.tenancy.models import User

AT = datetime(2026, 3, 1, 22, 5, 6, 7, tzinfo=UTC)


def test_moments_have_seven_digits_and_an_offset():
    assert small.moment(AT) == "2026-03-01T22:05:06.0000070+00:00"
    assert small.moment(None) is None


def test_dates_are_read_where_the_reader_lives():
    assert small.day(AT, "Asia/Tokyo") == "02/03/2026"
    assert small.minute(AT, "Europe/Berlin") == "01/03/2026 11:05 PM"
    assert small.day(AT, "no/where") == "01/03/2026"
    assert small.day(None, "UTC") is None and small.minute(None, "UTC") is None


def test_durations():
    assert small.duration(0) == "00:00:00.0000000"
    assert small.duration(90_061.5) == "25:01:01.5000000"


def test_ids_are_uuids_and_names_have_one_too():
    public_id = ids.new_id()
    assert ids.from_uuid("scan", small.uid("scan", public_id)) == public_id
    assert UUID(small.named_uid("a")) != UUID(small.named_uid("b"))
    assert small.named_uid("a") == small.named_uid("a")


def test_zones():
    assert small.zone_of(None) == "UTC"
    assert small.zone_of(User(timezone="Europe/Berlin")) == "Europe/Berlin"
