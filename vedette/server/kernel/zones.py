"""Local time: which zones there are, and what a clock on a wall means where clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import TZPATH, ZoneInfo, available_timezones

import tzdata

MAX_NAME = 64
_NO_PLACES = frozenset({"localtime", "Factory", "posixrules"})
"""Files beside the zones that name no place: what they mean differs from one machine to the next."""
PLAIN, MISSING, REPEATED = "", "missing", "repeated"
_SECOND = timedelta(seconds=1)


class Instant(NamedTuple):
    """A moment in UTC, and what its local time was: `missing` when clocks jumped over it, `repeated` when it came
    twice, else empty."""

    at: datetime
    change: str = PLAIN


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """The names of all zones, as the database of zones writes them."""
    return frozenset(name for name in available_timezones() - _NO_PLACES if len(name) <= MAX_NAME)


def is_zone(name: object) -> bool:
    """Whether there is a zone of exactly this name."""
    return isinstance(name, str) and name in names()


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the database of zones in use; empty when it does not tell."""
    for place in TZPATH:
        path = Path(place, "tzdata.zi")
        if path.is_file():
            with path.open(encoding="ascii", errors="replace") as file:
                return file.readline().removeprefix("# version").strip()[:16]
    return str(tzdata.IANA_VERSION)


@lru_cache(maxsize=700)
def zone(name: str) -> ZoneInfo:
    """The zone of a name that is known to be one. A name that a later database dropped reads as UTC."""
    return ZoneInfo(name if is_zone(name) else "UTC")


def local(at: datetime, name: str) -> datetime:
    """What the clocks of a zone show at a moment, without the zone."""
    return at.astimezone(zone(name)).replace(tzinfo=None)


def instant(wall: datetime, name: str, *, later: bool = False) -> Instant:
    """The moment at which the clocks of a zone show this time (without zone): the first one when they show it twice,
    or the later one when asked for; the first valid one after it when they never do."""
    place = zone(name)
    first = wall.replace(tzinfo=place, fold=0)
    second = wall.replace(tzinfo=place, fold=1)
    if first.utcoffset() == second.utcoffset():
        return Instant(first.astimezone(UTC))
    early, late = sorted((first.astimezone(UTC), second.astimezone(UTC)))
    if late.astimezone(place).replace(tzinfo=None) == wall:
        return Instant(late if later else early, REPEATED)
    return Instant(_change_between(early, late, place), MISSING)


def _change_between(early: datetime, late: datetime, place: ZoneInfo) -> datetime:
    """The moment, to the second, at which the clocks jump; `early` is before it and `late` after it."""
    before = early.astimezone(place).utcoffset()
    low, high = early.replace(microsecond=0), late
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
