"""Schedules, and blackout periods."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from vedette.server.api.probely.schemas.blackout import BlackoutField
from vedette.server.api.probely.schemas.small import ProfileReference, Reference, UserSchema


@extend_schema_field(OpenApiTypes.DATETIME)
class LocalMoment(serializers.CharField):
    """A date and time that is local to the schedule's zone when it has no offset, and so not read before that is."""


def _flag() -> serializers.BooleanField:
    return serializers.BooleanField(required=False, allow_null=True)


def _word(**more: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_null=True, allow_blank=True, **more)


class BriefScheduleSchema(serializers.Serializer[Any]):
    """A schedule as its target shows it. `recurrence` is h, d, w, m, q or nothing for once; weekdays are 1 Monday to 7
    Sunday; `week_index` is first, second, third, fourth or last. `enabled` and `notice` say whether it acts, and why it
    did not."""

    id = serializers.CharField(read_only=True)
    date_time = LocalMoment()
    recurrence = _word()
    timezone = _word(max_length=64)
    run_on_day_of_week = _flag()
    scheduled_day_of_week = serializers.IntegerField(required=False, allow_null=True)
    week_index = _word()
    partial_scan = _flag()
    override_target_settings = _flag()
    incremental = _flag()
    reduced_scope = _flag()
    scan_profile = ProfileReference(required=False, allow_null=True)
    unlimited = serializers.BooleanField(read_only=True)
    blackout_period = BlackoutField(read_only=True, allow_null=True)
    enabled = serializers.BooleanField(read_only=True)
    notice = serializers.CharField(read_only=True)
    changed = serializers.DateTimeField(read_only=True)
    changed_by = UserSchema(read_only=True)


class SchedulesSchema(serializers.Serializer[Any]):
    """Which schedules are meant."""

    scheduledscans = serializers.ListField(child=Reference(), allow_empty=False, max_length=1000)
