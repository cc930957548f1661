"""Targets with all that may go with a request."""

from __future__ import annotations

from tests.server.targets.certifying import PASSWORD, bundle, rsa_pair
from tests.server.targets.collecting import COLLECTION
from vedette.contract.job import Job
from vedette.server.targets.models import Target
from vedette.server.targets.services import (
    client_certificates,
    descriptions,
    folder_logins,
    message_encryption,
    signatures,
)
from vedette.server.tenancy.actor import Actor


def protect(actor: Actor, target: Target) -> Target:
    """The target of kind `api` with a certificate, a signature, encryption, and a folder that logs in."""
    private, public = rsa_pair()
    client_certificates.store(actor, target, certificate=bundle(), password=PASSWORD)
    signatures.change(actor, target, {}, secret=PASSWORD)
    message_encryption.change(actor, target, {}, keys={"key": public, "private_key": private})
    descriptions.store(actor, target, name="shop.json", content=COLLECTION.encode())
    folder_logins.change(actor, Target.objects.get(pk=target.pk), {"postman_auth_folder": "Auth"})
    return Target.objects.get(pk=target.pk)


def is_protected(job: Job) -> bool:
    """Whether a job says all of it."""
    said = job.certificate and job.signing and job.encryption and job.login.folder
    return bool(said) and [one.kind for one in job.descriptions] == ["postman"]
