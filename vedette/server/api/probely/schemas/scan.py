"""Scans, and what starts and steers them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.api.probely.schemas.scan_brief import RunningScanSchema
from vedette.server.api.probely.schemas.small import CodedErrorSchema, ProfileReference, Reference, UserSchema
from vedette.server.api.probely.schemas.target import SimpleTargetSchema, SiteBaseSchema


class TargetOptionsSchema(serializers.Serializer[Any]):
    """The settings of the target that were frozen when the scan began."""

    site = SiteBaseSchema()
    has_assets = serializers.BooleanField()
    scanning_agent = serializers.DictField(allow_null=True)


class ScanSchema(RunningScanSchema):
    """A scan. Only `user_data` can be changed."""

    target = SimpleTargetSchema(read_only=True)
    target_options = TargetOptionsSchema(read_only=True)
    unlimited = serializers.BooleanField(read_only=True)
    has_sequence_navigation = serializers.BooleanField(read_only=True)
    incremental = serializers.BooleanField(read_only=True)
    reduced_scope = serializers.BooleanField(read_only=True)
    crawl_sequences_only = serializers.BooleanField(read_only=True)
    ignore_blackout_period = serializers.BooleanField(read_only=True)
    user_data = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, trim_whitespace=False, max_length=65_536
    )
    changed = serializers.DateTimeField(read_only=True)
    changed_by = UserSchema(read_only=True)
    created_by = UserSchema(read_only=True)
    scheduled = serializers.BooleanField(read_only=True)
    warnings = CodedErrorSchema(many=True, read_only=True)
    runtime = serializers.FloatField(read_only=True)
    login_video = serializers.CharField(read_only=True, allow_null=True)


class StartSchema(serializers.Serializer[Any]):
    """How to start a scan; everything may be left out."""

    ignore_blackout_period = serializers.BooleanField(required=False, default=False)
    scan_profile = ProfileReference(required=False, allow_null=True)
    reduced_scopes = serializers.ListField(child=serializers.DictField(), required=False, allow_null=True)


class BulkStartSchema(StartSchema):
    """Which targets to scan, and how: as for one, at the top or under `overrides`."""

    targets = serializers.ListField(child=Reference(), allow_empty=False, max_length=1000)
    overrides = StartSchema(required=False, allow_null=True)


class ResumeSchema(serializers.Serializer[Any]):
    """How to resume a scan."""

    ignore_blackout_period = serializers.BooleanField(required=False, allow_null=True, default=None)


class BulkScanSchema(serializers.Serializer[Any]):
    """Which scans are meant; `overrides` matter when they are resumed."""

    scans = serializers.ListField(child=Reference(), allow_empty=False, max_length=1000)
    overrides = ResumeSchema(required=False, allow_null=True)


class WarningSchema(serializers.Serializer[Any]):
    """A kind of warning that a scan may give."""

    id = serializers.CharField()
    name = serializers.CharField()


class PageNumberSchema(serializers.Serializer[Any]):
    """The number of a page."""

    page = serializers.IntegerField()
