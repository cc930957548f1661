"""Numbers in the form that the browser draws."""

from __future__ import annotations

from datetime import UTC, date, datetime

from vedette.server.findings.charts import Flow, Repair, Repairs, Trend
from vedette.server.targets.models import Target
from vedette.server.web import chart_shapes as shapes

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAYS = (date(2026, 3, 1), date(2026, 3, 2))


def test_a_trend_has_a_series_for_each_severity_worst_first():
    chart = shapes.trend(Trend(DAYS, {40: (0, 1), 30: (2, 3), 20: (0, 0), 10: (5, 5)}, AT))
    assert chart["categories"] == ["01 Mar", "02 Mar"]
    assert [(one["name"], one["tone"], one["data"]) for one in chart["series"]][:2] == [
        ("Critical", "critical", [0, 1]),
        ("High", "high", [2, 3]),
    ]
    assert chart["as_of"] == "2026-03-02T12:00:00Z"


def test_a_flow_has_three_series():
    chart = shapes.flow(Flow(DAYS, (1, 2), (3, 4), (5, 6), AT))
    assert {one["name"]: one["data"] for one in chart["series"]} == {"New": (1, 2), "Fixed": (3, 4), "Reopened": (5, 6)}


def test_repairs_name_how_many_they_are_of():
    chart = shapes.repairs(Repairs((Repair(40, 3, 1.5, 9.0),), AT))
    assert chart["categories"] == ["Critical (3)"]
    assert [one["data"] for one in chart["series"]] == [[1.5], [9.0]]


def test_risk_leaves_out_targets_without_open_findings():
    targets = [Target(public_id="a", name="A" * 60, criticals=1, lows=2), Target(public_id="b", name="B")]
    chart = shapes.risk(targets)
    assert chart["categories"] == ["A" * 24]
    assert chart["links"] == ["/ui/findings/?target=a"]
    assert [one["data"] for one in chart["series"]] == [[1], [0], [0], [2]]
