"""Settings that belong together are wiped together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.server import factories
from vedette.server.kernel.errors import NotAllowed
from vedette.server.scans.services import leasing
from vedette.server.targets.models import LogoutDetector, Sequence, Target, TargetSecret
from vedette.server.targets.services import blocks, detectors, sequences, targets
from vedette.server.tenancy.actor import Actor, system_actor

Make = Callable[..., Target]


@pytest.mark.parametrize("block", blocks.BLOCKS)
@pytest.mark.parametrize("kind", ["single", "api"])
def test_every_block_may_be_empty(owner: Actor, make: Make, block: str, kind: str) -> None:
    assert blocks.wipe(owner, make(kind=kind), block).settings == {}


def test_secrets_go_with_their_block(owner: Actor, make: Make) -> None:
    target = make(
        has_basic_auth=True, basic_auth={"username": "ann", "password": "x"}, otp_secret="JBSWY3DP", auth_enabled=True
    )
    assert TargetSecret.objects.count() == 2
    assert blocks.wipe(owner, target, "otp").settings.keys() == {"has_basic_auth", "basic_auth", "auth_enabled"}
    assert blocks.wipe(owner, target, "basic-auth").settings == {}
    assert not TargetSecret.objects.exists()


def test_rows_go_with_their_block(owner: Actor, make: Make) -> None:
    target = make()
    sequences.add(owner, target, name="a", kind="login", content='[{"type": "wait"}]')
    kept = sequences.add(owner, target, name="b", kind="navigation", content='[{"type": "wait"}]')
    detectors.add(owner, target, kind="text", value="Bye")
    blocks.wipe(owner, target, "sequence-login")
    blocks.wipe(owner, target, "logout-detection")
    assert list(Sequence.objects.all()) == [kept] and not LogoutDetector.objects.exists()


@pytest.mark.django_db
def test_a_running_scan_goes_on_without_what_was_wiped() -> None:
    form = [{"name": "user", "value": "ann"}, {"name": "password", "value": "pw-ann"}]
    home = factories.organisation()
    login = {"auth_enabled": True, "has_form_login": True, "form_login_url": "http://shop.example.org/in"}
    second = {"has_otp": True, "otp_secret": "JBSWY3DPEHPK3PXP"}
    target = targets.change(system_actor(home), factories.target(home), form_login=form, **login, **second)
    factories.start(target)
    held = factories.claim()
    assert held.job.login.otp is not None
    blocks.wipe(system_actor(home), target, "otp")
    assert leasing.heartbeat(held.run, held.epoch).control == "yield"
    leasing.release(held.run, held.epoch, "yield")
    assert factories.claim().job.login.otp is None


def test_only_those_who_may(reader: Actor, make: Make) -> None:
    with pytest.raises(NotAllowed):
        blocks.wipe(reader, make(), "otp")
