"""The account, the caller, the audit log, domains and scan profiles."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vedette.server.api.probely.schemas.blackout import BlackoutField
from vedette.server.api.probely.schemas.finding import SimpleDefinitionSchema
from vedette.server.api.probely.schemas.small import OwnershipSchema, UserSchema
from vedette.server.targets.rules import SELF_SERVICE


class PlanSchema(serializers.Serializer[Any]):
    """What the account pays for: nothing here."""

    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    is_trial = serializers.BooleanField()
    charge_model = serializers.CharField()
    price = serializers.IntegerField()
    currency_code = serializers.CharField()
    period = serializers.IntegerField()
    period_unit = serializers.CharField()
    allowed_scan_profiles = serializers.ListField(child=serializers.CharField())


class AccountSchema(serializers.Serializer[Any]):
    """The organisation. Quantities are null where nothing limits them."""

    id = serializers.CharField()
    name = serializers.CharField()
    status = serializers.CharField()
    plan = PlanSchema()
    free_target_quantity = serializers.IntegerField(allow_null=True)
    plan_target_quantity = serializers.IntegerField(allow_null=True)
    pool_size = serializers.IntegerField(allow_null=True)
    auto_collection = serializers.BooleanField()
    next_billing_at = serializers.DateTimeField(allow_null=True)
    trial_end = serializers.DateTimeField(allow_null=True)
    balance = serializers.IntegerField()
    balance_currency_code = serializers.CharField()
    has_used_trial = serializers.BooleanField()
    heroku = serializers.BooleanField()


class SettingsSchema(serializers.Serializer[Any]):
    """Settings for the whole account. Secrets are always obfuscated."""

    secrets_obfuscation = serializers.BooleanField(required=False)
    require_expiration_date = serializers.BooleanField(required=False)
    maximum_acceptance_period = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=3650)
    require_approver_name = serializers.BooleanField(required=False)
    require_approval_date = serializers.BooleanField(required=False)
    self_findings_review_enabled = serializers.BooleanField(required=False)
    blackout_period = BlackoutField(required=False, allow_null=True)

    def validate_secrets_obfuscation(self, value: bool) -> bool:
        """There is no other way here."""
        if not value:
            raise serializers.ValidationError("Secrets are always obfuscated.")
        return value


class KeyPolicySchema(serializers.Serializer[Any]):
    """How long keys may live."""

    max_api_key_duration_days = serializers.IntegerField(required=False, min_value=1, max_value=3650)
    enable_max_api_key_duration = serializers.BooleanField(required=False)
    disable_keys_on_user_disabled = serializers.BooleanField(required=False)


class EntitlementsSchema(serializers.Serializer[Any]):
    """What this installation can do, and its limits (null: none)."""

    features = serializers.DictField(child=serializers.BooleanField())
    limits = serializers.DictField(child=serializers.IntegerField(allow_null=True))


class OwnPermissionsSchema(serializers.Serializer[Any]):
    """What the caller may do: over the account, and by id over targets and teams."""

    account = serializers.ListField(child=serializers.CharField())
    targets = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    teams = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class PasswordSchema(serializers.Serializer[Any]):
    """A new password, and the one before."""

    old_password = serializers.CharField(required=False)
    new_password = serializers.CharField(required=False)


class AuditEntrySchema(serializers.Serializer[Any]):
    """Who did what, from where, with the details. `id` is the number in the sealed chain, null
    until the entry is part of it."""

    id = serializers.IntegerField(allow_null=True)
    timestamp = serializers.DateTimeField()
    event = serializers.CharField()
    description = serializers.CharField()
    user = UserSchema()
    user_type = serializers.CharField()
    ip_address = serializers.CharField()
    object_type = serializers.CharField()
    object_id = serializers.CharField()
    object_name = serializers.CharField()
    details = serializers.DictField()


class NamedSchema(serializers.Serializer[Any]):
    """Something by id and name."""

    id = serializers.CharField()
    name = serializers.CharField()


class DomainSchema(OwnershipSchema):
    """A host that belongs to somebody."""

    id = serializers.CharField(read_only=True)
    hostname = serializers.CharField(max_length=256)
    basic_auth_username = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=255)
    basic_auth_password = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=255, trim_whitespace=False
    )
    port = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=65_535)
    discovery_enabled = serializers.BooleanField(required=False)
    basic_auth_password_is_sensitive = serializers.BooleanField(read_only=True)
    source: Any = NamedSchema(read_only=True)


class VerifySchema(serializers.Serializer[Any]):
    """Which proof to look for."""

    type = serializers.ChoiceField(choices=SELF_SERVICE)


class ProfileInputSchema(serializers.Serializer[Any]):
    """A scan profile to make or change."""

    name = serializers.CharField(max_length=255)
    description = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=10_000)
    type = serializers.ChoiceField(choices=("web", "api"), required=False)
    archived = serializers.BooleanField(required=False, allow_null=True)
    speed = serializers.ChoiceField(choices=(10, 20, 30), required=False, allow_null=True)
    payloads = serializers.ChoiceField(choices=(10, 20, 30), required=False, allow_null=True)
    methods = serializers.ChoiceField(choices=("all", "safe"), required=False, allow_blank=True, allow_null=True)
    vulnerabilities = serializers.ListField(child=serializers.JSONField(), required=False, max_length=1000)
    can_scan_unverified = serializers.BooleanField(required=False)
    delay = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=5000)
    max_run_time: Any = serializers.JSONField(required=False, allow_null=True)
    dedup_enabled = serializers.BooleanField(required=False, allow_null=True)
    auto_patterns_enabled = serializers.BooleanField(required=False, allow_null=True)
    max_urls = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=50_000)


class ProfileSchema(serializers.Serializer[Any]):
    """A scan profile."""

    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    type = serializers.CharField()
    builtin = serializers.BooleanField()
    archived = serializers.BooleanField()
    speed = serializers.IntegerField()
    payloads = serializers.IntegerField()
    methods = serializers.CharField()
    vulnerabilities = SimpleDefinitionSchema(many=True)
    can_scan_unverified = serializers.BooleanField()
    delay = serializers.IntegerField(allow_null=True)
    max_run_time = serializers.CharField(allow_null=True)
    dedup_enabled = serializers.BooleanField()
    auto_patterns_enabled = serializers.BooleanField()
    max_urls = serializers.IntegerField()
