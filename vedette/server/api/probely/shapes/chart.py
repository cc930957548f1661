"""Charts: one point for each day, named by the moment at which it began (UTC), with what stood at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from vedette.server.api.probely.shapes.finding import SHOWN_SEVERITIES
from vedette.server.api.probely.shapes.small import Json, moment
from vedette.server.findings.charts import Fixes, Trend
from vedette.server.findings.commonest import Common, FixTime
from vedette.server.targets.models import Target
from vedette.server.targets.risks import RiskTrend

STEP_S = 86_400
Row = tuple[object, ...]

_RISKS = {40: "Critical", 30: "High", 20: "Medium", 10: "Low", 0: "No risk", None: "Not assessed"}
_OPEN = ("criticals", "highs", "mediums", "lows")
WORST_COLUMNS = ("id", "name", "url", *_OPEN)
FIX_COLUMNS = ("vulnerability", "days")
RISK_COLUMNS = ("date", "risk")


def severities(given: Trend, wanted: Sequence[int]) -> Json:
    """Open findings, by severity."""
    return _frame(given.days, {str(one): _points(given.days, given.open[one]) for one in _shown(wanted)})


def severity_table(given: Trend, wanted: Sequence[int]) -> tuple[tuple[str, ...], list[Row]]:
    """The same as a table: its columns and rows, one for each day."""
    shown = _shown(wanted)
    rows = zip((f"{day}" for day in given.days), *(given.open[one] for one in shown), strict=True)
    return ("date", *(str(one) for one in shown)), list(rows)


def risk(given: RiskTrend) -> Json:
    """The risk of a target on average, 0 to 40; null on days on which none was assessed."""
    return _frame(given.days, _points(given.days, given.mean))


def risk_table(given: RiskTrend) -> list[Row]:
    """The same as rows of RISK_COLUMNS."""
    return list(zip((f"{day}" for day in given.days), given.mean, strict=True))


def total_risk(given: RiskTrend) -> Json:
    """The risks of all targets added up."""
    return _frame(given.days, _points(given.days, given.total))


def fixes(given: Fixes) -> Json:
    """What was fixed on each day beside what was open at its end."""
    points = {"fixed": _points(given.days, given.fixed), "pending": _points(given.days, given.pending)}
    return _frame(given.days, points)


def fix_times(given: Iterable[FixTime]) -> Json:
    """Days until fixed, on average, by vulnerability."""
    return {"results": {one.name: one.mean_days for one in given}}


def fix_table(given: Iterable[FixTime]) -> list[Row]:
    """The same as rows of FIX_COLUMNS."""
    return [(one.name, one.mean_days) for one in given]


def commonest(given: Iterable[Common]) -> Json:
    """The vulnerabilities with most open findings."""
    return {"results": [[one.name, one.count] for one in given]}


def pie(given: dict[int | None, int]) -> Json:
    """How many targets have which risk; the code is the number of the risk, null for never assessed."""
    return {"results": [[_RISKS[code], count, code] for code, count in given.items()]}


def worst(row: Target) -> Json:
    """A target that needs attention, with its open findings."""
    counts = {name: getattr(row, name) for name in _OPEN}
    return {"id": row.public_id, "name": row.name, "url": row.url, **counts}


def _shown(wanted: Sequence[int]) -> list[int]:
    return sorted(wanted or SHOWN_SEVERITIES)


def _frame(days: Sequence[date], results: object) -> Json:
    return {"start": _start(days[0]), "stop": _start(days[-1]), "step": STEP_S, "results": results}


def _points(days: Sequence[date], values: Sequence[object]) -> list[list[object]]:
    return [[_start(day), value] for day, value in zip(days, values, strict=True)]


def _start(day: date) -> str | None:
    return moment(datetime.combine(day, time(), UTC))
