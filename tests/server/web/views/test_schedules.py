"""Schedules on their pages."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.schedules.models import Occurrence, Schedule
from vedette.server.schedules.services import editing
from vedette.server.targets.models import Target

HOSTILE = "<img src=x onerror=alert(1)>\u202e"
NOW = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)


@pytest.fixture
def home(db):
    with clock.frozen(NOW):
        yield factories.organisation()


@pytest.fixture
def add(actor, shop):
    def make(target=None, **fields):
        given = {"date_time": "2026-06-15T22:00:00", "recurrence": "w", "timezone": "Europe/Lisbon", **fields}
        (row,) = editing.add(actor, [target or shop], given)
        return row

    return make


@pytest.fixture
def theirs(rival):
    target = rival[0]
    given = {"date_time": "2026-06-15T22:00:00", "recurrence": "d"}
    (row,) = editing.add(factories.actor(target.organisation), [target], given)
    return row


def test_without_schedules_the_pages_say_how_to_begin(client, enter, words):
    for path in ("/ui/schedules/", "/ui/schedules/list/"):
        assert "Add the first schedule" in words(client.get(path))
        assert "Add" not in words(enter("auditor").get(path)).partition("Nothing is scheduled yet")[2]


def test_the_calendar_shows_coming_and_past_runs(client, add, words):
    row = add()
    Occurrence.objects.create(schedule=row, at=NOW - timedelta(days=2), outcome="skipped", reason="A scan was on.")
    page = words(client.get("/ui/schedules/"))
    assert "June 2026" in page and "21:00 Web shop" in page and "Skipped" in page and "A scan was on." in page
    assert "August 2026" in words(client.get("/ui/schedules/?month=2026-08"))
    assert "21:00" not in words(client.get("/ui/schedules/?q=forum"))


def test_the_list_tells_when_and_why_not(client, add, words):
    add(run_on_day_of_week=True, week_index="last", scheduled_day_of_week=5, recurrence="m")
    Schedule.objects.update(enabled=False, failures=5, notice="Switched off after 5 failures in a row.")
    page = words(client.get("/ui/schedules/list/"))
    assert "Every month on the last Friday at 22:00, Europe/Lisbon" in page
    assert "Stopped itself" in page and "Switched off after 5 failures in a row." in page
    assert "No schedule fits" in words(client.get("/ui/schedules/list/?q=forum"))


def test_a_schedule_tells_what_it_will_do_and_what_it_did(client, add, shop, words):
    row = add()
    scan = factories.start(shop)
    Occurrence.objects.create(schedule=row, at=NOW - timedelta(days=2), outcome="started", scan=scan)
    page = client.get(f"/ui/schedules/{row.public_id}/")
    assert "Mon 2026-06-15 22:00" in words(page) and "Mon 2026-06-15 21:00" in words(page)
    assert "Scan started" in words(page) and f"/ui/scans/{scan.public_id}/".encode() in page.content


def test_one_is_paused_switched_on_and_deleted(client, add):
    row = add()
    path = f"/ui/schedules/{row.public_id}/"
    assert client.post(f"{path}switch/off/")["Location"] == path
    assert not Schedule.objects.get().enabled
    client.post(f"{path}switch/on/")
    assert Schedule.objects.get().enabled
    assert client.post(f"{path}switch/x/").status_code == 404
    assert client.post(f"{path}remove/")["Location"] == "/ui/schedules/list/"
    assert not Schedule.objects.exists()


def test_one_whose_time_is_over_is_not_switched_on(client, add, words):
    row = add(recurrence="")
    Schedule.objects.update(enabled=False, start_date="2026-06-01")
    told = words(client.post(f"/ui/schedules/{row.public_id}/switch/on/", follow=True))
    assert "Choose a time that is still to come." in told and not Schedule.objects.get().enabled


def test_several_are_paused_or_deleted_at_once(client, add, words):
    ids = [add().public_id, add(recurrence="d").public_id]
    told = words(client.post("/ui/schedules/bulk/", {"ids": ids, "do": "off"}, follow=True))
    assert "2 schedules paused." in told and not Schedule.objects.filter(enabled=True).exists()
    assert client.post("/ui/schedules/bulk/", {"ids": ids, "do": "x"}).status_code == 404
    client.post("/ui/schedules/bulk/", {"ids": ids, "do": "remove"})
    assert not Schedule.objects.exists()


def test_who_only_reads_sees_no_buttons_and_may_do_nothing(enter, add):
    row = add()
    auditor, path = enter("auditor"), f"/ui/schedules/{row.public_id}/"
    page = auditor.get(path)
    assert page.status_code == 200
    assert not any(f"{path}{word}".encode() in page.content for word in ("change/", "switch/", "remove/"))
    assert b'name="ids"' not in auditor.get("/ui/schedules/list/").content
    for word in ("switch/off/", "remove/"):
        assert auditor.post(f"{path}{word}").status_code == 403
    assert auditor.post("/ui/schedules/bulk/", {"ids": [row.public_id], "do": "remove"}).status_code == 403
    assert Schedule.objects.get().enabled


def test_those_of_others_are_not_found(client, theirs):
    path = f"/ui/schedules/{theirs.public_id}/"
    assert client.get(path).status_code == 404
    for word in ("switch/off/", "remove/"):
        assert client.post(f"{path}{word}").status_code == 404
    assert client.post("/ui/schedules/bulk/", {"ids": [theirs.public_id], "do": "off"}).status_code == 404
    for page in ("/ui/schedules/", "/ui/schedules/list/"):
        assert b"Rival" not in client.get(page).content
    assert Schedule.objects.get().enabled


def test_nothing_is_done_by_looking(client, add):
    row = add()
    for path in ("bulk/", f"{row.public_id}/switch/off/", f"{row.public_id}/remove/"):
        assert client.get(f"/ui/schedules/{path}").status_code == 405


def test_a_hostile_name_stays_text(client, add, shop):
    row = add()
    Occurrence.objects.create(schedule=row, at=NOW - timedelta(days=1), outcome="failed", reason=HOSTILE)
    Target.objects.update(name=HOSTILE)
    Schedule.objects.update(notice=HOSTILE)
    for path in ("", "list/", f"{row.public_id}/", f"{row.public_id}/change/", f"new/?target={shop.public_id}"):
        assert b"<img" not in client.get(f"/ui/schedules/{path}").content


def test_lists_ask_the_database_no_more_often_for_more_rows(client, add, home, django_assert_max_num_queries):
    for number in range(6):
        add(factories.target(home, name=f"Target {number}"))
    for path in ("/ui/schedules/", "/ui/schedules/list/", "/ui/targets/"):
        client.get(path)
        with django_assert_max_num_queries(27):
            client.get(path)


def test_a_target_tells_its_next_run(client, add, shop, words):
    path = f"/ui/targets/{shop.public_id}/"
    assert "Nothing is planned" in words(client.get(path)) and "Nothing planned" in words(client.get("/ui/targets/"))
    add()
    page = words(client.get(path))
    assert "Every Monday at 22:00, Europe/Lisbon" in page and "2026-06-15 21:00" in page
    assert "in 5 days" in words(client.get("/ui/targets/"))
