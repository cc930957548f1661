"""Coming runs that get into each other's way: two of one target at a time, and more of them in an hour than can go on
at once. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LASTS = timedelta(hours=1)
"""How long a scan is taken to go on, as nobody knows before."""


@dataclass(frozen=True, slots=True)
class Start:
    """A coming run of a target, by its primary key: when it is due, and when it may begin; None when blackout periods
    leave no time."""

    target: int
    at: datetime
    begins: datetime | None


@dataclass(frozen=True, slots=True)
class Crowd:
    """An hour, by its first moment, in which more runs begin than can go on at once: `starts` of them beside
    `places`."""

    hour: datetime
    starts: int
    places: int


class Clashes:
    """Told the coming runs in the order in which they are due, it says which of them may be left out: a target is
    scanned once at a time, and a run that is due meanwhile does not wait. `hourly` are targets that are scanned every
    hour, with the moment of the first such run."""

    def __init__(self, hourly: Mapping[int, datetime] | None = None) -> None:
        self._hourly = hourly or {}
        self._last: dict[int, Start] = {}

    def with_start(self, start: Start) -> datetime | None:
        """When the run is due that this one may meet; None when it meets none."""
        before = self._last.get(start.target)
        if before is None or (before.begins is not None and (start.begins is None or start.begins > before.begins)):
            self._last[start.target] = start
        if before is not None and (before.begins is None or start.at < before.begins + LASTS):
            return before.at
        first = self._hourly.get(start.target)
        if first is None or start.at < first:
            return None
        return start.at - (start.at - first) % LASTS


def crowd(begins: Iterable[datetime], places: int) -> Crowd | None:
    """The fullest hour of those in which more begins than has a place, the first of several. None without one, and
    where nothing is known of places (0)."""
    hours = Counter(one.replace(minute=0, second=0, microsecond=0) for one in begins)
    full = [(-starts, hour) for hour, starts in hours.items() if 0 < places < starts]
    if not full:
        return None
    starts, hour = min(full)
    return Crowd(hour, -starts, places)
