"""Blackout periods."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from vedette.server.api.probely.schemas.small import UserSchema


class BlackoutSchema(serializers.Serializer[Any]):
    """A daily window of local time in which nothing is scanned. Weekdays (1 Monday to 7 Sunday) are those on which it
    begins; one that ends at or before its begin ends on the day after."""

    begin = serializers.TimeField()
    cease = serializers.TimeField()
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), required=False)
    enabled = serializers.BooleanField(required=False)
    timezone = serializers.CharField(required=False, max_length=64)
    changed = serializers.DateTimeField(read_only=True)
    changed_by = UserSchema(read_only=True)


@extend_schema_field(BlackoutSchema)
class BlackoutField(serializers.DictField):
    """A period as it comes; what is wrong with it is said by the rule that reads it."""
