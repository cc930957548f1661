"""Switches protections of requests on and off, and forgets them with their secrets."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vedette.server.kernel.errors import Invalid
from vedette.server.targets import protections
from vedette.server.targets.models import Target
from vedette.server.targets.services import secrets
from vedette.server.targets.services.permits import permit, record
from vedette.server.tenancy.actor import Actor


def switch(actor: Actor, target: Target, block: str, *, enabled: bool) -> Target:
    """Switches a protection (one of `protections.BLOCKS`) on or off. Raises Invalid under `enabled` when it is not set
    up, NotAllowed, NotFound."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        known = protections.of(locked.settings, block)
        if not known and enabled:
            raise Invalid(fields={"enabled": [protections.missing(block)]})
        if known and known["enabled"] != enabled:
            keep(actor, locked, block, {**known, "enabled": enabled})
    return locked


def wipe(actor: Actor, target: Target, block: str) -> Target:
    """Forgets a protection with its secrets. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        secrets.put(locked, block, "")
        if protections.of(locked.settings, block):
            keep(actor, locked, block, {})
    return locked


def keep(actor: Actor, locked: Target, block: str, shown: dict[str, Any]) -> None:
    """Puts what may be shown of a protection in the place of what was known; part of the caller's transaction."""
    before = protections.of(locked.settings, block)
    rest = {name: value for name, value in locked.settings.items() if name != block}
    locked.settings = {**rest, block: shown} if shown else rest
    locked.save(update_fields=("settings",))
    record(
        "target.changed",
        actor,
        locked,
        thing="target",
        public_id=locked.public_id,
        name=str(locked),
        before={block: before},
        after={block: shown},
    )
