from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from vedette.server.api.probely.shapes import common
from vedette.server.tenancy.models import Label, Team, User


def test_moments_are_utc_with_six_digits():
    assert common.moment(None) is None
    assert common.moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000000Z"
    east = timezone(timedelta(hours=2))
    assert common.moment(datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=east)) == "2026-01-02T01:04:05.000060Z"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ada@example.org", "ada@example.org"),
        ("ada@localhost", ""),
        ("ada@host.local", ""),
        ("ada@shop.test", ""),
        ("ada@x.invalid", ""),
        ("", ""),
    ],
)
def test_addresses_that_clients_refuse_are_left_out(address, shown):
    from probely.sdk.schemas._schemas import SimpleUser

    assert common.email(address) == shown
    SimpleUser(id="1", email=common.email(address), name="Ada")


def test_whoever_is_not_known_is_the_system():
    assert common.user(None) == {"id": "", "email": "", "name": "Vedette"}
    assert common.user(None) is not common.user(None)


def test_people():
    person = User(email="ada@example.org", name="")
    assert common.user(person) == {"id": person.public_id, "email": "ada@example.org", "name": "ada"}
    assert len(common.user(User(email="a" * 90 + "@example.org", name=""))["name"]) == 60


def test_teams_and_labels():
    team = Team(name="Shop")
    assert common.team(team) == {"id": team.public_id, "name": "Shop"}
    label = Label(name="red", color="#ff0000", kind="target")
    shown = common.label(label)
    assert (shown["id"], shown["name"], shown["color"]) == (label.public_id, "red", "#ff0000")
    assert shown["changed_by"]["name"] == "Vedette"


def test_technologies_have_lasting_ids():
    one, two = ({"name": "php", "version": version, "host": "x"} for version in ("8.1", ""))
    assert common.framework(one) == {**common.framework(two), "desc": "Version 8.1"}
    assert common.framework(two)["desc"] == ""
    assert len(common.framework(one)["id"]) == 12
