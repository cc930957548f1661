"""Blackout periods in plain sentences, and until when one holds a scan."""

from datetime import UTC, datetime, time

import pytest

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.targets.models import BlackoutPeriod
from vedette.server.web import blackout_shapes as shapes


def period(begin="22:00", cease="06:00", weekdays=(1, 2, 3, 4, 5), **fields):
    begin, cease = time.fromisoformat(begin), time.fromisoformat(cease)
    return BlackoutPeriod(begin=begin, cease=cease, weekdays=list(weekdays), timezone="Europe/Lisbon", **fields)


@pytest.mark.parametrize(
    ("row", "beginning"),
    [
        (period(), "Every Monday to Friday from 22:00 to 06:00 the next day, Europe/Lisbon: no scan starts"),
        (period("08:00", "18:30:30", range(1, 8)), "Every day from 08:00 to 18:30:30, Europe/Lisbon"),
        (period("00:00", "00:00", [6, 7]), "Every Saturday and Sunday all day, Europe/Lisbon"),
        (period("05:00", "05:00", [1]), "Every Monday from 05:00 to 05:00 the next day"),
        (period(weekdays=[1, 3, 5]), "Every Monday, Wednesday and Friday from"),
        (period(enabled=False, weekdays=[]), "Switched off, so nothing is held: on no day from 22:00"),
    ],
)
def test_a_period_is_said_in_one_sentence(row, beginning):
    assert shapes.sentence(row).startswith(beginning)


def test_without_one_nothing_is_said():
    assert shapes.sentence(None) == ""


@pytest.fixture
def shop(db):
    with clock.frozen(datetime(2026, 6, 1, 23, 0, tzinfo=UTC)):
        yield factories.target(factories.organisation())


def stored(target=None, home=None, **fields):
    row = period(**fields)
    row.organisation, row.target, row.timezone = home or target.organisation, target, "UTC"
    row.save()


def test_only_enabled_periods_of_target_and_organisation_count(shop):
    stored(shop)
    stored(home=shop.organisation, enabled=False)
    assert len(shapes.sentences(shop)) == 1
    BlackoutPeriod.objects.update(enabled=True)
    assert len(shapes.sentences(shop)) == 2


def test_a_held_scan_says_until_when(shop):
    assert shapes.wait(factories.start(shop)) is None
    other = factories.target(shop.organisation)
    stored(other)
    stored(home=shop.organisation, begin="05:00", cease="07:00", weekdays=range(1, 8))
    found = shapes.wait(factories.start(other))
    assert found == {"since": clock.now(), "until": datetime(2026, 6, 2, 7, 0, tzinfo=UTC)}
    BlackoutPeriod.objects.filter(target=None).update(begin=time(0), cease=time(0))
    assert shapes.wait(factories.start(factories.target(shop.organisation)))["until"] is None
