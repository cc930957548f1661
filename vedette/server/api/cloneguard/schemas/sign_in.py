"""Signing in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.api.cloneguard.schemas.user import UserSchema

METHODS = ("app", "sms")


class PasswordSchema(serializers.Serializer[Any]):
    """The first step. The name may be a user name or an e-mail address."""

    username = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)


class SignInSchema(PasswordSchema):
    """Both steps in one call."""

    otp_code = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=20)
    otp_method = serializers.ChoiceField(choices=METHODS, required=False, allow_null=True)


class RecoverySchema(PasswordSchema):
    """The second step by a recovery code."""

    recovery_code = serializers.CharField(max_length=40)


class SignedInSchema(serializers.Serializer[Any]):
    """A session."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    user = UserSchema()


class RecoveredSchema(SignedInSchema):
    """A session, and how many recovery codes are left."""

    recovery_codes_left = serializers.IntegerField()


class StepsSchema(serializers.Serializer[Any]):
    """Whether a second step is needed, and which."""

    enabled = serializers.BooleanField()
    required: Any = serializers.BooleanField()
    methods = serializers.ListField(child=serializers.ChoiceField(choices=METHODS))
    default_method = serializers.ChoiceField(choices=METHODS, allow_null=True)
    phone_hint = serializers.CharField(allow_null=True)


class CheckedSchema(serializers.Serializer[Any]):
    """What a sign-in needs beside the password."""

    two_factor = StepsSchema()
