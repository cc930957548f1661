"""What a site is made of beside its settings: an API's description, sequences, log-out detectors, reduced scopes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.contract.job import DESCRIPTION_KINDS, DETECTOR_KINDS
from vedette.server.api.probely.schemas.small import Included, NameValueSchema


def _text() -> serializers.CharField:
    return serializers.CharField(required=False, allow_null=True, allow_blank=True, trim_whitespace=False)


class ApiScanSettingsSchema(serializers.Serializer[Any]):
    """What is said of an API: where its description is, values of its parameters, its log-in."""

    api_schema_type = serializers.ChoiceField(
        choices=DESCRIPTION_KINDS, required=False, allow_null=True, allow_blank=True
    )
    api_schema_url = _text()
    api_schema_file = serializers.CharField(read_only=True, allow_null=True)
    custom_api_parameters = NameValueSchema(many=True, required=False, allow_null=True)
    media_type = _text()
    api_login_enabled = serializers.BooleanField(required=False, allow_null=True)
    api_login_url = _text()
    api_login_payload = _text()
    api_login_token_field = _text()
    token_prefix = _text()
    token_parameter_name = _text()
    token_parameter_location = _text()


class OtpCodeSchema(serializers.Serializer[Any]):
    """A one-time code, under either name that clients use."""

    otp = serializers.CharField(required=False, allow_blank=True, max_length=20)
    otp_code = serializers.CharField(required=False, allow_blank=True, max_length=20)


class OtpUrlSchema(serializers.Serializer[Any]):
    """Where one-time codes are handed in."""

    otp_url = serializers.CharField()


class OtpResetSchema(serializers.Serializer[Any]):
    """The new address."""

    detail = OtpUrlSchema()


class LoginCheckSchema(serializers.Serializer[Any]):
    """What came of a log-in that was tried."""

    status = serializers.ChoiceField(choices=("success", "failed", "in_progress"))
    detail = serializers.CharField()
    url = serializers.CharField()


class UploadSchema(serializers.Serializer[Any]):
    """The file of a description."""

    file = serializers.FileField()


class MappingSchema(NameValueSchema):
    """What stands for a placeholder in recorded steps."""

    value_is_sensitive = serializers.BooleanField(required=False, default=False)


class SequenceSchema(serializers.Serializer[Any]):
    """Recorded steps: to a session, or to pages that are to be crawled."""

    id = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=255)
    type = serializers.CharField()
    requires_authentication = serializers.BooleanField(required=False, allow_null=True)
    enabled = serializers.BooleanField(required=False, allow_null=True)
    index = serializers.IntegerField(required=False, allow_null=True)
    content: Any = serializers.JSONField(required=False)
    custom_field_mappings = MappingSchema(many=True, required=False, allow_null=True)
    target = Included()


class OrderSchema(serializers.Serializer[Any]):
    """The place of a sequence among those of its target, from 0."""

    index = serializers.IntegerField(min_value=0)


class DetectorSchema(serializers.Serializer[Any]):
    """A sign that nobody is logged in any more."""

    id = serializers.CharField(read_only=True)
    type = serializers.ChoiceField(choices=DETECTOR_KINDS)
    value = serializers.CharField(max_length=2048)


class ReducedScopeSchema(serializers.Serializer[Any]):
    """An address to which scans of a part of the target are narrowed."""

    id = serializers.CharField(read_only=True)
    url = serializers.CharField(max_length=2048)
    enabled = serializers.BooleanField(required=False)
