"""Risk over time follows from every change of a target's risk; nobody sees that of others."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.targets import risks
from vedette.server.targets.models import RiskDay, Target
from vedette.server.targets.queries import TargetFilter
from vedette.server.targets.services.targets import recount
from vedette.server.tenancy.actor import system_actor

DAY = 86_400


@pytest.fixture(autouse=True)
def moment():
    with clock.frozen(datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) as frozen:
        yield frozen


@pytest.fixture
def home(db):
    return factories.organisation("Home")


@pytest.fixture
def owner(home):
    return system_actor(home)


def rate(target, **counts):
    numbers = {"low": 10, "medium": 20, "high": 30, "critical": 40}
    recount(target_pk=target.pk, counts={numbers[name]: count for name, count in counts.items()}, assessed=True)


def test_each_day_has_the_risk_that_stood_at_its_end(home, owner, moment):
    target = factories.target(home)
    moment.advance(DAY)
    rate(target, low=1)
    rate(target, high=1)
    moment.advance(2 * DAY)
    rate(target)
    trend = risks.trend(owner)
    assert trend.days[-1] == date(2026, 3, 5)
    assert trend.total[-5:] == (0, 0, 30, 30, 0)
    assert trend.assessed[-5:] == (0, 0, 1, 1, 1)
    assert trend.mean[-5:] == (None, None, 30.0, 30.0, 0.0)
    assert list(RiskDay.objects.order_by("day").values_list("before", "after")) == [(None, 30), (30, 0)]


def test_the_mean_is_over_what_was_assessed(home, owner):
    first, second, _never = (factories.target(home) for _ in range(3))
    rate(first, critical=1)
    rate(second, low=3)
    trend = risks.trend(owner)
    assert (trend.total[-1], trend.assessed[-1], trend.mean[-1]) == (50, 2, 25.0)
    only = risks.trend(owner, chosen=TargetFilter(ids=(second.public_id,)))
    assert (only.total[-2:], only.mean[-2:]) == ((0, 10), (None, 10.0))


def test_a_risk_older_than_the_chart_stands_on_all_its_days(home, owner, moment):
    rate(factories.target(home), high=1)
    moment.advance(200 * DAY)
    assert set(risks.trend(owner).total) == {30}


def test_deleted_targets_leave_the_past_too(home, owner):
    target = factories.target(home)
    rate(target, high=1)
    Target.objects.filter(pk=target.pk).update(archived_at=clock.now())
    assert set(risks.trend(owner).total) == {0}


def test_targets_are_split_by_risk_and_the_worst_come_first(home, owner):
    few, many, clean, _never = (factories.target(home) for _ in range(4))
    rate(few, critical=1, low=9)
    rate(many, critical=1, high=1)
    rate(clean)
    assert risks.split(owner) == {40: 2, 30: 0, 20: 0, 10: 0, 0: 1, None: 1}
    assert [row.pk for row in risks.worst(owner)] == [many.pk, few.pk]
    assert [row.pk for row in risks.worst(owner, limit=1)] == [many.pk]


def test_other_organisations_do_not_count(home, owner):
    rate(factories.target(factories.organisation("Foreign")), critical=1)
    assert set(risks.trend(owner).total) == {0}
    assert not any(risks.split(owner).values())
    assert risks.worst(owner) == []
