"""Domains added and changed together with their discovery: all of it or nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vedette.server.discovery import queries
from vedette.server.discovery.services import runs
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Domain
from vedette.server.targets.services import domains
from vedette.server.tenancy.actor import Actor


def add(actor: Actor, *, discovery_enabled: bool = False, **given: Any) -> Domain:
    """Adds a domain, and switches its discovery on if wanted. Raises what `targets` raises, and `runs.switch`."""
    with transaction.atomic():
        domain = domains.add(actor, **given)
        if discovery_enabled:
            runs.switch(actor, domain, enabled=True)
    return targets.get_domain(actor, domain.public_id)


def change(actor: Actor, domain: Domain, *, discovery_enabled: bool | None = None, **given: Any) -> Domain:
    """Changes a domain as `targets` allows, and switches its discovery on or off; the same value again needs no right
    to discover."""
    with transaction.atomic():
        row = domains.change(actor, domain, **given)
        if discovery_enabled is not None and discovery_enabled != queries.is_enabled(row):
            runs.switch(actor, row, enabled=discovery_enabled)
    return targets.get_domain(actor, domain.public_id)
