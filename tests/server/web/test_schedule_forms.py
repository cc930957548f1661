"""The form of a schedule."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.schedules.services import editing
from vedette.server.targets.models import Target
from vedette.server.web.schedule_forms import ScheduleForm


@pytest.fixture
def actor(db):
    with clock.frozen(datetime(2026, 2, 1, 8, 0, tzinfo=UTC)):
        yield factories.actor(factories.organisation())


@pytest.fixture
def shop(actor):
    return factories.target(actor.organisation, name="Shop")


def form(actor, offered, row=None, **given):
    start = {"targets": [one.public_id for one in offered], "date": "2026-02-27", "time": "22:00", "timezone": "UTC"}
    start["recurrence"] = "once"
    query = QueryDict(mutable=True)
    for name, value in {**start, **given}.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return ScheduleForm(query, actor=actor, targets=offered, initial={}, row=row)


def test_it_reads_local_time_and_part(actor, shop):
    found = form(actor, [shop], recurrence="w", part="incremental", scan_profile="safe")
    assert found.is_valid() and found.chosen == [shop]
    given = found.values()
    assert given["date_time"].isoformat() == "2026-02-27T22:00:00" and given["recurrence"] == "w"
    assert given["override_target_settings"] and given["partial_scan"] and given["incremental"]
    assert not given["reduced_scope"] and given["scan_profile"] == "safe"


def test_a_weekday_counts_by_month_only(actor, shop):
    by_day = {"week_index": "last", "scheduled_day_of_week": "5"}
    monthly = form(actor, [shop], recurrence="m", **by_day)
    weekly = form(actor, [shop], recurrence="w", **by_day)
    assert monthly.is_valid() and weekly.is_valid()
    named = ("run_on_day_of_week", "week_index", "scheduled_day_of_week")
    assert [monthly.values()[name] for name in named] == [True, "last", 5]
    assert [weekly.values()[name] for name in named] == [False, "", None]


def test_profiles_are_those_of_the_kinds_of_its_targets(actor, shop):
    api = factories.target(actor.organisation, kind="api")
    offered = {
        name: [key for key, _ in form(actor, targets).fields["scan_profile"].choices]
        for name, targets in {"web": [shop], "api": [api], "both": [shop, api]}.items()
    }
    assert ("normal" in offered["web"], "api_normal" in offered["web"]) == (True, False)
    assert ("normal" in offered["api"], "api_normal" in offered["api"]) == (False, True)
    assert {"normal", "api_normal"} < set(offered["both"])


def test_targets_of_one_kind_only(actor, shop):
    api = factories.target(actor.organisation, name="API")
    Target.objects.filter(pk=api.pk).update(kind="api")
    api.refresh_from_db()
    assert "targets" in form(actor, [shop, api]).errors
    assert "targets" in form(actor, []).errors
    assert form(actor, [shop, factories.target(actor.organisation)]).is_valid()


def test_a_target_that_was_not_offered_is_refused(actor, shop):
    assert "targets" in form(actor, [shop], targets=["no-such"]).errors


def test_a_new_one_begins_tomorrow_where_the_reader_is(actor, shop):
    actor.user.timezone = "Pacific/Auckland"
    start = ScheduleForm.usual(actor, [shop.public_id])
    assert (f"{start['date']}", start["time"], start["timezone"]) == ("2026-02-02", "22:00", "Pacific/Auckland")


def test_the_thirty_first_is_kept_by_what_is_sent_back_untouched(actor, shop):
    (row,) = editing.add(actor, [shop], {"date_time": "2026-01-31T22:00:30", "recurrence": "m"})
    start = ScheduleForm.start(row)
    assert (f"{start['date']}", start["time"]) == ("2026-02-28", "22:00:30")
    same = {"date": str(start["date"]), "time": start["time"], "recurrence": "m"}
    found = form(actor, [], row=row, **same)
    assert found.is_valid() and found.chosen == [row.target]
    assert found.previewed()["date_time"].isoformat() == "2026-01-31T22:00:30"
    editing.change(actor, [row], found.values())
    row.refresh_from_db()
    assert row.start_date.day == 31
    moved = form(actor, [], row=row, **{**same, "time": "21:00"})
    assert moved.is_valid() and moved.previewed()["date_time"].isoformat() == "2026-02-28T21:00:00"
