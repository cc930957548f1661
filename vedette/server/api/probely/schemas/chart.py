"""Charts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field({"type": "array", "items": {"type": "array", "items": {}, "minItems": 2, "maxItems": 2}})
class PointsField(serializers.Field[Any, Any, Any, Any]):
    """Pairs of a moment, or a name, and a number."""


@extend_schema_field({"type": "array", "items": {"type": "array", "items": {}, "minItems": 3, "maxItems": 3}})
class SlicesField(serializers.Field[Any, Any, Any, Any]):
    """Triples of a label, a count and a code."""


class _FrameSchema(serializers.Serializer[Any]):
    start = serializers.DateTimeField()
    stop = serializers.DateTimeField()
    step = serializers.IntegerField(help_text="Seconds.")


class RiskTrendSchema(_FrameSchema):
    """Risk at the end of each day."""

    results = PointsField()


class SeverityTrendSchema(_FrameSchema):
    """Open findings at the end of each day, by severity."""

    results = serializers.DictField(child=PointsField())


class FixedPendingSchema(serializers.Serializer[Any]):
    """Two lines."""

    fixed = PointsField()
    pending = PointsField()


class FixedTrendSchema(_FrameSchema):
    """What was fixed on each day, and what was open at its end."""

    results = FixedPendingSchema()


class FixTimeSchema(serializers.Serializer[Any]):
    """Days until fixed, on average, by vulnerability."""

    results = serializers.DictField(child=serializers.FloatField())


class CommonestSchema(serializers.Serializer[Any]):
    """Vulnerabilities with the number of open findings."""

    results = PointsField()


class PieSchema(serializers.Serializer[Any]):
    """Targets by risk: label, count, and the risk's number."""

    results = SlicesField()


class WorstTargetSchema(serializers.Serializer[Any]):
    """A target that needs attention."""

    id = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    criticals = serializers.IntegerField()
    highs = serializers.IntegerField()
    mediums = serializers.IntegerField()
    lows = serializers.IntegerField()
