"""Connectors to services that hold zones of names."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ConnectorSchema(serializers.Serializer[Any]):
    """What all of them tell. The permissions are those that the credentials were seen to have when last asked."""

    enabled = serializers.BooleanField(required=False)
    has_list_zones_permission = serializers.BooleanField(read_only=True)
    has_list_records_permission = serializers.BooleanField(read_only=True)
    last_error = serializers.CharField(read_only=True)
    last_refresh = serializers.DateTimeField(read_only=True, allow_null=True)


class AwsSchema(ConnectorSchema):
    """An AWS account: a user that may list its hosted zones."""

    access_key = serializers.CharField(required=False, allow_blank=True, max_length=255)
    secret_key = serializers.CharField(required=False, allow_blank=True, max_length=255)


class CloudflareSchema(ConnectorSchema):
    """A Cloudflare account: a token that may read zones."""

    token = serializers.CharField(required=False, allow_blank=True, max_length=255)
    token_name = serializers.CharField(required=False, allow_blank=True, max_length=255)
