"""Schedules and their coming runs in plain words, for pages and terminals. Pure."""

from __future__ import annotations

from datetime import datetime

from vedette.server.kernel import zones
from vedette.server.schedules.preview import OFFSET, ORGANISATION, TARGET, Run
from vedette.server.schedules.rules import Rule

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = {"m": "Every month", "q": "Every three months"}
_CHANGES = {
    zones.MISSING: "The clocks jump over this time: it runs right after.",
    zones.REPEATED: "The clocks show this time twice: it runs the first time.",
    OFFSET: "The clocks were changed since the run before.",
}
_HOLDERS = {TARGET: "the target", ORGANISATION: "the organisation"}


def when(rule: Rule) -> str:
    """What a rule says, as in `Every month on the last Friday at 22:00, Europe/Lisbon`."""
    clock = f"{rule.start:%H:%M:%S}".removesuffix(":00")
    if rule.recurrence == "":
        return f"Once, on {rule.start:%Y-%m-%d} at {clock}, {rule.timezone}"
    if rule.recurrence == "h":
        return f"Every hour from {rule.start:%Y-%m-%d} {clock} on, {rule.timezone}"
    return f"{_days(rule)} at {clock}, {rule.timezone}"


def _days(rule: Rule) -> str:
    if rule.recurrence == "d":
        return "Every day"
    if rule.recurrence == "w":
        return f"Every {WEEKDAYS[rule.start.weekday()]}"
    month = _MONTHS[rule.recurrence]
    if rule.week and rule.weekday:
        return f"{month} on the {rule.week} {WEEKDAYS[rule.weekday - 1]}"
    shorter = ", or the last day of a shorter month," if rule.start.day > 28 else ""
    return f"{month} on the {_ordinal(rule.start.day)}{shorter}"


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def remarks(run: Run, zone: str) -> list[str]:
    """What is to be known of a coming run, a sentence each; its times on the clocks of a zone."""
    found = [_CHANGES[run.change]] if run.change else []
    if run.held_by:
        whose = " and ".join(_HOLDERS[one] for one in run.held_by)
        found.append(f"Falls into the blackout period of {whose}: {_start(run.starts_at, zone)}")
    if run.long and run.starts_at is not None:
        found.append("It waits for more than a day.")
    if run.overtaken:
        found.append("The next run comes before it could begin, and is left out.")
    return found


def _start(at: datetime | None, zone: str) -> str:
    if at is None:
        return "no time is left for two weeks."
    return f"its scan begins at {zones.local(at, zone):%Y-%m-%d %H:%M}, {zone}."
