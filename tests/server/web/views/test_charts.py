"""Charts as JSON."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.contract.checkinfo import Severity
from vedette.contract.events import Rechecked


@pytest.mark.parametrize("name", ["severity-trend", "flow", "repairs", "risk", "risk-trend"])
def test_every_chart_has_a_number_for_each_category(client, shop, name):
    found = factories.flaw("a")
    for reported, gone in (((found,), ()), ((), (Rechecked(finding=found.id, outcome="gone"),))):
        factories.run_scan(shop, *reported, rechecked=gone)
        shop.refresh_from_db()
    factories.run_scan(shop, factories.flaw("b"))
    chart = client.get(f"/ui/charts/{name}/").json()
    assert chart["categories"]
    assert all(len(series["data"]) == len(chart["categories"]) for series in chart["series"])


def test_the_trend_ends_with_what_is_open(client, shop):
    factories.run_scan(shop, factories.flaw("a"), factories.flaw("b", severity=Severity.LOW))
    chart = client.get("/ui/charts/severity-trend/").json()
    assert {series["name"]: series["data"][-1] for series in chart["series"]} == {
        "Critical": 0,
        "High": 1,
        "Medium": 0,
        "Low": 1,
    }
    assert len(chart["as_of"]) == len("2026-03-02T12:00:00Z")


def test_risk_leads_to_the_findings_of_each_target(client, home, shop):
    factories.run_scan(shop, factories.flaw("a"))
    factories.run_scan(factories.target(home, name="Clean"), verdict="clean")
    chart = client.get("/ui/charts/risk/").json()
    assert chart["categories"] == ["Web shop"]
    assert chart["links"] == [f"/ui/findings/?target={shop.public_id}"]


def test_a_chart_may_be_of_one_target(client, home, shop):
    factories.run_scan(shop, factories.flaw("a"))
    other = factories.target(home)
    for target, expected in ((shop, 1), (other, 0)):
        chart = client.get(f"/ui/charts/severity-trend/?target={target.public_id}").json()
        assert chart["series"][1]["data"][-1] == expected


def test_what_does_not_exist_is_not_found(client, rival):
    assert client.get("/ui/charts/nonsense/").status_code == 404
    assert client.get(f"/ui/charts/severity-trend/?target={rival[0].public_id}").status_code == 404
