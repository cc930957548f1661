"""Discovery: status, assets and their history, sources, settings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.api.probely.schemas.account import DomainSchema, NamedSchema
from vedette.server.api.probely.schemas.scan import ScanSchema
from vedette.server.api.probely.schemas.small import (
    FrameworkSchema,
    LabelReference,
    UserReference,
    UserSchema,
)
from vedette.server.api.probely.schemas.target import SimpleTargetSchema, SiteSchema, TargetSchema
from vedette.server.discovery.rules import ARCHIVE_DAYS, LOG_KINDS, MAX_COMMENT, STATES, STATUSES, TYPES


class DiscoveryRunSchema(serializers.Serializer[Any]):
    """One look at what lies below a domain."""

    id = serializers.CharField()
    type = serializers.ChoiceField(choices=("regular", "scheduled"))
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    status = serializers.ChoiceField(choices=STATUSES)
    domain_then = DomainSchema()


class DiscoveryStatusSchema(serializers.Serializer[Any]):
    """How discovery stands."""

    running_scans_count = serializers.IntegerField()
    last_complete_scan = DiscoveryRunSchema(allow_null=True)
    next_scheduled_scan_at = serializers.DateTimeField(allow_null=True)


class DiscoverySettingsSchema(serializers.Serializer[Any]):
    """How long assets are kept in sight that are not seen any more."""

    archive_discovery_asset_enabled = serializers.BooleanField(required=False)
    archive_discovery_asset_after = serializers.IntegerField(
        required=False, min_value=ARCHIVE_DAYS[0], max_value=ARCHIVE_DAYS[1]
    )


class DiscoverySourcesSchema(serializers.Serializer[Any]):
    """All sources at once."""

    results = NamedSchema(many=True)


class DiscoveryStatsSchema(serializers.Serializer[Any]):
    """Counters over the assets that are neither hidden nor archived."""

    discovery_assets_count = serializers.IntegerField()
    new_state_discovery_assets_count = serializers.IntegerField()
    scanned_discovery_assets_percentage = serializers.IntegerField()
    high_risk_discovery_assets_percentage = serializers.IntegerField()
    low_score_discovery_assets_percentage = serializers.IntegerField()


class DiscoveryAssetSchema(serializers.Serializer[Any]):
    """A web service that was found. State, owners, comment and labels can be changed."""

    id = serializers.CharField(read_only=True)
    account = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    url = serializers.CharField(read_only=True)
    type = serializers.ChoiceField(choices=TYPES, read_only=True)
    last_seen = serializers.DateTimeField(read_only=True)
    first_seen = serializers.DateTimeField(read_only=True)
    sources = NamedSchema(many=True, read_only=True)
    technologies = FrameworkSchema(many=True, read_only=True)
    authorities = serializers.ListField(child=serializers.CharField(), read_only=True)
    risk = serializers.IntegerField(read_only=True, allow_null=True)
    score = serializers.CharField(read_only=True)
    security_headers_url = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(choices=STATES, required=False)
    screenshot = serializers.CharField(read_only=True, allow_null=True)
    target = SimpleTargetSchema(read_only=True, allow_null=True)
    owners = serializers.ListField(child=UserReference(), required=False, max_length=50)
    comment = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=MAX_COMMENT)
    labels = serializers.ListField(child=LabelReference(), required=False, max_length=100)
    redirect_from = serializers.CharField(read_only=True, allow_null=True)
    redirect_to = serializers.CharField(read_only=True)
    api_schema_file = serializers.CharField(read_only=True, allow_null=True)


class AssetLogSchema(serializers.Serializer[Any]):
    """A line of an asset's history."""

    id = serializers.CharField()
    event_type = serializers.ChoiceField(choices=LOG_KINDS)
    message = serializers.CharField()
    created = serializers.DateTimeField()
    user = UserSchema()
    scan = serializers.CharField(allow_null=True)
    before = serializers.DictField()
    after = serializers.DictField()


class AssetSiteSchema(SiteSchema):
    """A site whose address is the asset's unless another one within it is given."""

    url = serializers.CharField(required=False)


class AssetTargetSchema(TargetSchema):
    """A target to be made of an asset: nothing is needed."""

    site = AssetSiteSchema(required=False)


class CreateTargetSchema(serializers.Serializer[Any]):
    """What to make of an asset."""

    is_create_and_scan = serializers.BooleanField(required=False, default=False)
    target = AssetTargetSchema(required=False)


class CreatedTargetSchema(serializers.Serializer[Any]):
    """What was made of it. `scan_refused` says why no scan started, if one was wanted."""

    target = TargetSchema()
    scan = ScanSchema(allow_null=True)
    scan_refused = serializers.CharField()
