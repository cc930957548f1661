"""Ids, moments and levels."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vedette.server.kernel import ids
from vedette.server.tenancy.models import User

DATE_FORMAT = "dd/MM/yyyy"
"""The format of dates that are written as people read them, in the vendor's notation."""
_DAY, _MINUTE = "%d/%m/%Y", "%d/%m/%Y %I:%M %p"
_NAMES = uuid.UUID("6f1d1b52-6a0e-5b6f-9c0f-3a4de0a5f1c7")


def uid(kind: str, public_id: str) -> str:
    """The UUID of a thing."""
    return ids.as_uuid(kind, public_id)


def named_uid(name: str) -> str:
    """The UUID of what has a name in place of an id, such as built-in profiles."""
    return str(uuid.uuid5(_NAMES, name))


def moment(at: datetime | None) -> str | None:
    """ISO 8601 with seven digits of fraction and an offset: `2026-03-01T10:00:00.0000000+00:00`."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0+00:00")


def day(at: datetime | None, zone: str) -> str | None:
    """The date as people of this time zone read it."""
    return None if at is None else at.astimezone(_zone(zone)).strftime(_DAY)


def minute(at: datetime | None, zone: str) -> str | None:
    """Date and time as people of this time zone read them."""
    return None if at is None else at.astimezone(_zone(zone)).strftime(_MINUTE)


def duration(seconds: float) -> str:
    """`hh:mm:ss.fffffff`."""
    length = timedelta(seconds=max(0.0, seconds))
    minutes, rest = divmod(length.days * 86_400 + length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}.{length.microseconds:06}0"


def zone_of(person: User | None) -> str:
    """The time zone of a person, UTC for nobody."""
    return person.timezone if person is not None and person.timezone else "UTC"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
