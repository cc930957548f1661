"""What was tested, per insertion point and check, and what it cost."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from vedette.contract.batch import ResumeState, StateChange
from vedette.contract.events import PointTested
from vedette.engine.attack.point import Point
from vedette.engine.scan.rows import row, rows_with

SURVEY = "light"
"""The name under which the light pass's own requests are counted."""


@dataclass(slots=True)
class PointCoverage:
    """Outcomes by check id, requests spent, and whether anything at all spoke for a flaw."""

    outcomes: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    candidates: int = 0


def unit_key(phase: str, check: str, version: int, place: str) -> str:
    """The key of a unit, readable and stable: phase, check with its version, and the point or site."""
    return f"{phase}|{check}.{version}|{place}"


class Coverage:
    """The done set of all units, with the outcomes that the report lists. Of the checks in `keep`, what each unit gave
    is kept apart."""

    def __init__(self, state: ResumeState, keep: frozenset[str] = frozenset()) -> None:
        self.points: dict[str, PointCoverage] = {}
        self._keep = keep
        self._kept: dict[str, dict[str, Any]] = {}
        self._done: set[str] = set()
        for key, value in rows_with(state, "units", "done:").items():
            self._note(key, value)

    def done(self, key: str) -> bool:
        """Whether the unit's results are stored."""
        return key in self._done

    def settle(self, key: str, check: str, place: str, outcome: str, requests: int, candidates: int = 0) -> StateChange:
        """Marks a unit as done; the row belongs into the same batch as its results."""
        value = {"c": check, "p": place, "o": outcome, "n": requests}
        if candidates:
            value["x"] = candidates
        self._note(key, value)
        return row("units", f"done:{key}", value)

    def forget(self) -> None:
        """Everything is to be tested again."""
        self.points.clear()
        self._done.clear()
        self._kept.clear()

    def outcome(self, key: str) -> str:
        """What a unit of a check in `keep` ended with; empty when it has not come to its end."""
        return str(self._kept[key]["o"]) if key in self._kept else ""

    def candidates(self, key: str) -> int:
        """How many suspicions such a unit raised."""
        return int(self._kept[key].get("x", 0)) if key in self._kept else 0

    def note(self, place: str, check: str, outcome: str) -> None:
        """Records an outcome that needed no unit; it is derived anew after a resume."""
        self.points.setdefault(place, PointCoverage()).outcomes.setdefault(check, outcome)

    def _note(self, key: str, value: dict[str, Any]) -> None:
        self._done.add(key)
        if value["c"] in self._keep:
            self._kept[key] = value
        entry = self.points.setdefault(value["p"], PointCoverage())
        entry.requests += value["n"]
        entry.candidates += value.get("x", 0)
        if value["c"] != SURVEY:
            entry.outcomes[value["c"]] = value["o"]

    def events(self, points: Iterable[Point], dull: set[str]) -> list[PointTested]:
        """One event per point; `dull` are the keys of those without a reaction."""
        out = []
        for point in points:
            entry = self.points.get(point.key, PointCoverage())
            out.append(
                PointTested(
                    point=point.key,
                    method=point.target.request.method,
                    url=point.target.request.url,
                    point_kind=point.kind,
                    parameter=point.name,
                    outcomes=dict(sorted(entry.outcomes.items())),
                    requests=entry.requests,
                    dull=point.key in dull and not entry.candidates,
                )
            )
        return out


def economy(events: Iterable[PointTested]) -> dict[str, Any]:
    """Requests per insertion point: count, median and most, of all points and of the dull ones."""
    spent = [event.requests for event in events]
    dull = [event.requests for event in events if event.dull]
    return {
        "points": len(spent),
        "dull_points": len(dull),
        "requests_per_point": {"median": statistics.median(spent or [0]), "most": max(spent, default=0)},
        "requests_per_dull_point": {"median": statistics.median(dull or [0]), "most": max(dull, default=0)},
    }
