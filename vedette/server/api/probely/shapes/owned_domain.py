"""Domains as `/domains/` shows them."""

from __future__ import annotations

from vedette.server.api.probely.shapes.domain import ownership
from vedette.server.api.probely.shapes.small import Json
from vedette.server.discovery import queries as discovery
from vedette.server.targets import domain_login, rules
from vedette.server.targets.models import Domain


def full(row: Domain) -> Json:
    """A domain. Its port stands in its host name, too."""
    return {
        "id": row.public_id,
        "hostname": row.hostname,
        **ownership(row),
        **domain_login.shown(row),
        "basic_auth_password_is_sensitive": True,
        "port": rules.port_of(row.hostname),
        "discovery_enabled": discovery.is_enabled(row),
        "source": {"id": "manual", "name": "Manual"},
    }
