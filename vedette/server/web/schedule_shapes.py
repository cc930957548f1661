"""Schedules as lists, their own page and previews show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vedette.server.kernel import zones
from vedette.server.schedules import queries, rules, wording
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.preview import Run
from vedette.server.schedules.rules import Rule
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.web import actions, scan_filters

PARTS = {
    "": "As the target's settings say",
    "whole": "Everything",
    "incremental": "Only what is new or changed",
    "reduced": "Only the target's chosen addresses",
    "both": "What is new or changed among the target's chosen addresses",
}


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A schedule in a list. `local` is its next run on the clocks of its own zone."""

    schedule: Schedule
    when: str
    state: str
    local: datetime | None
    profile: str
    part: str
    may: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Coming runs, each with its remarks. `note` says what the preview leaves out."""

    zone: str
    mine: str
    runs: list[tuple[Run, list[str]]]
    note: str = ""


def state(row: Schedule) -> str:
    """A key of `labels.SCHEDULE_STATES`."""
    if row.next_at is None:
        return "over"
    if row.enabled:
        return "on"
    return "stopped" if row.failures >= rules.MAX_FAILURES else "off"


def part(row: Schedule) -> str:
    """A key of PARTS."""
    if not row.override_target_settings:
        return ""
    incremental, reduced = row.partial_scan and row.incremental, row.partial_scan and row.reduced_scope
    if incremental and reduced:
        return "both"
    return "incremental" if incremental else "reduced" if reduced else "whole"


def rows(actor: Actor, found: Iterable[Schedule]) -> list[ScheduleRow]:
    """Schedules with what they say, and whether the actor may change them."""
    names = dict(scan_filters.profiles(actor))
    return [
        ScheduleRow(
            schedule=row,
            when=wording.when(queries.rule_of(row)),
            state=state(row),
            local=zones.local(row.next_at, row.timezone) if row.next_at else None,
            profile=names.get(row.profile, row.profile),
            part=PARTS[part(row)],
            may=actions.may_start(actor, row.target),
        )
        for row in found
    ]


def of_target(actor: Actor, target: Target) -> list[ScheduleRow]:
    """The schedules of a target that have a run to come, the next one first."""
    wanted = queries.ScheduleFilter(targets=(target.public_id,))
    found = queries.filtered(queries.for_actor(actor, over=False), wanted)
    return rows(actor, queries.with_target(queries.ordered(found, "date_time")).prefetch_related("target__teams"))


def preview(actor: Actor, rule: Rule, targets: Sequence[Target]) -> Preview:
    """The next runs of a rule. With one target its blackout period is reckoned with; with several, only that of the
    organisation."""
    only = targets[0] if len(targets) == 1 else None
    mine = queries.reader_zone(actor)
    found = queries.preview(actor, rule, target=only)
    note = "" if only else "Blackout periods of single targets are not reckoned with here."
    return Preview(rule.timezone, mine, [(run, wording.remarks(run, rule.timezone)) for run in found], note)
