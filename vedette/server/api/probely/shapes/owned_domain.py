"""Domains as `/domains/` shows them."""

from __future__ import annotations

from vedette.server.api.probely.shapes.domain import ownership
from vedette.server.api.probely.shapes.small import Json
from vedette.server.discovery import queries as discovery
from vedette.server.targets.models import Domain


def full(row: Domain) -> Json:
    """A domain. Its port stands in its host name."""
    return {
        "id": row.public_id,
        "hostname": row.hostname,
        **ownership(row),
        "basic_auth_username": None,
        "basic_auth_password": None,
        "basic_auth_password_is_sensitive": True,
        "port": None,
        "discovery_enabled": discovery.is_enabled(row),
        "source": {"id": "manual", "name": "Manual"},
    }
