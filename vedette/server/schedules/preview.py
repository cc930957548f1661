"""The coming runs of a rule as people see them: in several zones, with clock changes and blackout periods. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vedette.server.kernel import zones
from vedette.server.schedules.rules import Rule
from vedette.server.targets import blackouts
from vedette.server.targets.blackouts import Period

TARGET, ORGANISATION = "target", "organisation"
OFFSET = "offset"
"""What a run says of the clocks when they were put forward or back since the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One coming run. `at` is its moment; `local` and `mine` what the clocks of the schedule's zone and the reader's
    show then. `change` says what clocks do: `missing` (its time is jumped over; it runs right after), `repeated` (its
    time comes twice; it runs the first time), `offset` (they were changed since the run before), or nothing.

    `starts_at` is when its scan may begin; later than `at` while blackout periods (`held_by`: `target`,
    `organisation`) are open, and None when they leave no time for two weeks. `long` says that it waits for more than a
    day. `overtaken` says that the next run comes before this one begins, and so will be left out.
    """

    at: datetime
    local: datetime
    mine: datetime
    change: str = ""
    starts_at: datetime | None = None
    held_by: tuple[str, ...] = ()
    long: bool = False
    overtaken: bool = False


def runs(
    rule: Rule,
    *,
    now: datetime,
    count: int,
    mine: str = "UTC",
    target: Sequence[Period] = (),
    organisation: Sequence[Period] = (),
) -> list[Run]:
    """The next runs after a moment, `count` at most."""
    found: list[Run] = []
    offset: timedelta | None = None
    moments = rule.after(now)
    coming = [moment for moment, _ in zip(moments, range(count + 1), strict=False)]
    for place, moment in enumerate(coming[:count]):
        place_now = moment.at.astimezone(zones.zone(rule.timezone)).utcoffset()
        moved = offset is not None and place_now != offset
        offset = place_now
        starts = blackouts.over_at((*target, *organisation), moment.at)
        following = coming[place + 1].at if place + 1 < len(coming) else None
        held = [name for name, periods in ((TARGET, target), (ORGANISATION, organisation)) if _open(periods, moment.at)]
        found.append(
            Run(
                at=moment.at,
                local=zones.local(moment.at, rule.timezone),
                mine=zones.local(moment.at, mine),
                change=moment.change or (OFFSET if moved else ""),
                starts_at=starts,
                held_by=tuple(held),
                long=starts is None or starts - moment.at > blackouts.LONG,
                overtaken=following is not None and (starts is None or starts >= following),
            )
        )
    return found


def _open(periods: Sequence[Period], at: datetime) -> bool:
    return blackouts.is_open(periods, at)
