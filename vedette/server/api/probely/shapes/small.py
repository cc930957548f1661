"""The small objects that larger ones hold: moments, people, teams, labels, technologies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vedette.server.definitions import technologies
from vedette.server.tenancy.models import Label, Team, User

Json = dict[str, Any]
MAX_USER_NAME = 60
SYSTEM: Json = {"id": "", "email": "", "name": "Vedette"}
"""Who changed what neither a person nor a key did: a scan, the clock."""

# Clients check addresses and refuse whole answers over domains that are nobody's.
_NO_DOMAINS = (".arpa", ".invalid", ".local", ".localhost", ".onion", ".test")


def moment(at: datetime | None) -> str | None:
    """UTC, always with six fraction digits: `2026-01-02T03:04:05.000006Z`."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def email(address: str) -> str:
    """The address, or nothing when clients would take it for none."""
    domain = address.rpartition("@")[2].lower()
    return address if "." in domain and not domain.endswith(_NO_DOMAINS) else ""


def user(person: User | None, key: Mapping[str, str] | None = None) -> Json:
    """Who did something: a person, or else a key that acts for none (`id`, `name`), which is a user of its own in this
    dialect; the system when nobody is known."""
    if person is None:
        return {"id": key["id"], "email": "", "name": key["name"][:MAX_USER_NAME]} if key else dict(SYSTEM)
    return {
        "id": person.public_id,
        "email": email(person.email),
        "name": (person.name or person.email.partition("@")[0])[:MAX_USER_NAME],
    }


def team(row: Team) -> Json:
    """A team by id and name."""
    return {"id": row.public_id, "name": row.name}


def label(row: Label) -> Json:
    """A label of a target, finding or person."""
    return {
        "id": row.public_id,
        "name": row.name,
        "color": row.color,
        "changed_by": user(row.changed_by, row.changed_by_key),
        "changed": moment(row.changed_at),
    }


def framework(seen: Mapping[str, Any]) -> Json:
    """A technology that was seen on a site: `name`, `version`, `host`."""
    name = str(seen.get("name", ""))
    version = str(seen.get("version") or "")
    return {
        "id": technologies.technology_id(name),
        "name": name[:255],
        "desc": f"Version {version}" if version else "",
    }
