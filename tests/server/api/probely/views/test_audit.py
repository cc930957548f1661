from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from tests.server.api.probely.conftest import Api
from vedette.server.audit import filters
from vedette.server.audit import services as audit
from vedette.server.kernel import clock


@pytest.fixture
def told(home, api):
    """Three facts on three days."""
    for day, name in enumerate(("=1+1", "Bank", "Cards"), start=1):
        with clock.frozen(datetime(2026, 3, day, tzinfo=UTC)):
            audit.record(
                kind="team.created",
                actor=None,
                organisation=home,
                object_kind="team",
                object_id=str(day),
                object_name=name,
            )
    return api


def test_lists_newest_first_with_a_sentence(told):
    data = told.get("/audit-log/", end_dt="2026-03-05").data
    assert [row["object_name"] for row in data["results"]] == ["Cards", "Bank", "=1+1"]
    row = data["results"][0]
    assert (row["event"], row["description"]) == ("team.created", "Vedette created the team Cards")
    assert row["timestamp"] == "2026-03-03T00:00:00.000000Z" and row["user_type"] == "system"


def test_is_narrowed_and_ordered(told, home):
    def found(**query):
        return [row["object_name"] for row in told.get("/audit-log/", **query).data["results"]]

    assert found(start_dt="2026-03-02", end_dt="2026-03-02T12:00:00Z") == ["Bank"]
    assert found(search="cards") == ["Cards"]
    assert found(ordering="timestamp", end_dt="2026-03-05")[0] == "=1+1"
    assert found(user="2" * 12) == []
    key = told.get("/profile/").data["id"]
    told.post("/teams/", {"name": "Mine"})
    assert found(user=key) == ["Mine"]


def test_refuses_nonsense(told):
    assert list(told.get("/audit-log/", start_dt="yesterday").data) == ["start_dt"]
    assert list(told.get("/audit-log/", ordering="user").data) == ["ordering"]
    assert told.get("/audit-log/", page=99).status == 404


def test_needs_the_permission(told, api_as):
    for path in ("/audit-log/", "/audit-log/download/"):
        assert api_as("developer").get(path).status == 403
        assert api_as("auditor").get(path).status == 200


def test_downloads_all_of_it_as_a_table_without_formulas(told, monkeypatch):
    monkeypatch.setattr(filters, "CHUNK", 2)
    answer = told.get("/audit-log/download/", end_dt="2026-03-05")
    assert answer.response["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data)))
    assert [row["object_name"] for row in rows] == ["Cards", "Bank", "'=1+1"]
    assert rows[0]["event"] == "team.created"


def test_a_client_may_ask_for_the_table_alone(home, told):
    from django.test import Client

    from tests.server import factories

    headers = {"Authorization": f"JWT {factories.key(home)}", "Accept": "text/csv"}
    assert Client().get("/audit-log/download/", headers=headers).status_code == 200
    refused = Client().get("/audit-log/download/?start_dt=x", headers=headers)
    assert refused.status_code == 400 and refused.json() == {"start_dt": ["Enter a valid date/time."]}
    assert Api(None).get("/audit-log/download/").status == 401
