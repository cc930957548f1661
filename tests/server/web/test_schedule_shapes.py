"""Schedules as lists, their own page and previews show them."""

from datetime import UTC, datetime, time

import pytest

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.schedules import queries
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing
from vedette.server.targets.models import BlackoutPeriod
from vedette.server.web import schedule_shapes as shapes

DAILY = {"date_time": "2026-06-01T10:00:00", "recurrence": "d", "timezone": "Europe/Lisbon"}


@pytest.fixture
def home(db):
    with clock.frozen(datetime(2026, 6, 1, 8, 0, tzinfo=UTC)):
        yield factories.organisation()


@pytest.fixture
def actor(home):
    return factories.actor(home)


@pytest.fixture
def shop(home):
    return factories.target(home, name="Shop")


def test_a_schedule_says_whether_it_acts_and_if_not_why(actor, shop):
    (row,) = editing.add(actor, [shop], DAILY)
    assert shapes.state(row) == "on"
    row.enabled = False
    assert shapes.state(row) == "off"
    row.failures = 5
    assert shapes.state(row) == "stopped"
    row.next_at = None
    assert shapes.state(row) == "over"


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"partial_scan": True, "incremental": True}, ""),
        ({"override_target_settings": True, "incremental": True}, "whole"),
        ({"override_target_settings": True, "partial_scan": True, "incremental": True}, "incremental"),
        ({"override_target_settings": True, "partial_scan": True, "reduced_scope": True}, "reduced"),
        (dict.fromkeys(("override_target_settings", "partial_scan", "incremental", "reduced_scope"), True), "both"),
    ],
)
def test_the_part_that_is_scanned_is_one_word(fields, part):
    assert shapes.part(Schedule(**fields)) == part


def test_a_row_tells_the_time_there(actor, shop):
    editing.add(actor, [shop], {**DAILY, "timezone": "Asia/Tokyo", "scan_profile": "safe"})
    (row,) = shapes.of_target(actor, shop)
    assert f"{row.local:%H:%M}" == "10:00" and row.may and row.profile == "Safe"
    assert not shapes.rows(factories.actor(actor.organisation, "auditor"), [row.schedule])[0].may


def test_what_is_over_is_not_listed_at_its_target(actor, shop):
    editing.add(actor, [shop, factories.target(actor.organisation)], DAILY)
    assert len(shapes.of_target(actor, shop)) == 1
    Schedule.objects.update(next_at=None)
    assert shapes.of_target(actor, shop) == []


def test_a_preview_reckons_with_the_period_of_a_single_target(actor, shop):
    BlackoutPeriod.objects.create(
        organisation=shop.organisation, target=shop, begin=time(9), cease=time(12), weekdays=[2], timezone="UTC"
    )
    (row,) = editing.add(actor, [shop], DAILY)
    alone = shapes.preview(actor, queries.rule_of(row), [shop])
    assert len(alone.runs) == 10 and not alone.note
    assert [bool(remarks) for _, remarks in alone.runs[:3]] == [False, True, False]
    several = shapes.preview(actor, queries.rule_of(row), [shop, factories.target(actor.organisation)])
    assert several.note and not any(remarks for _, remarks in several.runs)
