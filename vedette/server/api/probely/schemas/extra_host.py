"""Extra hosts."""

from __future__ import annotations

from rest_framework import serializers

from vedette.server.api.probely.schemas.small import (
    FrameworkSchema,
    HeaderSchema,
    Included,
    OwnershipSchema,
    UserSchema,
)


class ExtraHostSchema(OwnershipSchema):
    """Another host that belongs to a target."""

    id = serializers.CharField(read_only=True)
    account = serializers.CharField(read_only=True)
    host = serializers.CharField()
    name = serializers.CharField(required=False, allow_blank=True, max_length=255)
    desc = serializers.CharField(required=False, allow_blank=True)
    include = serializers.BooleanField(required=False)
    headers = HeaderSchema(many=True, required=False, allow_null=True)
    cookies = HeaderSchema(many=True, required=False, allow_null=True)
    stack = FrameworkSchema(many=True, read_only=True)
    changed = serializers.DateTimeField(read_only=True)
    changed_by = UserSchema(read_only=True)
    target = Included()
