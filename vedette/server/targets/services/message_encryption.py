"""How messages to a target are encrypted: keys are sealed, and told to jobs while it is switched on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from vedette.contract.job import Encryption
from vedette.server.kernel.errors import Invalid
from vedette.server.targets import message_encryption as rules
from vedette.server.targets import protections as known
from vedette.server.targets.models import Target
from vedette.server.targets.protections import MLE
from vedette.server.targets.services import protections, secrets
from vedette.server.targets.services.permits import permit
from vedette.server.targets.values import storable
from vedette.server.tenancy.actor import Actor

KEY, PRIVATE_KEY = "message-key", "message-private-key"
"""The names under which keys travel."""
_FAULTS = {"key": rules.fault_of_key, "private_key": rules.fault_of_private_key}


def change(
    actor: Actor, target: Target, given: Mapping[str, Any], *, keys: Mapping[str, str], enabled: bool | None = None
) -> Target:
    """Changes the settings given (names of `message_encryption.DEFAULTS`; None for not given) and the keys (`key`,
    `private_key`; an empty text takes the latter away). The first time, it is switched on unless `enabled` says
    otherwise. Raises Invalid under their names or `enabled`; NotAllowed, NotFound."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        current = known.of(locked.settings, MLE)
        told = {name: value for name, value in given.items() if value is not None}
        if not current and not keys and not any(told.values()):
            return protections.switch(actor, locked, MLE, enabled=True) if enabled else locked
        found, faults = rules.read(told, current)
        held = {**_keys(locked), **keys}
        for name, fault_of in _FAULTS.items():
            text = held.get(name, "")
            if fault := fault_of(text) if storable(text) else "Not a valid string.":
                faults[name] = fault
        if faults:
            raise Invalid(fields={name: [message] for name, message in faults.items()})
        if keys:
            secrets.put(locked, MLE, json.dumps({name: text for name, text in held.items() if text.strip()}))
        on = enabled if enabled is not None else bool(current.get("enabled", True))
        if keys or {"enabled": on, **found} != current:
            protections.keep(actor, locked, MLE, {"enabled": on, **found})
    return locked


def encryption_of(target: Target) -> tuple[Encryption | None, dict[str, str]]:
    """How a job encrypts, with its keys by name; None when it does not."""
    if not known.is_on(target.settings, MLE):
        return None, {}
    found, held = known.of(target.settings, MLE), _keys(target)
    encryption = Encryption(
        key=KEY,
        private_key=PRIVATE_KEY if "private_key" in held else "",
        key_id=found["key_id"],
        content=found["content_encryption"],
        scope=tuple(found["scope"]),
    )
    names = {"key": KEY, "private_key": PRIVATE_KEY}
    return encryption, {names[name]: text for name, text in held.items()}


def _keys(target: Target) -> dict[str, str]:
    found: dict[str, str] = json.loads(secrets.opened(target, MLE) or "{}")
    return found
