"""Switching and forgetting, each noted in the log."""

from __future__ import annotations

import pytest

from tests.server.targets.certifying import key_pem, pem
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets.models import Target, TargetSecret
from vedette.server.targets.services import client_certificates, protections, targets


def test_one_is_switched_and_forgotten(owner, make):
    target = make()
    with pytest.raises(Invalid):
        protections.switch(owner, target, "mtls", enabled=True)
    protections.switch(owner, target, "mtls", enabled=False)
    client_certificates.store(owner, target, certificate=pem(), key=key_pem(), enabled=False)
    protections.switch(owner, target, "mtls", enabled=True)
    assert Target.objects.get().settings["mtls"]["enabled"] is True
    protections.wipe(owner, target, "mtls")
    protections.wipe(owner, target, "mtls")
    assert "mtls" not in Target.objects.get().settings and not TargetSecret.objects.exists()
    noted = DomainEvent.objects.filter(kind="target.changed")
    assert noted.count() == 3 and "PRIVATE" not in str(list(noted.values()))


def test_the_site_switches_it_too(owner, make):
    target = make()
    with pytest.raises(Invalid) as error:
        targets.change(owner, target, is_mtls_active=True)
    assert list(error.value.fields) == ["site.is_mtls_active"]
    client_certificates.store(owner, target, certificate=pem(), key=key_pem(), enabled=False)
    targets.change(owner, target, is_mtls_active=True, name="Shop")
    assert Target.objects.get().settings["mtls"]["enabled"] is True
    targets.change(owner, target, name="Shop 2")
    assert Target.objects.get().settings["mtls"]["enabled"] is True


def test_a_reader_changes_nothing(reader, make):
    target = make()
    for act in (
        lambda: protections.wipe(reader, target, "mtls"),
        lambda: protections.switch(reader, target, "mtls", enabled=False),
    ):
        with pytest.raises(NotAllowed):
            act()
