"""Schedules with their targets, and what is done to several."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.api.probely.schemas.schedule import BriefScheduleSchema, SchedulesSchema
from vedette.server.api.probely.schemas.small import Reference
from vedette.server.api.probely.schemas.target import SimpleTargetSchema


class ScheduleSchema(BriefScheduleSchema):
    """A schedule."""

    target = SimpleTargetSchema(read_only=True)


class BulkScheduleSchema(serializers.Serializer[Any]):
    """The targets to be scanned by themselves, and when."""

    targets = serializers.ListField(child=Reference(), allow_empty=False, max_length=1000)
    scheduledscan = ScheduleSchema()


class BulkScheduleChangeSchema(SchedulesSchema):
    """The same change to several schedules."""

    scheduledscan = ScheduleSchema()
