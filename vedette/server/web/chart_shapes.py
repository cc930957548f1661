"""Numbers in the form that the browser draws: categories, series with tones, addresses behind bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from vedette.server.findings.charts import SHOWN, Flow, Repairs, Trend
from vedette.server.targets.models import Target
from vedette.server.targets.risks import RiskTrend
from vedette.server.web.labels import SEVERITIES, SEVERITY_WORDS

Chart = dict[str, Any]
_COLUMNS = {40: "criticals", 30: "highs", 20: "mediums", 10: "lows"}
_NAME = 24


def trend(given: Trend) -> Chart:
    """Open findings by severity, day by day; the worst lies at the bottom."""
    series = [_series(severity, given.open[severity]) for severity in SHOWN]
    return {"unit": "Day", "categories": [_day(one) for one in given.days], "series": series, **_as_of(given)}


def flow(given: Flow) -> Chart:
    """New, fixed and reopened findings, week by week."""
    series = [
        {"name": "New", "tone": "high", "data": given.new},
        {"name": "Fixed", "tone": "ok", "data": given.fixed},
        {"name": "Reopened", "tone": "critical", "data": given.reopened},
    ]
    return {"unit": "Week of", "categories": [_day(one) for one in given.weeks], "series": series, **_as_of(given)}


def repairs(given: Repairs) -> Chart:
    """Days until fixed, by severity."""
    names = [f"{SEVERITIES[SEVERITY_WORDS[row.severity]].word} ({row.count})" for row in given.rows]
    series = [
        {"name": "Median days", "tone": "accent", "data": [row.median_days for row in given.rows]},
        {"name": "Nine tenths within", "tone": "quiet", "data": [row.p90_days for row in given.rows]},
    ]
    return {"unit": "Severity (fixed)", "categories": names, "series": series, **_as_of(given)}


def risk_trend(given: RiskTrend) -> Chart:
    """The risk of a target on average, day by day: 0 is none, 10 to 40 are the severities of its worst open finding."""
    series = [{"name": "Mean risk", "tone": "accent", "data": [mean or 0 for mean in given.mean]}]
    return {"unit": "Day", "categories": [_day(one) for one in given.days], "series": series, **_as_of(given)}


def risk(targets: Sequence[Target]) -> Chart:
    """Open findings per target, worst first; a bar leads to the target's findings."""
    shown = [target for target in targets if any(getattr(target, name) for name in _COLUMNS.values())]
    return {
        "unit": "Target",
        "categories": [str(target)[:_NAME] for target in shown],
        "series": [
            _series(severity, [getattr(target, name) for target in shown]) for severity, name in _COLUMNS.items()
        ],
        "links": [f"{reverse('web:findings')}?target={target.public_id}" for target in shown],
    }


def _series(severity: int, data: Sequence[int]) -> Chart:
    word = SEVERITY_WORDS[severity]
    return {"name": SEVERITIES[word].word, "tone": word, "data": list(data)}


def _day(day: date) -> str:
    return f"{day:%d %b}"


def _as_of(given: Trend | Flow | Repairs | RiskTrend) -> Chart:
    return {"as_of": f"{given.as_of:%Y-%m-%dT%H:%M:%SZ}"}
