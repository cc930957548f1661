"""Users (section 5.16 of the contract)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vedette.server.kernel import ids
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import ApiKey, User

Json = dict[str, Any]
PRODUCTS = ("pci", "vrms", "penetration")
CURRENT_PRODUCT = "vrms"
_ADMIN = "people.change"
_MEMBER = "scans.start"


@dataclass(frozen=True, slots=True)
class About:
    """What is told of a user beside their own row."""

    methods: list[str]
    recovery_codes_left: int
    access_token: ApiKey | None
    partner: bool
    last_sign_in_at: datetime | None = None


def moment(at: datetime | None) -> str | None:
    """UTC, to the second: `2026-03-01T09:30:00Z`."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def uid(kind: str, public_id: str) -> str:
    """The UUID of a thing."""
    return ids.as_uuid(kind, public_id)


def role_of(actor: Actor) -> str:
    """The role whose permissions come closest to what the actor may do."""
    if actor.user is not None and actor.user.is_operator:
        return "super_admin"
    if actor.everywhere(_ADMIN):
        return "admin"
    return "member" if actor.anywhere(_MEMBER) else "viewer"


def full(actor: Actor, person: User, about: About) -> Json:
    """The user whom an actor stands for."""
    first, _, last = person.name.partition(" ")
    role = role_of(actor)
    key = about.access_token
    return {
        "id": uid("user", person.public_id),
        "username": person.username or person.email,
        "email": person.email,
        "first_name": first,
        "last_name": last.strip(),
        "phone": None,
        "job_title": person.title or None,
        "timezone": person.timezone,
        "locale": "en",
        "role": role,
        "partner": about.partner and role in ("admin", "super_admin"),
        "status": "active",
        "organization": {
            "id": uid("organisation", actor.organisation.public_id),
            "name": actor.organisation.name,
            "available_products": dict.fromkeys(PRODUCTS, True),
        },
        "app_type": CURRENT_PRODUCT,
        "two_factor": {
            "enabled": bool(about.methods),
            "methods": about.methods,
            "default_method": about.methods[0] if about.methods else None,
            "phone_hint": None,
            "recovery_codes_left": about.recovery_codes_left,
        },
        "access_token": {
            "present": key is not None,
            "created_at": moment(key.created_at) if key else None,
            "last_used_at": moment(key.last_used_at) if key else None,
        },
        "last_sign_in_at": moment(about.last_sign_in_at),
        "confirmed_at": moment(person.created_at),
        "invited_by": None,
    }
