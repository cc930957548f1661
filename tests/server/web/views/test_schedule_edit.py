"""The form of schedules with its preview."""

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing

NOW = datetime(2026, 10, 10, 8, 0, tzinfo=UTC)
NEW = "/ui/schedules/new/"


@pytest.fixture
def home(db):
    with clock.frozen(NOW):
        yield factories.organisation()


@pytest.fixture
def given(shop):
    start = {"date": "2026-10-18", "time": "01:30", "timezone": "Europe/Lisbon", "recurrence": "w"}
    return {"targets": [shop.public_id], **start}


def test_a_schedule_is_added_for_the_target_that_was_named(client, shop, given, words):
    page = client.get(NEW, {"target": shop.public_id})
    assert page.context["form"].initial["targets"] == [shop.public_id]
    assert "Sun 2026-10-11 22:00" in words(page)
    answer = client.post(NEW, given)
    row = Schedule.objects.get()
    assert answer["Location"] == f"/ui/schedules/{row.public_id}/"
    assert (row.target, row.next_at) == (shop, datetime(2026, 10, 18, 0, 30, tzinfo=UTC))


def test_several_targets_get_one_each(client, home, shop, given, words):
    other = factories.target(home, name="Forum")
    chosen = client.post("/ui/targets/bulk/", {"ids": [shop.public_id, other.public_id], "do": "schedule"})
    page = client.get(chosen["Location"])
    assert set(page.context["form"].initial["targets"]) == {shop.public_id, other.public_id}
    told = client.post(NEW, {**given, "targets": [shop.public_id, other.public_id]}, follow=True)
    assert "2 schedules added." in words(told) and Schedule.objects.count() == 2


def test_the_preview_shows_ten_runs_in_three_zones_with_clock_changes(client, actor, given, words):
    actor.user.timezone = "Asia/Tokyo"
    actor.user.save()
    answer = client.post("/ui/schedules/preview/", given)
    text = words(answer)
    assert answer.content.count(b"main-line") == 10
    assert "Europe/LisbonUTCYours, Asia/Tokyo" in text.replace(" Yours", "Yours").replace(" UTC", "UTC")
    assert "Sun 2026-10-25 01:30" in text and "twice" in text
    assert "Sun 2026-11-01 01:30" in text and "Sun 2026-11-01 10:30" in text


def test_the_preview_says_what_is_missing(client, given, words):
    path = "/ui/schedules/preview/"
    assert "The time zone is not known" in words(client.post(path, {**given, "timezone": "Lisbon"}))
    assert "still to come" in words(client.post(path, {**given, "recurrence": "once", "date": "2026-10-01"}))
    assert client.post(path, {"date": "x"}).status_code == 200
    assert not Schedule.objects.exists()


def test_without_scripts_a_button_shows_it_and_stores_nothing(client, given, words):
    page = client.post(NEW, {**given, "do": "preview"})
    assert page.status_code == 200 and "Sun 2026-10-25 01:30" in words(page) and not Schedule.objects.exists()
    assert b'value="01:30"' in page.content


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"date": "2026-10-01", "recurrence": "once"}, "date"),
        ({"timezone": "Lisbon"}, "timezone"),
        ({"targets": []}, "targets"),
        ({"recurrence": "m", "week_index": "last", "scheduled_day_of_week": ""}, "scheduled_day_of_week"),
        ({"time": ""}, "time"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client, given, wrong, field):
    answer = client.post(NEW, {**given, **wrong})
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not Schedule.objects.exists()


@pytest.fixture
def row(actor, shop):
    (made,) = editing.add(actor, [shop], {"date_time": "2026-10-31T22:00:00", "recurrence": "m"})
    return made


def test_one_is_changed(client, row, words):
    path = f"/ui/schedules/{row.public_id}/change/"
    page = client.get(path)
    assert b'value="2026-10-31"' in page.content and "Thu 2026-12-31 22:00" in words(page)
    fields = {"date": "2026-10-31", "time": "22:00", "timezone": "UTC", "recurrence": "q", "part": "reduced"}
    assert client.post(path, fields)["Location"] == f"/ui/schedules/{row.public_id}/"
    row.refresh_from_db()
    assert (row.recurrence, row.reduced_scope, row.partial_scan, row.incremental) == ("q", True, True, False)


def test_the_preview_of_a_change_keeps_the_last_day_of_the_month(client, row, words):
    with clock.frozen(datetime(2026, 11, 20, tzinfo=UTC)):
        Schedule.objects.update(next_at=datetime(2026, 11, 30, 22, tzinfo=UTC))
        same = {"date": "2026-11-30", "time": "22:00", "timezone": "UTC", "recurrence": "m"}
        text = words(client.post(f"/ui/schedules/preview/?schedule={row.public_id}", same))
    assert "Mon 2026-11-30" in text and "Thu 2026-12-31" in text


def test_who_may_start_no_scans_gets_no_form(enter, row, given, shop):
    auditor = enter("auditor")
    change = f"/ui/schedules/{row.public_id}/change/"
    for path in (NEW, change):
        assert auditor.get(path).status_code == auditor.post(path, given).status_code == 403
    assert auditor.post("/ui/schedules/preview/", given).status_code == 403
    assert Schedule.objects.count() == 1


def test_targets_and_schedules_of_others_are_not_found(client, rival, given):
    target = rival[0]
    (theirs,) = editing.add(
        factories.actor(target.organisation), [target], {"date_time": "2026-11-01T22:00:00", "recurrence": "d"}
    )
    assert client.get(NEW, {"target": target.public_id}).status_code == 404
    assert client.post(NEW, {**given, "targets": [target.public_id]}).status_code == 404
    assert client.get(f"/ui/schedules/{theirs.public_id}/change/").status_code == 404
    assert client.post(f"/ui/schedules/preview/?schedule={theirs.public_id}", given).status_code == 404
    assert b"Rival" not in client.get(NEW).content
    assert Schedule.objects.count() == 1
