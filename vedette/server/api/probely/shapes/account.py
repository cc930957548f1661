"""The account, its settings, and what this installation can do."""

from __future__ import annotations

from collections.abc import Iterable

from vedette.server.api.probely.shapes.blackout import period
from vedette.server.api.probely.shapes.small import Json
from vedette.server.targets.models import BlackoutPeriod
from vedette.server.targets.rules import NOT_YET
from vedette.server.tenancy.models import Organisation

_SETTINGS = (
    "require_expiration_date",
    "maximum_acceptance_period",
    "require_approver_name",
    "require_approval_date",
    "self_findings_review_enabled",
)
_POLICY = {
    "max_api_key_duration_days": "max_api_key_days",
    "enable_max_api_key_duration": "limit_api_key_days",
    "disable_keys_on_user_disabled": "disable_keys_on_user_disabled",
}
_NEEDS = {
    "api_targets": "kind.api",
    "form_login": "has_form_login",
    "sequence_login": "has_sequence_login",
    "target_two_factor": "has_otp",
    "partial_scans": "incremental",
    "blackout_period": "blackout_period",
    "scanning_agents": "scanning_agent",
}
"""Features that stand or fall with a setting."""


def account(row: Organisation, profiles: Iterable[str]) -> Json:
    """The organisation as an account. Nothing is paid for and nothing is limited, which null says."""
    return {
        "id": row.public_id,
        "name": row.name,
        "status": "active",
        "plan": {
            "id": "self-hosted",
            "name": "Self-hosted",
            "description": "Everything, without limits.",
            "is_trial": False,
            "charge_model": "free",
            "price": 0,
            "currency_code": "USD",
            "period": 1,
            "period_unit": "year",
            "allowed_scan_profiles": list(profiles),
        },
        "free_target_quantity": None,
        "plan_target_quantity": None,
        "pool_size": None,
        "auto_collection": False,
        "next_billing_at": None,
        "trial_end": None,
        "balance": 0,
        "balance_currency_code": "USD",
        "has_used_trial": False,
        "heroku": False,
    }


def settings(row: Organisation, blackout: BlackoutPeriod | None) -> Json:
    """The settings for the whole account. Its blackout period is an addition of ours."""
    plain = {name: getattr(row, name) for name in _SETTINGS}
    return {"secrets_obfuscation": True, **plain, "blackout_period": period(blackout)}


def key_policy(row: Organisation) -> Json:
    """How long keys may live."""
    return {name: getattr(row, column) for name, column in _POLICY.items()}


def policy_fields(given: Json) -> Json:
    """The same, from this dialect's names to the organisation's."""
    return {_POLICY[name]: value for name, value in given.items()}


def entitlements() -> Json:
    """What this installation can do. What a target cannot be set to yet is said here too."""
    always = (
        "api_keys",
        "audit_log",
        "custom_roles",
        "custom_scan_profiles",
        "discovery",
        "extra_hosts",
        "labels",
        "teams",
    )
    never = ("integrations", "webhooks")
    return {
        "features": {
            **dict.fromkeys((*always, "scheduled_scans"), True),
            **{name: setting not in NOT_YET for name, setting in _NEEDS.items()},
            **dict.fromkeys(never, False),
        },
        "limits": dict.fromkeys(("targets", "users", "api_keys", "teams", "concurrent_scans")),
    }
