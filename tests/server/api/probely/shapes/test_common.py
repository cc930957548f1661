from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from vedette.server.api.probely.shapes import small
from vedette.server.tenancy.models import Label, Team, User


def test_moments_are_utc_with_six_digits():
    assert small.moment(None) is None
    assert small.moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000000Z"
    east = timezone(timedelta(hours=2))
    assert small.moment(datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=east)) == "2026-01-02T01:04:05.000060Z"


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

    assert small.email(address) == shown
    SimpleUser(id="1", email=small.email(address), name="Ada")


def test_whoever_is_not_known_is_the_system():
    assert small.user(None) == {"id": "", "email": "", "name": "Vedette"}
    assert small.user(None) is not small.user(None)


def test_a_key_that_acts_for_nobody_is_a_user_of_its_own():
    key = {"id": "6tdT4iZyCkPg", "name": "k" * 90}
    assert small.user(None, key) == {"id": "6tdT4iZyCkPg", "email": "", "name": "k" * 60}
    person = User(email="ada@example.org", name="Ada")
    assert small.user(person, key)["name"] == "Ada"


def test_people():
    person = User(email="ada@example.org", name="")
    assert small.user(person) == {"id": person.public_id, "email": "ada@example.org", "name": "ada"}
    assert len(small.user(User(email="a" * 90 + "@example.org", name=""))["name"]) == 60


def test_teams_and_labels():
    team = Team(name="Shop")
    assert small.team(team) == {"id": team.public_id, "name": "Shop"}
    label = Label(name="red", color="#ff0000", kind="target")
    shown = small.label(label)
    assert (shown["id"], shown["name"], shown["color"]) == (label.public_id, "red", "#ff0000")
    assert shown["changed_by"]["name"] == "Vedette"


def test_technologies_have_lasting_ids():
    one, two = ({"name": "php", "version": version, "host": "x"} for version in ("8.1", ""))
    assert small.framework(one) == {**small.framework(two), "desc": "Version 8.1"}
    assert small.framework(two)["desc"] == ""
    assert len(small.framework(one)["id"]) == 12
