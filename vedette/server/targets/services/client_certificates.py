"""The client certificate of a target: sealed with its key, shown by its name and end alone."""

from __future__ import annotations

from django.db import transaction

from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid
from vedette.server.targets.client_certificates import PartError, read
from vedette.server.targets.models import Target
from vedette.server.targets.protections import MTLS, is_on
from vedette.server.targets.services import protections, secrets
from vedette.server.targets.services.permits import permit
from vedette.server.tenancy.actor import Actor

CERTIFICATE = "client-certificate"
"""The name under which it travels to a job."""


def store(
    actor: Actor, target: Target, *, certificate: bytes, key: bytes = b"", password: str = "", enabled: bool = True
) -> Target:
    """Keeps a certificate with its key (PEM or PKCS#12) in the place of the one before. Raises Invalid under
    `certificate`, `key` or `password`, NotAllowed, NotFound."""
    permit(actor, target)  # before anything is opened, which is work
    try:
        found = read(certificate, key, password, now=clock.now())
    except PartError as error:
        raise Invalid(fields={error.part: [str(error)]}) from None
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        secrets.put(locked, MTLS, found.pem)
        shown = {"enabled": enabled, "subject": found.subject, "expires": found.expires.isoformat()}
        protections.keep(actor, locked, MTLS, shown)
    return locked


def pem_of(target: Target) -> str:
    """Key and certificate for a job, as PEM; empty when none is to be shown."""
    return secrets.opened(target, MTLS) if is_on(target.settings, MTLS) else ""
