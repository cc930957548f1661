"""Targets and sites."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.api.probely.schemas.blackout import BlackoutField
from vedette.server.api.probely.schemas.extra_host import ExtraHostSchema
from vedette.server.api.probely.schemas.scan_brief import RunningScanSchema, SimpleScanSchema
from vedette.server.api.probely.schemas.schedule import BriefScheduleSchema
from vedette.server.api.probely.schemas.site_parts import ApiScanSettingsSchema
from vedette.server.api.probely.schemas.small import (
    FrameworkSchema,
    HeaderSchema,
    LabelReference,
    NameValueSchema,
    OwnershipSchema,
    ProfileReference,
    TeamReference,
    UserSchema,
)
from vedette.server.targets.rules import REPORT_FORMATS, REPORT_TYPES


class BasicAuthSchema(serializers.Serializer[Any]):
    """A name and a password."""

    username = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=255)
    password = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=255, trim_whitespace=False
    )


def _flag() -> serializers.BooleanField:
    return serializers.BooleanField(required=False, allow_null=True)


def _text(**limits: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_null=True, allow_blank=True, **limits)


class SiteBaseSchema(serializers.Serializer[Any]):
    """The settings of a site, as scans keep them too."""

    id = serializers.CharField(read_only=True)
    name = _text(max_length=255)
    desc = _text()
    url = serializers.CharField()
    host = serializers.CharField(read_only=True)
    has_form_login = _flag()
    form_login_url = _text()
    form_login_check_pattern = _text(max_length=255)
    form_login = NameValueSchema(many=True, required=False, allow_null=True)
    has_sequence_login = _flag()
    has_sequence_navigation = serializers.BooleanField(read_only=True)
    has_basic_auth = _flag()
    basic_auth = BasicAuthSchema(required=False, allow_null=True)
    headers = HeaderSchema(many=True, required=False, allow_null=True)
    cookies = HeaderSchema(many=True, required=False, allow_null=True)
    whitelist = serializers.ListField(child=serializers.CharField(), required=False, allow_null=True)
    blacklist = serializers.ListField(child=serializers.CharField(), required=False, allow_null=True)
    auth_enabled = _flag()
    logout_detection_enabled = _flag()
    logout_condition = _text()
    check_session_url = _text()
    has_otp = _flag()
    otp_secret = _text()
    otp_algorithm = _text()
    otp_digits = serializers.IntegerField(required=False, allow_null=True)
    otp_field = _text()
    otp_submit = _text()
    otp_login_sequence_totp_value = _text(max_length=8)
    otp_type = _text()
    otp_url = serializers.CharField(read_only=True)
    is_mtls_active = _flag()
    is_signature_active = _flag()
    is_mle_active = _flag()
    postman_authentication_enabled = _flag()
    postman_check_session_folder = _text()
    changed = serializers.DateTimeField(read_only=True)
    changed_by = UserSchema(read_only=True)


class SiteSchema(OwnershipSchema, SiteBaseSchema):
    """A site with what is known of its owner and its technologies."""

    stack = FrameworkSchema(many=True, read_only=True)
    api_scan_settings = ApiScanSettingsSchema(required=False, allow_null=True)


class AllowedProfileSchema(serializers.Serializer[Any]):
    """A scan profile in short."""

    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    builtin = serializers.BooleanField()


class TargetSchema(serializers.Serializer[Any]):
    """A target. `site.url` is all that is needed to add one."""

    id = serializers.CharField(read_only=True)
    site = SiteSchema()
    type = serializers.CharField(required=False)
    name = _text(max_length=255)
    desc = _text()
    lows = serializers.IntegerField(read_only=True)
    mediums = serializers.IntegerField(read_only=True)
    highs = serializers.IntegerField(read_only=True)
    criticals = serializers.IntegerField(read_only=True)
    risk = serializers.IntegerField(read_only=True, allow_null=True)
    last_scan = SimpleScanSchema(read_only=True, allow_null=True)
    running_scan = RunningScanSchema(read_only=True, allow_null=True)
    next_scan = BriefScheduleSchema(read_only=True, allow_null=True)
    assets = ExtraHostSchema(many=True, read_only=True)
    scan_profile = ProfileReference(required=False)
    allowed_scan_profiles = AllowedProfileSchema(many=True, read_only=True)
    unlimited = serializers.BooleanField(required=False)
    report_type = serializers.ChoiceField(choices=REPORT_TYPES, required=False)
    report_fileformat = serializers.ChoiceField(choices=REPORT_FORMATS, required=False)
    labels = serializers.ListField(child=LabelReference(), required=False)
    scanning_agent = serializers.DictField(required=False, allow_null=True)
    include_deduplicated_endpoints = _flag()
    teams = serializers.ListField(child=TeamReference(), required=False)
    blackout_period = BlackoutField(required=False, allow_null=True)
    fail_fast = _flag()
    login_video = serializers.CharField(read_only=True, allow_null=True)
    incremental = _flag()
    reduced_scope = _flag()
    crawl_sequences_only = _flag()
    schedule_incremental = _flag()
    schedule_reduced_scope = _flag()
    schedule_crawl_sequences_only = _flag()
    cancel_scan_on_nav_seq_failure = _flag()
    changed = serializers.DateTimeField(read_only=True)
    changed_by = UserSchema(read_only=True)


class NewTargetSchema(TargetSchema):
    """A target to be added; an API may bring its description along, or a Postman collection."""

    schema = serializers.JSONField(required=False, write_only=True)
    collection = serializers.JSONField(required=False, write_only=True)


class SiteChangeSchema(serializers.Serializer[Any]):
    """Fields of a site, read as those of a target's `site`: what is wrong stands under the same path."""

    site = SiteSchema()


class BulkTargetSchema(TargetSchema):
    """The same change to several targets."""

    ids = serializers.ListField(child=serializers.CharField(), allow_empty=False, max_length=1000)


class ImportedTargetSchema(serializers.Serializer[Any]):
    """A target that was added, and the number of its row."""

    row = serializers.IntegerField()
    id = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()


class ImportFaultSchema(serializers.Serializer[Any]):
    """What is wrong with a row."""

    row = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """With a field whose name the framework has for something else."""
        return {**super().get_fields(), "errors": serializers.DictField()}


class ImportedSchema(serializers.Serializer[Any]):
    """What came of a file of targets. Rows count from 1, the line with names of columns left out."""

    count = serializers.IntegerField()
    results = ImportedTargetSchema(many=True)

    def get_fields(self) -> dict[str, Any]:
        """With a field whose name the framework has for something else."""
        return {**super().get_fields(), "errors": ImportFaultSchema(many=True)}


class SimpleTargetSchema(serializers.Serializer[Any]):
    """A target as other objects show it."""

    id = serializers.CharField()
    name = serializers.CharField()
    site = SiteSchema()
    type = serializers.CharField()
    desc = serializers.CharField()
    labels = serializers.ListField(child=LabelReference())
    has_assets = serializers.BooleanField()
    report_fileformat = serializers.CharField()
    scanning_agent = serializers.DictField(allow_null=True)
    teams = serializers.ListField(child=TeamReference())
    blackout_period = BlackoutField(allow_null=True)
