"""Blackout periods: daily windows of local time in which nothing is scanned. Pure; when they are open and for how long.

A weekday (1 Monday to 7 Sunday) is that on which a window begins; one that ends at or before its begin ends on the day
after. So 23:00 to 06:00 on Fridays ends on Saturday, and 00:00 to 00:00 is the whole day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from vedette.server.kernel import zones
from vedette.server.targets.values import FieldError, flag_of

WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
LONG = timedelta(hours=24)
"""Who waits longer than this for the end of a period is told of."""
_DAY = timedelta(days=1)
_AHEAD = timedelta(days=15)
"""Periods that follow each other without a gap for this long leave no time at all."""
FIELDS = ("begin", "cease", "weekdays", "enabled", "timezone")


@dataclass(frozen=True, slots=True)
class Period:
    """Local times from `begin` to `cease` on these weekdays."""

    begin: time
    cease: time
    weekdays: tuple[int, ...] = WEEKDAYS
    timezone: str = "UTC"

    def windows(self, start: date, end: date) -> Iterator[tuple[datetime, datetime]]:
        """The windows that begin on the days from `start` to `end`, in UTC: the first moment, and the first after."""
        day = start
        while day <= end:
            if day.isoweekday() in self.weekdays:
                last = day if self.cease > self.begin else day + _DAY
                # The longer reading where a time comes twice: nothing is scanned in what might be meant.
                opens = zones.instant(datetime.combine(day, self.begin), self.timezone).at
                closes = zones.instant(datetime.combine(last, self.cease), self.timezone, later=True).at
                yield opens, closes
            day += _DAY

    def end(self, at: datetime) -> datetime | None:
        """When the window that is open at a moment closes; None when none is open."""
        today = zones.local(at, self.timezone).date()
        open_now = [closes for opens, closes in self.windows(today - 2 * _DAY, today) if opens <= at < closes]
        return max(open_now, default=None)


def is_open(periods: Sequence[Period], at: datetime) -> bool:
    """Whether any of the periods is open at a moment."""
    return any(period.end(at) is not None for period in periods)


def over_at(periods: Sequence[Period], at: datetime) -> datetime | None:
    """The first moment from this one on at which none of the periods is open; None when there is none for two
    weeks."""
    limit = at + _AHEAD
    while at < limit:
        ends = [end for period in periods if (end := period.end(at)) is not None]
        if not ends:
            return at
        at = max(ends)
    return None


def read(given: object, current: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """The stored form of what a client gives: `begin` and `cease` (times), `weekdays` (numbers), `enabled`, `timezone`.
    What is not given stays as it is (`current`). None, or an object of blanks, takes the period away. Raises
    FieldError."""
    if given is None or given == "" or given == []:
        return None
    if not isinstance(given, Mapping):
        raise FieldError("Expected an object.")
    if not any(given.get(name) not in (None, "", []) for name in FIELDS):
        return None
    wanted = {"weekdays": list(WEEKDAYS), "enabled": True, "timezone": "UTC", **(current or {})}
    wanted |= {name: given[name] for name in FIELDS if given.get(name) is not None}
    missing = [name for name in ("begin", "cease") if name not in wanted]
    if missing:
        raise FieldError(f"Give {' and '.join(missing)}, such as 22:00.")
    if not zones.is_zone(wanted["timezone"]):
        raise FieldError("The time zone is not known: use a name such as Europe/Lisbon.")
    found = {
        "begin": _time(wanted["begin"]),
        "cease": _time(wanted["cease"]),
        "weekdays": _weekdays(wanted["weekdays"]),
        "enabled": flag_of(wanted["enabled"]),
        "timezone": wanted["timezone"],
    }
    if found["enabled"] and not found["weekdays"]:
        raise FieldError("Choose at least one weekday: 1 is Monday, 7 Sunday.")
    return found


def _time(value: object) -> time:
    if isinstance(value, time):
        return value.replace(tzinfo=None, microsecond=0)
    try:
        if not isinstance(value, str) or len(value) not in (5, 8) or "+" in value or "-" in value:
            raise ValueError
        return time.fromisoformat(value)
    except ValueError:
        raise FieldError("A time is written HH:MM or HH:MM:SS.") from None


def _weekdays(value: object) -> list[int]:
    fine = isinstance(value, list | tuple) and len(value) <= 100
    if not fine or any(type(day) is not int or day not in WEEKDAYS for day in value):  # type: ignore[attr-defined]
        raise FieldError("Weekdays are numbers from 1 (Monday) to 7 (Sunday).")
    return sorted(set(value))  # type: ignore[call-overload]
