"""One-time codes that are handed in."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import ratelimit
from vedette.server.kernel.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from vedette.server.targets.models import Target
from vedette.server.targets.services import login_check, otp_codes, targets
from vedette.server.tenancy.actor import system_actor

pytestmark = pytest.mark.django_db
FORM = {
    "auth_enabled": True,
    "has_form_login": True,
    "form_login_url": "http://shop.example.org/in",
    "form_login": [{"name": "user", "value": "ann"}, {"name": "password", "value": "x"}],
    "has_otp": True,
    "otp_type": "other",
}


@pytest.fixture(autouse=True)
def fresh_counters():
    ratelimit.reset()


@shared
def home():
    return factories.organisation()


@shared
def target(home):
    return factories.target(home, **FORM)


def test_a_code_reaches_the_worker_once(target):
    factories.start(target)
    grant = factories.claim()
    assert grant.job.login.otp.kind == "handed" and "otp-secret" not in grant.secrets
    otp_codes.hand_in(target.public_id, otp_codes.token(target), " 123456 ")
    assert b"123456" not in bytes(Run.objects.get(public_id=grant.run).code)
    assert agents.heartbeat(grant.run, grant.epoch).code == "123456"
    assert agents.heartbeat(grant.run, grant.epoch).code == ""


def test_a_log_in_that_is_only_tried_gets_it_too(home, target):
    login_check.start(system_actor(home), target)
    grant = factories.claim()
    otp_codes.hand_in(target.public_id, otp_codes.token(target), "ABCD")
    assert agents.heartbeat(grant.run, grant.epoch).code == "ABCD"


def test_nobody_waits(target):
    with pytest.raises(Conflict):
        otp_codes.hand_in(target.public_id, otp_codes.token(target), "123456")
    factories.start(target)
    with pytest.raises(Conflict):
        otp_codes.hand_in(target.public_id, otp_codes.token(target), "123456")


@pytest.mark.parametrize("code", [None, 7, "", "12", "1" * 13, "12 34", "<b>12</b>"])
def test_what_is_no_code_is_refused(target, code):
    with pytest.raises(Invalid):
        otp_codes.hand_in(target.public_id, otp_codes.token(target), code)


def test_only_the_secret_address_leads_there(home, target):
    other = factories.target(home, **FORM)
    plain = factories.target(home)
    assert otp_codes.token(plain) == "" and otp_codes.token(other) != otp_codes.token(target)
    for target_id, token in (
        (target.public_id, otp_codes.token(other)),
        (target.public_id, ""),
        (target.public_id, "é"),
        (plain.public_id, ""),
        ("nonsense", otp_codes.token(target)),
    ):
        with pytest.raises(NotFound):
            otp_codes.hand_in(target_id, token, "123456")


def test_a_new_address_ends_the_one_before(home, target):
    before = otp_codes.token(target)
    changed = otp_codes.reset(system_actor(home), target)
    assert otp_codes.token(changed) not in ("", before)
    assert DomainEvent.objects.get(kind="target.code_address_changed").object_id == target.public_id
    with pytest.raises(NotFound):
        otp_codes.hand_in(target.public_id, before, "123456")
    with pytest.raises(NotAllowed):
        otp_codes.reset(factories.actor(home, "auditor"), changed)
    targets.change(system_actor(home), changed, otp_type="totp", otp_secret="JBSWY3DP")
    with pytest.raises(NotFound):
        otp_codes.reset(system_actor(home), Target.objects.get(pk=target.pk))


def test_it_cannot_be_guessed_at_leisure(target):
    with pytest.raises(LimitReached):
        for _ in range(30):
            with pytest.raises(NotFound):
                otp_codes.hand_in(target.public_id, "guess", "123456")
