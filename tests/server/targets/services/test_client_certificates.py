"""The certificate of a target is sealed, and told to jobs while it is switched on."""

from __future__ import annotations

import pytest

from tests.server.targets.certifying import PASSWORD, bundle, key_pem, pem
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets.models import Target, TargetSecret
from vedette.server.targets.services import client_certificates, protections
from vedette.server.targets.services.job_settings import job_settings


def test_it_reaches_jobs_and_nobody_else(owner, make):
    target = make()
    client_certificates.store(owner, target, certificate=bundle(), password=PASSWORD)
    row = Target.objects.get()
    assert row.settings["mtls"]["subject"] == "CN=client a" and "PRIVATE" not in str(row.settings)
    assert b"PRIVATE" not in bytes(TargetSecret.objects.get().sealed)
    given = job_settings(row)
    assert "PRIVATE KEY" in given.secrets[given.certificate]
    assert PASSWORD not in str(given)
    protections.switch(owner, row, "mtls", enabled=False)
    off = job_settings(Target.objects.get())
    assert (off.certificate, off.secrets) == ("", {})
    client_certificates.store(owner, row, certificate=pem("b"), key=key_pem("b"), enabled=False)
    assert Target.objects.get().settings["mtls"]["subject"] == "CN=client b"
    assert TargetSecret.objects.count() == 1


def test_faults_are_told_under_their_parts(owner, make):
    with pytest.raises(Invalid) as error:
        client_certificates.store(owner, make(), certificate=pem(), key=key_pem("b"))
    assert list(error.value.fields) == ["key"] and not TargetSecret.objects.exists()


def test_only_who_may_change_the_target(owner, reader, stranger, make):
    target = make()
    for actor, trouble in ((reader, NotAllowed), (stranger, NotFound)):
        with pytest.raises(trouble):
            client_certificates.store(actor, target, certificate=pem(), key=key_pem())
