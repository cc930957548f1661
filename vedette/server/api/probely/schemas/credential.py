"""Stored credentials."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.api.probely.schemas.small import TeamReference, UserSchema


class CredentialSchema(serializers.Serializer[Any]):
    """A secret under a name. Its `uri` may stand wherever a target's settings hold a secret."""

    id = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=255)
    value = serializers.CharField(required=False, allow_null=True, trim_whitespace=False, max_length=8192)
    is_sensitive = serializers.BooleanField(required=False)
    description = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    team = TeamReference(required=False, allow_null=True)
    uri = serializers.CharField(read_only=True)
    changed = serializers.DateTimeField(read_only=True)
    changed_by = UserSchema(read_only=True)
