"""Users and errors."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ProductsSchema(serializers.Serializer[Any]):
    """Which products may be used."""

    pci = serializers.BooleanField()
    vrms = serializers.BooleanField()
    penetration = serializers.BooleanField()


class UserOrganizationSchema(serializers.Serializer[Any]):
    """The organization of a user."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    available_products = ProductsSchema()


class TwoFactorSchema(serializers.Serializer[Any]):
    """The second factor of a user."""

    enabled = serializers.BooleanField()
    methods = serializers.ListField(child=serializers.CharField())
    default_method = serializers.CharField(allow_null=True)
    phone_hint = serializers.CharField(allow_null=True)
    recovery_codes_left = serializers.IntegerField()


class AccessTokenSchema(serializers.Serializer[Any]):
    """Whether there is an access token; the token itself is never shown again."""

    present = serializers.BooleanField()
    created_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class UserSchema(serializers.Serializer[Any]):
    """A user."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    email = serializers.CharField()
    first_name = serializers.CharField(allow_blank=True)
    last_name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_null=True)
    job_title = serializers.CharField(allow_null=True)
    timezone = serializers.CharField()
    locale = serializers.CharField()
    role = serializers.ChoiceField(choices=("super_admin", "reviewer", "admin", "member", "viewer"))
    partner = serializers.BooleanField()
    status = serializers.ChoiceField(choices=("invited", "unconfirmed", "active", "locked", "disabled"))
    organization = UserOrganizationSchema()
    app_type = serializers.ChoiceField(choices=("pci", "vrms", "penetration"))
    two_factor = TwoFactorSchema()
    access_token = AccessTokenSchema()
    last_sign_in_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    invited_by = serializers.DictField(allow_null=True)


class CurrentUserSchema(UserSchema):
    """The caller."""

    api_key = serializers.CharField()
    api_url = serializers.CharField()
    impersonator = serializers.DictField(allow_null=True)


class OneUserSchema(serializers.Serializer[Any]):
    """The caller under the resource's name."""

    user = CurrentUserSchema()
