"""What can be done, and why not; the lists themselves are in the tests of the views."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.scans.models import Scan
from vedette.server.tenancy.models import RoleGrant, Team
from vedette.server.tenancy.queries import actor_for_user
from vedette.server.web import actions


@shared
def home():
    return factories.organisation()


def scan_in(home, status):
    scan = factories.start(factories.target(home))
    Scan.objects.filter(pk=scan.pk).update(status=status)
    return Scan.objects.get(pk=scan.pk)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", [("Stop", "")]),
        ("started", [("Pause", ""), ("Stop", "")]),
        ("pausing", [("Stop", "")]),
        ("paused", [("Resume", ""), ("Stop", "")]),
        ("resuming", [("Pause", ""), ("Stop", "")]),
        ("canceling", [("Stop", "The scan is cancelling")]),
        ("finishing_up", [("Stop", "The scan is finishing up")]),
        ("completed", []),
        ("failed", []),
    ],
)
def test_a_scan_offers_what_its_state_permits(home, status, expected):
    found = actions.of_scan(factories.actor(home), scan_in(home, status))
    assert [(one.label, one.why) for one in found] == expected


def test_stopping_is_asked_about_first(home):
    (stop,) = actions.of_scan(factories.actor(home), scan_in(home, "queued"))
    assert stop.danger
    assert stop.confirm


def test_nothing_is_resumed_while_all_is_stopped(home):
    scan = scan_in(home, "paused")
    home.paused = True
    home.save()
    resume, stop = actions.of_scan(factories.actor(home), scan)
    assert (resume.why, stop.why) == (actions.STOPPED, "")


def test_rights_may_be_of_one_team(home):
    user = factories.person(home, "developer")
    mine, other = factories.target(home), factories.target(home)
    team = Team.objects.create(organisation=home, name="Mine")
    mine.teams.add(team)
    RoleGrant.objects.filter(user=user).update(tier="team", team=team)
    actor = actor_for_user(user, home, "127.0.0.1")
    assert (actions.may_start(actor, mine), actions.may_start(actor, other)) == (True, False)
    assert (actions.may_change(actor, mine), actions.may_change(actor, other)) == (True, False)


def test_a_profile_for_unverified_targets_needs_no_proof(home):
    target = factories.target(home, verified=False, profile="lightning")
    now = actions.of_target(factories.actor(home), target, {"lightning"})[0]
    assert now.why == ""
