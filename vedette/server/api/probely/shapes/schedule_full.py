"""Schedules with their targets."""

from __future__ import annotations

from vedette.server.api.probely.shapes import schedule, target
from vedette.server.api.probely.shapes.small import Json, moment
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.queries import Coming


def full(row: Schedule) -> Json:
    """A schedule as `/scheduledscans/` shows it."""
    return {**schedule.brief(row, row.target), "target": target.simple(row.target)}


def coming(run: Coming) -> Json:
    """A run that is to come: its schedule, with the moment of this run."""
    return {**full(run.schedule), "date_time": moment(run.at)}
