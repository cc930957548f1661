"""The house's own API: what a schedule will do."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.kernel.ids import new_id
from vedette.server.schedules.services import editing
from vedette.server.targets.services import blackouts, targets
from vedette.server.tenancy.actor import system_actor

RULE = {"date_time": "2026-03-28T01:30:00", "recurrence": "d", "timezone": "Europe/Lisbon"}
PREVIEW = "/api/native/schedules/preview"

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    with clock.frozen(datetime(2026, 3, 27, 12, 0, tzinfo=UTC)):
        yield factories.organisation()


@pytest.fixture
def target(home):
    return factories.target(home)


@pytest.fixture
def ask(home):
    secret = factories.key(home)

    def one(method, path, body=None, *, key=secret, **query):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        text = json.dumps(body) if body is not None else ""
        answer = Client().generic(
            method, path, text, content_type="application/json", headers=headers, query_params=query or None
        )
        return answer.status_code, json.loads(answer.content)

    return one


def test_the_runs_of_a_rule_in_three_zones(ask):
    status, data = ask("POST", PREVIEW, {**RULE, "count": 3, "reader_timezone": "Asia/Tokyo"})
    assert (status, data["timezone"], data["reader_timezone"]) == (200, "Europe/Lisbon", "Asia/Tokyo")
    first, second, third = data["runs"]
    assert first == {
        "at": "2026-03-28T01:30:00Z",
        "local": "2026-03-28T01:30:00",
        "reader": "2026-03-28T10:30:00",
        "clock_change": None,
        "starts_at": "2026-03-28T01:30:00Z",
        "held_by": [],
        "long": False,
        "overtaken": False,
    }
    assert (second["clock_change"], second["local"]) == ("missing", "2026-03-29T02:00:00")
    assert (third["clock_change"], third["at"]) == (None, "2026-03-30T00:30:00Z")
    assert len(ask("POST", PREVIEW, RULE)[1]["runs"]) == 10


def test_blackout_periods_shift_it(ask, home, target):
    actor = system_actor(home)
    targets.change(actor, target, blackout_period={"begin": "01:00", "cease": "03:00"})
    blackouts.change_organisation(actor=actor, given={"begin": "02:00", "cease": "06:00"})
    _, data = ask("POST", PREVIEW, {**RULE, "target": target.public_id, "count": 1})
    assert (data["runs"][0]["held_by"], data["runs"][0]["starts_at"]) == (["target"], "2026-03-28T06:00:00Z")


def test_the_runs_of_a_stored_schedule(ask, home, target):
    (row,) = editing.add(system_actor(home), [target], RULE)
    path = f"/api/native/schedules/{row.public_id}/preview"
    status, data = ask("GET", path, count=2)
    assert (status, data["reader_timezone"], len(data["runs"])) == (200, "UTC", 2)
    assert ask("GET", path + "/", count=2) == (status, data)
    stranger = factories.key(factories.organisation("Other"))
    assert ask("GET", path, key=stranger) == (404, {"code": "not_found", "message": "Not found.", "fields": {}})
    assert ask("POST", PREVIEW, {**RULE, "target": target.public_id}, key=stranger)[0] == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"date_time": "soon"}, "date_time"),
        ({"date_time": "2020-01-01T00:00:00", "recurrence": ""}, "date_time"),
        ({"reader_timezone": "Mars/Base"}, "reader_timezone"),
        ({"count": 101}, "count"),
        ({"run_on_day_of_week": True}, "run_on_day_of_week"),
    ],
)
def test_says_what_is_wrong(ask, given, field):
    status, data = ask("POST", PREVIEW, {**RULE, **given})
    assert (status, data["code"]) == (400, "invalid")
    assert field in data["fields"]


def test_errors_have_one_form(ask):
    assert ask("POST", PREVIEW, RULE, key=None) == (
        401,
        {"code": "unauthorized", "message": "A valid key is needed.", "fields": {}},
    )
    assert ask("POST", PREVIEW, RULE, key="vdt_p" + "x" * 43)[0] == 401
    assert ask("POST", PREVIEW, [1])[0] == 400
    assert ask("POST", PREVIEW, {**RULE, "target": "\0"})[0] in (400, 404)
    assert ask("DELETE", PREVIEW)[1]["code"] == "method_not_allowed"
    for path in (f"/api/native/schedules/{new_id()}/preview", "/api/native/none", "/api/native/schedules/%00/preview"):
        status, data = ask("GET", path)
        assert (status, data["code"]) == (404, "not_found")
