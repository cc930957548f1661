"""How requests to a target are signed: the key is sealed, and told to jobs while signing is switched on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from vedette.contract.job import Signing
from vedette.server.kernel.errors import Invalid
from vedette.server.targets import protections as known
from vedette.server.targets import signatures
from vedette.server.targets.models import Target
from vedette.server.targets.protections import SIGNATURE
from vedette.server.targets.services import protections, secrets
from vedette.server.targets.services.permits import permit
from vedette.server.targets.values import storable
from vedette.server.tenancy.actor import Actor

SECRET = "signing-key"  # noqa: S105 - the name under which it travels


def change(
    actor: Actor, target: Target, given: Mapping[str, Any], *, secret: str | None = None, enabled: bool | None = None
) -> Target:
    """Changes the settings given (names of `signatures.DEFAULTS`; None for not given) and the secret.

    The first time, signing is switched on unless `enabled` says otherwise. Raises Invalid under their names, `secret`
    or `enabled`; NotAllowed, NotFound."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        current = known.of(locked.settings, SIGNATURE)
        told = {name: value for name, value in given.items() if value is not None}
        if secret is None and not told and (enabled is None or not current):
            return protections.switch(actor, locked, SIGNATURE, enabled=bool(enabled)) if enabled else locked
        found, faults = signatures.read(told, current)
        text = secrets.opened(locked, SIGNATURE) if secret is None else secret
        fault = signatures.fault_of_secret(text, found["algorithm"]) if storable(text) else "Not a valid string."
        if fault and not faults:
            faults["secret"] = fault
        if faults:
            raise Invalid(fields={name: [message] for name, message in faults.items()})
        if secret is not None:
            secrets.put(locked, SIGNATURE, secret)
        on = enabled if enabled is not None else bool(current.get("enabled", True))
        protections.keep(actor, locked, SIGNATURE, {"enabled": on, **found})
    return locked


def signing_of(target: Target) -> tuple[Signing | None, dict[str, str]]:
    """How a job signs, with its secret by name; None when it does not."""
    if not known.is_on(target.settings, SIGNATURE):
        return None, {}
    found = known.of(target.settings, SIGNATURE)
    signing = Signing(
        method=found["signature_method"],
        algorithm=found["algorithm"],
        secret=SECRET,
        key_id=found["key_id"],
        headers=tuple(found["signed_headers"]),
        header=found["header_name"],
        # Without word the API is taken to begin where the target does.
        base_path=found["base_path"] or urlsplit(target.url).path,
    )
    return signing, {SECRET: secrets.opened(target, SIGNATURE)}
