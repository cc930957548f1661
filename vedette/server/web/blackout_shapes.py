"""Blackout periods in plain sentences, and until when one holds a scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vedette.server.kernel import clock
from vedette.server.scans.models import Scan
from vedette.server.schedules.wording import WEEKDAYS
from vedette.server.targets import blackouts
from vedette.server.targets.models import BlackoutPeriod, Target
from vedette.server.targets.services import blackouts as services

_EFFECT = "no scan starts, and running ones pause"


def sentence(row: BlackoutPeriod | None) -> str:
    """What a period means; empty without one."""
    if row is None:
        return ""
    text = f"{days(row.weekdays)} {_hours(row)}, {row.timezone}: {_EFFECT}."
    return text if row.enabled else f"Switched off, so nothing is held: {text[:1].lower()}{text[1:]}"


def days(numbers: Sequence[int]) -> str:
    """The weekdays (1 Monday) as people say them."""
    found = sorted(numbers)
    if not found:
        return "On no day"
    if len(found) == len(WEEKDAYS):
        return "Every day"
    names = [WEEKDAYS[number - 1] for number in found]
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"Every {names[0]} to {names[-1]}"
    return f"Every {' and '.join([', '.join(names[:-1]), names[-1]] if len(names) > 1 else names)}"


def _hours(row: BlackoutPeriod) -> str:
    begin, cease = (f"{at:%H:%M:%S}".removesuffix(":00") for at in (row.begin, row.cease))
    if begin == cease == "00:00":
        return "all day"
    return f"from {begin} to {cease}{'' if row.cease > row.begin else ' the next day'}"


def wait(scan: Scan) -> dict[str, datetime | None] | None:
    """Since when and until when a scan is held by blackout periods; None for one that is not. No end means that they
    leave no time for two weeks."""
    if scan.blackout_since is None:
        return None
    until = blackouts.over_at(services.in_force(scan.target), clock.now())
    return {"since": scan.blackout_since, "until": until}


def sentences(target: Target) -> list[str]:
    """What the enabled periods of a target and of its organisation mean."""
    own, whole = services.of_target(target), services.of_organisation(target.organisation)
    return [sentence(row) for row in (own, whole) if row is not None and row.enabled]
