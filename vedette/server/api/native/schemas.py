"""Input and answers, checked and declared for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.schedules.queries import MAX_PREVIEW


class ReaderSchema(serializers.Serializer[Any]):
    """How many runs are wanted, and in which zone the reader lives."""

    count = serializers.IntegerField(required=False, default=10, min_value=1, max_value=MAX_PREVIEW)
    reader_timezone = serializers.CharField(required=False, allow_blank=True, default="", max_length=64)


class RuleSchema(ReaderSchema):
    """The rule of a schedule. `date_time` without an offset is local to `timezone`; `recurrence` is h, d, w, m, q or
    nothing for once."""

    target = serializers.CharField(required=False, allow_null=True, default=None)
    date_time = serializers.CharField()
    recurrence = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    timezone = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    run_on_day_of_week = serializers.BooleanField(required=False, allow_null=True)
    scheduled_day_of_week = serializers.IntegerField(required=False, allow_null=True)
    week_index = serializers.CharField(required=False, allow_blank=True, allow_null=True)


class RunSchema(serializers.Serializer[Any]):
    """One coming run."""

    at = serializers.DateTimeField()
    local = serializers.CharField()
    reader = serializers.CharField()
    clock_change = serializers.ChoiceField(choices=("missing", "repeated", "offset"), allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    held_by = serializers.ListField(child=serializers.ChoiceField(choices=("target", "organisation")))
    long = serializers.BooleanField()
    overtaken = serializers.BooleanField()


class PreviewSchema(serializers.Serializer[Any]):
    """The coming runs of a rule, and the zones in which they are told."""

    timezone = serializers.CharField()
    reader_timezone = serializers.CharField()
    runs = RunSchema(many=True)


class ErrorSchema(serializers.Serializer[Any]):
    """What went wrong, and with which input."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField()  # type: ignore[assignment]
