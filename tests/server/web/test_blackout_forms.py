"""The form of a blackout period."""

from datetime import time

from django.http import QueryDict

from vedette.server.targets.models import BlackoutPeriod
from vedette.server.web.blackout_forms import BlackoutForm, clock_time

GIVEN = "begin=22:00&cease=06:00&timezone=Europe/Lisbon&weekdays=1&weekdays=5&enabled=on"


def form(text, row=None):
    return BlackoutForm(QueryDict(text), row=row, zone="Europe/Berlin")


def test_it_reads_a_daily_window():
    found = form(GIVEN)
    assert found.is_valid()
    window = {"begin": time(22), "cease": time(6), "timezone": "Europe/Lisbon", "weekdays": [1, 5], "enabled": True}
    assert found.period() == window and found.values() == {"blackout_period": window}


def test_taking_it_away_needs_nothing_else():
    found = form("do=remove&begin=")
    assert found.is_valid() and found.values() == {"blackout_period": None}


def test_a_window_needs_both_ends():
    found = form("timezone=UTC&weekdays=1")
    assert not found.is_valid() and set(found.errors) == {"begin", "cease"}


def test_a_new_one_begins_where_the_reader_is():
    assert BlackoutForm(row=None, zone="Europe/Berlin").initial["timezone"] == "Europe/Berlin"


def test_what_stands_comes_back_to_the_second():
    row = BlackoutPeriod(begin=time(22, 0, 30), cease=time(6), weekdays=[7], timezone="UTC", enabled=False)
    shown = BlackoutForm(row=row, zone="UTC").initial
    assert (shown["begin"], shown["cease"], shown["enabled"]) == ("22:00:30", "06:00", False)
    assert clock_time(time(0)) == "00:00"
