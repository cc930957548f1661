"""Charts tell of the account or of one target what lists would, for each day."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.checkinfo import Severity
from vedette.contract.events import Rechecked
from vedette.server.findings import kept
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock

TODAY = f"{datetime.now(UTC):%Y-%m-%d}T00:00:00.000000Z"


@pytest.fixture(autouse=True)
def fresh():
    kept.forget()


@shared
def shop(home):
    """One finding fixed within two days, a high and a low one open."""
    target = factories.target(home, name="Shop")
    gone = factories.flaw("gone")
    factories.run_scan(target, gone, factories.flaw("a"), factories.flaw("b", severity=Severity.LOW))
    target.refresh_from_db()
    factories.run_scan(target, rechecked=(Rechecked(finding=gone.id, outcome="gone"),))
    fixed = Finding.objects.filter(target=target, state="fixed")
    fixed.update(first_seen_at=clock.now() - timedelta(days=2), fixed_at=clock.now())
    target.refresh_from_db()
    return target


@shared
def calm(home):
    """A target that was scanned and found clean."""
    target = factories.target(home, name="=Calm")
    factories.run_scan(target, verdict="clean")
    target.refresh_from_db()
    return target


def last(results):
    return results[-1][1]


@pytest.mark.parametrize("path", ["/dashboard/severity-trend/", "/targets/all/severity_trend/"])
def test_severities_over_time(api, shop, path):
    data = api.get(path).data
    assert (data["stop"], data["step"], sorted(data["results"])) == (TODAY, 86400, ["10", "20", "30", "40"])
    assert {name: last(points) for name, points in data["results"].items()} == {"10": 1, "20": 0, "30": 1, "40": 0}
    assert data["results"]["30"][0] == [data["start"], 0]
    assert list(api.get(path, severity=30).data["results"]) == ["30"]


@pytest.mark.parametrize("path", ["/dashboard/risk-trend/", "/targets/all/risk_trend/"])
def test_risk_over_time(api, shop, calm, path):
    data = api.get(path).data
    assert (data["results"][-1], data["results"][0]) == ([TODAY, 15.0], [data["start"], None])
    assert last(api.get(path, target=shop.public_id).data["results"]) == 30.0
    assert last(api.get(path, severity=30).data["results"]) == 30.0


def test_all_risk_added_up(api, shop, calm):
    assert last(api.get("/dashboard/aggregated-risk-trend/").data["results"]) == 30


def test_fixed_beside_pending(api, shop):
    results = api.get("/dashboard/fixed-vulnerabilities-trend/").data["results"]
    assert {name: last(points) for name, points in results.items()} == {"fixed": 1, "pending": 2}
    low = api.get("/dashboard/fixed-vulnerabilities-trend/", severity=10).data["results"]
    assert {name: last(points) for name, points in low.items()} == {"fixed": 0, "pending": 1}


@pytest.mark.parametrize("path", ["/dashboard/average-fix-time/", "/targets/all/average_fix_time/"])
def test_mean_time_to_fix(api, shop, path):
    name = api.get("/findings/").data["results"][0]["definition"]["name"]
    assert api.get(path).data == {"results": {name: 2.0}}
    assert api.get(path, severity=10).data == {"results": {}}


@pytest.mark.parametrize("path", ["/dashboard/top-vulnerabilities/", "/targets/all/top_vulns/"])
def test_what_was_found_most(api, shop, path):
    name = api.get("/findings/").data["results"][0]["definition"]["name"]
    assert api.get(path).data == {"results": [[name, 2]]}


@pytest.mark.parametrize("path", ["/dashboard/needs-attention-pie/", "/targets/all/needs_attention_pie/"])
def test_targets_by_risk(api, home, shop, calm, path):
    factories.target(home)
    found = {code: count for _, count, code in api.get(path).data["results"]}
    assert found == {40: 0, 30: 1, 20: 0, 10: 0, 0: 1, None: 1}


@pytest.mark.parametrize("path", ["/dashboard/needs-attention-top/", "/targets/all/needs_attention_top/"])
def test_the_worst_targets(api, shop, calm, path):
    assert api.get(path).data == [
        {
            "id": shop.public_id,
            "name": "Shop",
            "url": shop.url,
            "criticals": 0,
            "highs": 1,
            "mediums": 0,
            "lows": 1,
        }
    ]
    assert api.get(path, severity=10).data == []


def test_charts_of_one_target(api, shop, calm):
    def of(target, name):
        return api.get(f"/targets/{target.public_id}/{name}/").data["results"]

    assert (last(of(shop, "severity_trend")["30"]), last(of(calm, "severity_trend")["30"])) == (1, 0)
    assert (last(of(shop, "risk_trend")), last(of(calm, "risk_trend"))) == (30.0, 0.0)
    assert (len(of(shop, "top_vulns")), of(calm, "top_vulns")) == (1, [])
    assert (len(of(shop, "average_fix_time")), of(calm, "average_fix_time")) == (1, {})


def test_narrowed_by_label_and_team(api, shop, calm):
    team = api.post("/teams/", {"name": "Shop team"}).data["id"]
    label = api.patch(f"/targets/{shop.public_id}/", {"labels": [{"name": "red"}]}).data["labels"][0]["id"]
    api.patch(f"/targets/{calm.public_id}/", {"teams": [{"id": team}]})

    def highs(**query):
        return last(api.get("/dashboard/severity-trend/", **query).data["results"]["30"])

    assert (highs(label=label), highs(team=team), highs(target=[shop.public_id, calm.public_id])) == (1, 0, 1)


@pytest.mark.parametrize(
    ("name", "first", "line"),
    [
        ("severity-trend", ["date", "10", "20", "30", "40"], [TODAY[:10], "1", "0", "1", "0"]),
        ("risk-trend", ["date", "risk"], [TODAY[:10], "15.0"]),
        ("average-fix-time", ["vulnerability", "days"], [None, "2.0"]),
        ("needs-attention-top", ["id", "name", "url", "criticals", "highs", "mediums", "lows"], None),
    ],
)
def test_tables(api, shop, calm, name, first, line):
    answer = api.get(f"/dashboard/{name}/", format="csv")
    assert answer.response["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(answer.data.splitlines()))
    assert rows[0] == first
    expected = line or [shop.public_id, "Shop", shop.url, "0", "1", "0", "1"]
    assert [cell for cell, known in zip(rows[-1], expected, strict=True) if known] == [one for one in expected if one]


def test_refuses_what_it_does_not_understand(api, shop):
    assert list(api.get("/dashboard/severity-trend/", format="xml").data) == ["format"]
    assert list(api.get("/dashboard/severity-trend/", severity="0").data) == ["severity"]
    assert api.get("/targets/222222222222/risk_trend/").status == 404
