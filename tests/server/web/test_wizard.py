"""The steps of a new target."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel import clock
from vedette.server.targets.models import Target
from vedette.server.web import wizard
from vedette.server.web.target_forms import profiles_for


@shared
def home():
    return factories.organisation()


@pytest.mark.parametrize(
    ("verified", "authorised", "states"),
    [
        (False, False, ["done", "current", "", ""]),
        (True, False, ["done", "done", "current", ""]),
        (False, True, ["done", "current", "done", "current"]),
        (True, True, ["done", "done", "done", "current"]),
    ],
)
def test_each_step_tells_whether_it_is_done(home, verified, authorised, states):
    target = factories.target(home, verified=verified)
    if authorised:
        Target.objects.filter(pk=target.pk).update(authorized_by="Ann", authorized_at=clock.now())
        target.refresh_from_db()
    assert [one.state for one in wizard.stages(target)] == states


def test_without_a_target_the_address_comes_first():
    assert [one.state for one in wizard.stages(None)] == ["current", "", "", ""]


def test_profiles_that_send_payloads_need_ownership(home):
    every = profiles_for(factories.actor(home), ["single"])
    refused = {one.profile.key for one in wizard.profiles(factories.target(home, verified=False), every) if one.why}
    assert refused == {"safe", "normal", "full"}
    assert not any(one.why for one in wizard.profiles(factories.target(home), every))
    first = {one.profile.key: one.why for one in wizard.profiles(factories.target(home), every, first=True)}
    assert first["lightning"] == "" and first["normal"] == wizard.UNAUTHORISED
    told = wizard.profiles(factories.target(home, authorized=True), every, first=True)
    assert not any(one.why for one in told)


def test_the_first_scan_begins_with_what_may_run(home):
    assert wizard.start(factories.target(home, verified=False))["profile"] == "lightning"
    assert wizard.start(factories.target(home, max_rate=9)) == {"profile": "lightning", "max_rate": 9}
    assert wizard.start(factories.target(home, kind="api", verified=False))["profile"] == "api_lightning"
    ready = factories.target(home, max_rate=9, authorized=True)
    assert wizard.start(ready) == {"profile": "normal", "max_rate": 9}


def test_a_target_without_a_domain_is_not_verified(home):
    target = factories.target(home)
    target.domain = None
    assert not wizard.is_verified(target)
