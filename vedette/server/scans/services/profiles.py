"""Scan profiles: the built-in ones, and those that an organisation makes."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vedette.contract.job import Profile
from vedette.engine.catalog import CatalogError, load
from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.kernel.ids import new_id
from vedette.server.scans import rules
from vedette.server.scans.models import ScanProfile
from vedette.server.tenancy.actor import Actor

FIELDS = (
    "name",
    "description",
    "type",
    "base",
    "checks",
    "speed",
    "payloads",
    "methods",
    "can_scan_unverified",
    "delay",
    "max_run_time",
    "dedup_enabled",
    "auto_patterns_enabled",
    "max_urls",
    "archived",
)
_CHOICES: dict[str, tuple[Any, ...]] = {
    "type": ("web", "api"),
    "base": tuple(profile.value for profile in Profile),
    "speed": (10, 20, 30),
    "payloads": (10, 20, 30),
    "methods": ("all", "safe", ""),
}
_RANGES = {"delay": (0, 5000), "max_run_time": (1, 30 * 86_400), "max_urls": (1, 50_000)}


def ensure_builtin() -> None:
    """Makes the built-in profiles, or brings their texts up to date."""
    for item in rules.BUILTIN:
        wanted = {
            "name": item.name,
            "description": item.description,
            "base": item.key,
            "can_scan_unverified": item.can_scan_unverified,
            "payloads": item.payloads,
            "methods": item.methods,
        }
        current = ScanProfile.objects.filter(key=item.key).values(*wanted).first()
        if current != wanted:
            ScanProfile.objects.update_or_create(key=item.key, defaults=wanted)


def create(*, actor: Actor, **fields: Any) -> ScanProfile:
    """A profile of the organisation's own. Raises Invalid."""
    actor.require("profiles.change")
    if not str(fields.get("name") or "").strip():
        raise Invalid(fields={"name": ["This field is required."]})
    profile = ScanProfile(organisation=actor.organisation, key=f"sp-{new_id()}")
    _set(profile, fields)
    with transaction.atomic():
        profile.save()
        _note(actor, "profile.created", profile, {}, fields)
    return profile


def change(*, actor: Actor, profile: ScanProfile, **fields: Any) -> ScanProfile:
    """Changes a profile of one's own; scans that run keep what they were started with. Raises Invalid, NotAllowed."""
    actor.require("profiles.change")
    if profile.builtin:
        raise NotAllowed("builtin_profile", "Built-in profiles cannot be changed; make one of your own.")
    if profile.organisation_id != actor.organisation.pk:
        raise NotFound
    before = {name: getattr(profile, name) for name in fields if name in FIELDS}
    _set(profile, fields)
    profile.changed_at = clock.now()
    with transaction.atomic():
        profile.save()
        _note(actor, "profile.changed", profile, before, {name: getattr(profile, name) for name in before})
    return profile


def _set(profile: ScanProfile, fields: dict[str, Any]) -> None:
    errors: dict[str, list[str]] = {}
    for name, value in fields.items():
        if name not in FIELDS:
            continue
        fault = _fault(name, value)
        if fault:
            errors[name] = [fault]
        else:
            setattr(profile, name, value)
    if not errors and profile.can_scan_unverified and profile.base != Profile.LIGHTNING.value:
        errors["can_scan_unverified"] = ["Only a profile on the base of lightning sends no payload."]
    if errors:
        raise Invalid(fields=errors)


def _fault(name: str, value: Any) -> str:
    if name in _CHOICES and value not in _CHOICES[name]:
        return f'"{value}" is not a valid choice.'
    if name in _RANGES and value is not None:
        low, high = _RANGES[name]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return f"Ensure this value is between {low} and {high}."
    if name == "name" and not 0 < len(str(value).strip()) <= 255:
        return "Ensure this field has between 1 and 255 characters."
    if name == "checks":
        try:
            load().select(Profile.NORMAL, value)
        except CatalogError as error:
            return str(error)
    return ""


def _note(actor: Actor, kind: str, profile: ScanProfile, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=actor.organisation,
        object_kind="profile",
        object_id=profile.key,
        object_name=profile.name,
        before=before,
        after={name: after[name] for name in after if name in FIELDS},
    )
