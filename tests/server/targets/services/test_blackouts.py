"""Blackout periods are set, taken away and asked for."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets import queries
from vedette.server.targets.models import BlackoutPeriod, Target
from vedette.server.targets.services import blackouts, targets

pytestmark = pytest.mark.django_db
NIGHTS = {"begin": "22:00", "cease": "06:00", "timezone": "Europe/Lisbon"}


@shared
def home():
    return factories.organisation()


@shared
def owner(home):
    return factories.actor(home)


@shared
def target(home):
    return factories.target(home, verified=False)


def fresh(target):
    return Target.objects.get(pk=target.pk)


def test_a_target_gets_a_period_and_loses_it(owner, target):
    targets.change(owner, target, blackout_period=NIGHTS)
    row = blackouts.of_target(fresh(target))
    assert (row.begin, row.cease, row.weekdays, row.enabled) == (time(22), time(6), [1, 2, 3, 4, 5, 6, 7], True)
    assert row.changed_by == owner.user
    noted = DomainEvent.objects.get(kind="target.changed", object_id=target.public_id).payload
    assert noted["before"] == {"blackout_period": None}
    assert noted["after"]["blackout_period"]["begin"] == "22:00:00"

    targets.change(owner, fresh(target), blackout_period={"enabled": False})
    row = blackouts.of_target(fresh(target))
    assert (row.enabled, row.timezone) == (False, "Europe/Lisbon")
    assert blackouts.in_force(target) == []

    targets.change(owner, fresh(target), blackout_period=None)
    assert blackouts.of_target(fresh(target)) is None
    assert DomainEvent.objects.filter(kind="target.changed").count() == 3


def test_one_can_be_given_from_the_start(owner):
    made = targets.create(
        owner,
        url="http://a.example.org/",
        checks=factories.CreateChecks(skip_reachability_check=True),
        blackout_period=NIGHTS,
    )
    assert blackouts.of_target(fresh(made)).timezone == "Europe/Lisbon"


def test_sending_it_back_changes_nothing(owner, target):
    targets.change(owner, target, blackout_period=NIGHTS)
    changed = BlackoutPeriod.objects.get().changed_at
    shown = blackouts.shown(blackouts.of_target(fresh(target)))
    targets.change(owner, fresh(target), blackout_period=shown)
    assert BlackoutPeriod.objects.get().changed_at == changed
    assert DomainEvent.objects.filter(kind="target.changed").count() == 1


def test_a_wrong_one_is_refused_whole(owner, target):
    with pytest.raises(Invalid) as caught:
        targets.change(owner, target, blackout_period={"begin": "25:00", "cease": "01:00"}, name="new")
    assert list(caught.value.fields) == ["blackout_period"]
    assert fresh(target).name != "new"


def test_only_who_may_change_a_target_may_set_it(home, target):
    with pytest.raises(NotAllowed):
        targets.change(factories.actor(home, "auditor"), target, blackout_period=NIGHTS)


def test_an_organisation_has_one_for_all_its_targets(home, owner, target):
    row = blackouts.change_organisation(actor=owner, given=NIGHTS)
    assert row.target is None and blackouts.of_organisation(home) == row
    assert len(blackouts.in_force(target)) == 1
    noted = DomainEvent.objects.get(kind="blackout.changed").payload
    assert (noted["before"], noted["after"]["blackout_period"]["cease"]) == ({"blackout_period": None}, "06:00:00")
    other = factories.target(factories.organisation("Other"), verified=False)
    assert blackouts.in_force(other) == []
    assert blackouts.change_organisation(actor=owner, given=None) is None
    assert DomainEvent.objects.filter(kind="blackout.changed").count() == 2


def test_that_is_for_those_who_may_change_the_organisation(home, owner):
    with pytest.raises(NotAllowed):
        blackouts.change_organisation(actor=factories.actor(home, "developer"), given=NIGHTS)
    with pytest.raises(Invalid) as caught:
        blackouts.change_organisation(actor=owner, given={"begin": "22:00"})
    assert list(caught.value.fields) == ["blackout_period"]


def test_both_hold(home, owner, target):
    blackouts.change_organisation(actor=owner, given=NIGHTS)
    targets.change(owner, target, blackout_period={"begin": "12:00", "cease": "13:00"})
    noon = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    assert [period.end(noon) is not None for period in blackouts.in_force(target)].count(True) == 1
    assert len(blackouts.enabled([home.pk], [target.pk])) == 2


def test_lists_of_targets_carry_their_periods_along(owner, target, django_assert_num_queries):
    targets.change(owner, target, blackout_period=NIGHTS)
    row = queries.get(owner, target.public_id)
    with django_assert_num_queries(0):
        assert blackouts.of_target(row).changed_by == owner.user
