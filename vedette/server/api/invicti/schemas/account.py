"""Accounts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class UserHealthCheckApiModel(serializers.Serializer[Any]):
    """Who asks."""

    DateFormat = serializers.CharField()
    DisplayName = serializers.CharField()
    Email = serializers.CharField()
    AlternateLoginEmail = serializers.CharField(allow_null=True)
    TimeZoneInfo = serializers.CharField()
