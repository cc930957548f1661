"""Scans as their target shows them, with their live parts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.api.probely.schemas.small import CodedErrorSchema, FrameworkSchema, ProfileReference
from vedette.server.scans.rules import STATUSES


class CrawlerSchema(serializers.Serializer[Any]):
    """The crawler or the scanner at work; `status` is done and total."""

    state = serializers.CharField()
    status = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    warning = CodedErrorSchema(many=True)
    error = CodedErrorSchema(many=True)
    full_status = serializers.DictField(allow_null=True)


class FingerprinterSchema(serializers.Serializer[Any]):
    """What recognises technologies at work."""

    state = serializers.CharField()
    count = serializers.IntegerField()
    warning = serializers.ListField(child=serializers.CharField())
    error = serializers.ListField(child=serializers.CharField())


class SimpleScanSchema(serializers.Serializer[Any]):
    """A scan that is over."""

    id = serializers.CharField(read_only=True)
    status = serializers.ChoiceField(choices=STATUSES, read_only=True)
    started = serializers.DateTimeField(read_only=True, allow_null=True)
    completed = serializers.DateTimeField(read_only=True, allow_null=True)
    scan_profile = ProfileReference(read_only=True)
    lows = serializers.IntegerField(read_only=True)
    mediums = serializers.IntegerField(read_only=True)
    highs = serializers.IntegerField(read_only=True)
    criticals = serializers.IntegerField(read_only=True)
    created = serializers.DateTimeField(read_only=True)


class RunningScanSchema(SimpleScanSchema):
    """A scan under way."""

    crawler = CrawlerSchema(read_only=True)
    fingerprinter = FingerprinterSchema(read_only=True)
    scanner = CrawlerSchema(read_only=True)
    stack = FrameworkSchema(many=True, read_only=True)
