"""When a schedule's scans start: recurrences of local time, the input of people, and what a late one comes to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule, weekday

from vedette.server.kernel import zones
from vedette.server.kernel.zones import Instant
from vedette.server.targets.values import FieldError

RECURRENCES = ("h", "d", "w", "m", "q", "")
"""Hourly, daily, weekly, monthly, quarterly, once."""
WEEKS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
OUTCOMES = ("started", "completed", "failed", "canceled", "skipped")
"""A scan under way, the three ways in which it ends, and no scan at all. `failed` also when none could start."""

LATE = timedelta(hours=24)
"""An occurrence that was missed is made up for when it is no later than this."""
MAX_FAILURES = 5
"""So many failures in a row switch a schedule off."""

FIRST_YEAR, LAST_YEAR = 2000, 2199
_END = datetime.combine(date(LAST_YEAR, 12, 31), time.max)
_HOUR = timedelta(hours=1)
_WEEKDAYS: dict[int, weekday] = dict(zip(range(1, 8), (MO, TU, WE, TH, FR, SA, SU), strict=True))
_MONTHS = {"m": 1, "q": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Local wall time, a zone and how it comes again. With `week` (one of WEEKS) and `weekday` a monthly or quarterly
    one falls on that weekday, else on the day of its start, or the last day of a shorter month."""

    start: datetime  # local, without a zone
    timezone: str = "UTC"
    recurrence: str = ""
    weekday: int | None = None
    week: str = ""

    def after(self, at: datetime, *, inclusive: bool = False) -> Iterator[Instant]:
        """The occurrences after a moment, in order, or from it on. Moments are in UTC."""
        last: datetime | None = None
        for found in self._from(at):
            fits = found.at >= at if inclusive else found.at > at
            # Clocks that jump over a whole day may lead two days to the same moment.
            if fits and (last is None or found.at > last):
                last = found.at
                yield found

    def next(self, at: datetime, *, inclusive: bool = False) -> datetime | None:
        """The first occurrence after a moment; None when there is none."""
        found = next(self.after(at, inclusive=inclusive), None)
        return found.at if found else None

    def missed(self, first: datetime, now: datetime) -> tuple[datetime, int]:
        """The last occurrence until now, `first` being one of them, and how many there were."""
        latest, count = first, 1
        if self.recurrence == "h":
            count = (now - first) // _HOUR + 1
            return first + (count - 1) * _HOUR, count
        for found in self.after(first):
            if found.at > now:
                break
            latest, count = found.at, count + 1
        return latest, count

    def _from(self, at: datetime) -> Iterator[Instant]:
        """The occurrences from somewhat before a moment on."""
        if self.recurrence == "h":
            yield from self._hourly(at)
        elif self.recurrence == "":
            yield zones.instant(self.start, self.timezone)
        else:
            for wall in self._walls(at):
                yield zones.instant(wall, self.timezone)

    def _hourly(self, at: datetime) -> Iterator[Instant]:
        start = zones.instant(self.start, self.timezone)
        if start.at >= at:
            yield start
        step = max(1, (at - start.at) // _HOUR)
        while True:
            moment = start.at + step * _HOUR
            if moment.year > LAST_YEAR:
                return
            yield Instant(moment)
            step += 1

    def _walls(self, at: datetime) -> Iterator[datetime]:
        """Local times, from the last ones before a moment on, so that old schedules are as quick as new ones."""
        near = zones.local(at, self.timezone) - timedelta(days=2)
        begin = self._near(near) if near > self.start else self.start
        for wall in rrule(dtstart=begin, until=_END, **self._options()):
            if wall >= self.start:
                yield wall

    def _near(self, near: datetime) -> datetime:
        """A start of the same rule shortly before a moment: a whole number of its steps after the first."""
        if self.recurrence in "dw":
            step = timedelta(days=1 if self.recurrence == "d" else 7)
            return self.start + max(0, (near - self.start) // step) * step
        every = _MONTHS[self.recurrence]
        months = (near.year - self.start.year) * 12 + near.month - self.start.month
        months = max(0, months // every - 1) * every
        if not months:
            return self.start
        year, month = divmod(self.start.year * 12 + self.start.month - 1 + months, 12)
        return self.start.replace(year=year, month=month + 1, day=1)

    def _options(self) -> dict[str, Any]:
        if self.recurrence == "d":
            return {"freq": DAILY}
        if self.recurrence == "w":
            return {"freq": WEEKLY}
        options: dict[str, Any] = {"freq": MONTHLY, "interval": _MONTHS[self.recurrence]}
        if self.week and self.weekday:
            return {**options, "byweekday": _WEEKDAYS[self.weekday](WEEKS[self.week])}
        day = self.start.day
        # The last of the days up to the wanted one that the month has.
        return {**options, "bymonthday": tuple(range(min(day, 28), day + 1)), "bysetpos": -1}


# Input


def read_recurrence(value: object) -> str:
    """One of RECURRENCES; None reads as once. Raises FieldError."""
    if value is None:
        return ""
    if not isinstance(value, str) or value not in RECURRENCES:
        raise FieldError("Choose one of h, d, w, m, q, or nothing for once.")
    return value


def read_timezone(value: object) -> str:
    """The name of a zone; None and nothing read as UTC. Raises FieldError."""
    if value is None or value == "":
        return "UTC"
    if not zones.is_zone(value):
        raise FieldError("The time zone is not known: use a name such as Europe/Lisbon.")
    return str(value)


def read_weekday(value: object) -> int | None:
    """1 Monday to 7 Sunday, or None. Raises FieldError."""
    if value is None or value == "":
        return None
    if type(value) is not int or value not in _WEEKDAYS:
        raise FieldError("A weekday is a number from 1 (Monday) to 7 (Sunday).")
    return value


def read_week(value: object) -> str:
    """One of WEEKS, or nothing. Raises FieldError."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or value not in WEEKS:
        raise FieldError(f"Choose one of {', '.join(WEEKS)}.")
    return value


def read_moment(value: object) -> datetime:
    """A date and time, with or without an offset, to the second. Raises FieldError."""
    found = value
    if isinstance(value, str):
        text = value.strip()
        if len(text) <= 40 and len(text) > len("2030-01-01"):
            try:
                found = datetime.fromisoformat(text)
            except ValueError:
                found = None
    if not isinstance(found, datetime):
        raise FieldError("Enter a date and time, such as 2030-01-31T22:00:00.")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise FieldError(f"Enter a date from {FIRST_YEAR} to {LAST_YEAR}.")
    return found.replace(microsecond=0)


def start_of(moment: datetime, timezone: str) -> datetime:
    """The local time of a moment; one without an offset is local already."""
    return zones.local(moment, timezone) if moment.tzinfo else moment


def rule_of(start: tuple[date, time], given: Mapping[str, Any]) -> Rule:
    """The rule that the fields of a schedule make."""
    by_weekday = bool(given.get("run_on_day_of_week"))
    return Rule(
        start=datetime.combine(*start),
        timezone=str(given["timezone"]),
        recurrence=str(given["recurrence"]),
        weekday=given.get("scheduled_day_of_week") if by_weekday else None,
        week=str(given.get("week_index") or "") if by_weekday else "",
    )


def faults(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with the fields of a schedule together, by field."""
    wrong: dict[str, list[str]] = {}
    if given["run_on_day_of_week"]:
        if given["recurrence"] not in _MONTHS:
            wrong["run_on_day_of_week"] = ["Only monthly and quarterly schedules run on a weekday of the month."]
        if given["scheduled_day_of_week"] is None:
            wrong["scheduled_day_of_week"] = ["Choose a weekday: 1 is Monday, 7 Sunday."]
        if not given["week_index"]:
            wrong["week_index"] = [f"Choose one of {', '.join(WEEKS)}."]
    return wrong


def wanted_part(given: Any, settings: Mapping[str, Any]) -> dict[str, bool]:
    """Which part of the target a scheduled scan looks at: as the target's settings for scheduled scans say, or as the
    schedule does where it overrides them. Sequences are the target's alone."""
    if given.override_target_settings:
        incremental = given.partial_scan and given.incremental
        reduced = given.partial_scan and given.reduced_scope
    else:
        incremental = bool(settings.get("schedule_incremental"))
        reduced = bool(settings.get("schedule_reduced_scope"))
    by_sequence = bool(settings.get("schedule_crawl_sequences_only"))
    return {"incremental": incremental, "reduced_scope": reduced, "crawl_sequences_only": by_sequence}
