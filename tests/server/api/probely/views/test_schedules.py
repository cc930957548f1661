from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.kernel.ids import new_id
from vedette.server.scans.models import Scan
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import firing
from vedette.server.targets.models import Target

BODY = {"date_time": "2026-06-01T10:00:00", "recurrence": "d", "timezone": "Europe/Lisbon"}
BULK = "/scheduledscans/bulk/"


@pytest.fixture
def now(db):
    with clock.frozen(datetime(2026, 6, 1, 8, 0, tzinfo=UTC)) as stopped:
        yield stopped


@pytest.fixture
def target(now, home):
    return factories.target(home, name="Shop")


@pytest.fixture
def url(target):
    return f"/targets/{target.public_id}/scheduledscans/"


def read(data):
    from probely.sdk.schemas import ScheduledScanDataModel

    return ScheduledScanDataModel(**data)


def moments(rows):
    return [row["date_time"][:16] for row in rows]


def test_is_made_shown_changed_and_deleted(api, url, target):
    made = api.post(url, BODY)
    assert made.status == 201
    row = read(made.data)
    assert (row.target.id, row.timezone, row.date_time) == (
        *(target.public_id, "Europe/Lisbon"),
        datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
    )
    one = f"{url}{made.data['id']}/"
    assert api.get(one).data == made.data
    assert api.get(url).data["results"] == [made.data]
    changed = api.patch(one, {"recurrence": "w", "scan_profile": "safe"})
    assert (changed.status, changed.data["recurrence"], changed.data["scan_profile"]) == (200, "w", "safe")
    assert api.put(one, changed.data).data == changed.data
    assert (api.delete(one).status, api.get(one).status) == (204, 404)


def test_every_field_is_there(api, url):
    given = {
        "date_time": "2026-06-01T10:00:00+02:00",
        "recurrence": "q",
        "timezone": "Asia/Tokyo",
        "run_on_day_of_week": True,
        "scheduled_day_of_week": 3,
        "week_index": "third",
        "partial_scan": True,
        "override_target_settings": True,
        "incremental": True,
        "reduced_scope": True,
        "scan_profile": "full",
    }
    data = api.post(url, given).data
    assert {name: data[name] for name in given if name != "date_time"} == {
        name: value for name, value in given.items() if name != "date_time"
    }
    # The third Wednesday of June, 17:00 in Tokyo.
    assert data["date_time"] == "2026-06-17T08:00:00.000000Z"
    assert data.keys() - given.keys() == {
        *("id", "target", "unlimited", "blackout_period", "enabled", "notice", "changed", "changed_by")
    }
    assert (data["unlimited"], data["blackout_period"], data["enabled"], data["notice"]) == (True, None, True, "")
    read(data)


def test_defaults_are_those_of_the_vendor(api, url):
    data = api.post(url, {"date_time": "2026-06-02T10:00:00"}).data
    assert (data["recurrence"], data["timezone"], data["week_index"], data["scan_profile"]) == ("", "UTC", None, None)
    assert data["date_time"] == "2026-06-02T10:00:00.000000Z"
    read(data)
    nulls = {"recurrence": None, "timezone": None, "week_index": None, "partial_scan": None, "scan_profile": None}
    assert api.post(url, {"date_time": "2026-06-02T10:00:00", **nulls}).status == 201


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"date_time": None}, "date_time"),
        ({"date_time": "soon"}, "date_time"),
        ({"date_time": "2020-01-01T10:00:00", "recurrence": ""}, "date_time"),
        ({"recurrence": "y"}, "recurrence"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"run_on_day_of_week": True, "scheduled_day_of_week": 1, "week_index": "last"}, "run_on_day_of_week"),
        ({"recurrence": "m", "run_on_day_of_week": True, "week_index": "last"}, "scheduled_day_of_week"),
        ({"scheduled_day_of_week": 8}, "scheduled_day_of_week"),
        ({"week_index": "fifth"}, "week_index"),
        ({"scan_profile": "none-such"}, "scan_profile"),
        ({"incremental": "perhaps"}, "incremental"),
    ],
)
def test_says_what_is_wrong_where(api, url, target, given, field):
    answer = api.post(url, {**BODY, **given})
    assert (answer.status, list(answer.data)) == (400, [field])
    answer = api.post(BULK, {"targets": [{"id": target.public_id}], "scheduledscan": {**BODY, **given}})
    assert (answer.status, list(answer.data), list(answer.data["scheduledscan"])) == (400, ["scheduledscan"], [field])
    assert not Schedule.objects.exists()


def test_several_at_once(api, home, url, target):
    other = factories.target(home)
    ids = [target.public_id, other.public_id]
    made = api.post(BULK, {"targets": [{"id": one} for one in ids], "scheduledscan": BODY})
    assert (made.status, [read(row).target.id for row in made.data]) == (201, ids)
    chosen = {"scheduledscans": [{"id": row["id"]} for row in made.data]}
    changed = api.patch(BULK, {**chosen, "scheduledscan": {"recurrence": "w"}})
    assert (changed.status, [row["recurrence"] for row in changed.data]) == (200, ["w", "w"])
    assert api.put(BULK, {**chosen, "scheduledscan": {"recurrence": "h"}}).status == 200
    gone = new_id()
    answer = api.patch(BULK, {"scheduledscans": [{"id": gone}, *chosen["scheduledscans"]], "scheduledscan": {}})
    assert (answer.status, answer.data["invalid_ids"]) == (404, [gone])
    missing = api.post(BULK, {"targets": [{"id": gone}], "scheduledscan": BODY})
    assert (missing.status, missing.data["invalid_ids"]) == (404, [gone])
    for field, body in (("scheduledscans", {"scheduledscan": {}}), ("scheduledscan", chosen)):
        assert list(api.patch(BULK, body).data) == [field]
    assert api("DELETE", BULK, chosen).status == 204
    assert not Schedule.objects.exists()


def test_lists_are_narrowed(api, home, url, target):
    other = factories.target(home, name="Forum")
    first = api.post(url, BODY).data["id"]
    second = api.post(f"/targets/{other.public_id}/scheduledscans/", {**BODY, "date_time": "2026-06-01T09:30:00"}).data[
        "id"
    ]

    def found(**query):
        return [row["id"] for row in api.get("/scheduledscans/", **query).data["results"]]

    assert found() == [second, first]
    assert found(ordering="-changed") == [second, first] and found(ordering="-date_time") == [first, second]
    assert found(target=target.public_id) == found(id=first) == [first]
    assert found(search="forum") == [second]
    assert found(label=new_id()) == found(team=new_id()) == []
    assert api.get("/scheduledscans/", id=new_id(), is_id_404_validation="True").status == 404
    assert api.get("/scheduledscans/", ordering="password").status == 400


def test_coming_runs_are_unrolled(api, url, target):
    api.post(url, BODY)
    api.post(url, {**BODY, "recurrence": "w", "date_time": "2026-06-02T08:00:00"})
    for path in (f"{url}expanded/", "/targets/all/scheduledscans/expanded/"):
        answer = api.get(path, length=4)
        assert answer.status == 200
        assert moments(answer.data["results"]) == [
            *("2026-06-01T09:00", "2026-06-02T07:00", "2026-06-02T09:00", "2026-06-03T09:00")
        ]
        assert len({row["id"] for row in answer.data["results"]}) == 2
        assert answer.data["count"] == 366 + 53
    assert api.get("/targets/all/scheduledscans/expanded/", target=new_id()).data["count"] == 0


def test_a_target_shows_its_next_scan(api, url, target):
    from probely.sdk.schemas import TargetDataModel

    one = f"/targets/{target.public_id}/"
    assert api.get(one).data["next_scan"] is None
    api.post(url, BODY)
    made = api.post(url, {**BODY, "date_time": "2026-06-01T09:30:00"}).data
    shown = api.get(one).data
    made.pop("target")
    assert shown["next_scan"] == made
    assert api.get("/targets/").data["results"][0]["next_scan"] == made
    assert TargetDataModel(**shown).next_scan.id == made["id"]


def test_what_ran_is_marked_and_moves_on(api, url, target, now):
    one = f"{url}{api.post(url, {**BODY, 'recurrence': ''}).data['id']}/"
    daily = f"{url}{api.post(url, {**BODY, 'date_time': '2026-06-01T11:30:00'}).data['id']}/"
    now.advance(3600)
    firing.tick()
    (scan,) = api.get("/scans/").data["results"]
    assert (scan["scheduled"], scan["status"]) == (True, "queued")
    now.advance(2 * 3600)
    firing.tick()
    shown = api.get(daily).data
    assert (shown["date_time"][:16], shown["enabled"]) == ("2026-06-02T10:30", True)
    assert "under way" in shown["notice"]
    # What is over is found by its id, and begins anew with a new date.
    assert [row["date_time"][:10] for row in api.get(url).data["results"]] == ["2026-06-02"]
    assert api.get(one).data["date_time"][:16] == "2026-06-01T09:00"
    assert api.patch(one, {"date_time": "2026-06-05T10:00:00"}).data["date_time"][:16] == "2026-06-05T09:00"
    assert api.get(url).data["count"] == 2


def test_a_schedule_that_switched_itself_off_says_so(api, url, now):
    made = api.post(url, BODY).data
    Schedule.objects.update(enabled=False, notice="Switched off after 5 failures in a row.")
    one = f"{url}{made['id']}/"
    assert (api.get(one).data["enabled"], api.get(one).data["notice"][:12]) == (False, "Switched off")
    assert api.patch(one, {"date_time": made["date_time"]}).data["enabled"] is False
    assert api.patch(one, {"date_time": "2026-06-01T12:00:00"}).data["enabled"] is True


def test_the_settings_for_scheduled_scans_act(api, url, target, now):
    one = f"/targets/{target.public_id}/"
    api.post(f"{one}reduced-scopes/", {"url": f"{target.url}a/"})
    given = {"schedule_incremental": True, "schedule_reduced_scope": True, "schedule_crawl_sequences_only": False}
    shown = api.patch(one, given).data
    assert {name: shown[name] for name in given} == given and shown["incremental"] is False
    api.post(url, BODY)
    now.advance(3600)
    firing.tick()
    (scan,) = api.get("/scans/").data["results"]
    assert (scan["incremental"], scan["reduced_scope"], scan["crawl_sequences_only"]) == (True, True, False)


def test_only_navigation_sequences_when_asked_for(api, url, target, now):
    one = f"/targets/{target.public_id}/"
    assert api.patch(one, {"schedule_crawl_sequences_only": True}).data["schedule_crawl_sequences_only"] is True
    steps = [{"type": "goto", "url": target.url}]
    api.post(f"{one}sequences/", {"name": "n", "type": "navigation", "content": steps, "enabled": True})
    api.post(url, BODY)
    now.advance(3600)
    firing.tick()
    assert Scan.objects.get().crawl_sequences_only


def test_a_blackout_period_is_set_shown_everywhere_and_taken_away(api, url, target, now):
    from probely.sdk.schemas import TargetDataModel

    one = f"/targets/{target.public_id}/"
    given = {"begin": "06:00", "cease": "23:00", "weekdays": [1, 2], "enabled": True, "timezone": "Europe/Lisbon"}
    shown = api.patch(one, {"blackout_period": given})
    period = shown.data["blackout_period"]
    assert {**given, "begin": "06:00:00", "cease": "23:00:00"} == {name: period[name] for name in given}
    assert TargetDataModel(**shown.data).blackout_period.enabled
    made = api.post(url, BODY).data
    assert made["blackout_period"] == made["target"]["blackout_period"] == period
    read(made)
    scan = api.post(f"{one}scan_now/").data
    assert (scan["status"], scan["target"]["blackout_period"], scan["ignore_blackout_period"]) == (
        "queued",
        period,
        False,
    )
    assert Scan.objects.get().run.state == "held"
    api.post(f"{one}scans/{scan['id']}/cancel/")
    scan = api.post(f"{one}scan_now/", {"ignore_blackout_period": True}).data
    assert scan["ignore_blackout_period"] is True
    assert Scan.objects.get(public_id=scan["id"]).run.state == "waiting"
    again = api.patch(one, {"blackout_period": period, "name": "x"})
    assert again.data["blackout_period"] == period
    assert api.patch(one, {"blackout_period": None}).data["blackout_period"] is None
    wrong = api.patch(one, {"blackout_period": {"begin": "25:00", "cease": "01:00"}})
    assert (wrong.status, list(wrong.data)) == (400, ["blackout_period"])


def test_bulk_start_ignores_the_period_when_told(api, target, now):
    api.patch(f"/targets/{target.public_id}/", {"blackout_period": {"begin": "06:00", "cease": "23:00"}})
    body = {"targets": [{"id": target.public_id}], "overrides": {"ignore_blackout_period": True}}
    (scan,) = api.post("/scans/bulk/start/", body).data
    assert scan["ignore_blackout_period"] is True
    assert Scan.objects.get().run.state == "waiting"


def test_who_may_not_start_scans_may_look_only(api, api_as, url, target):
    made = api.post(url, BODY).data
    reader = api_as("auditor")
    assert reader.get(url).data["count"] == 1
    one = f"{url}{made['id']}/"
    ids = {"scheduledscans": [{"id": made["id"]}]}
    answers = (
        reader.post(url, BODY),
        reader.patch(one, {"recurrence": "w"}),
        reader.delete(one),
        reader.post(BULK, {"targets": [{"id": target.public_id}], "scheduledscan": BODY}),
        reader.patch(BULK, {**ids, "scheduledscan": {"recurrence": "w"}}),
        reader("DELETE", BULK, ids),
    )
    assert [answer.status for answer in answers] == [403] * 6
    assert api.get(one).data == made


def test_a_page_takes_a_bounded_number_of_queries(api, home, url, target, django_assert_max_num_queries):
    api.post(url, BODY)
    with django_assert_max_num_queries(30) as few:
        assert api.get("/scheduledscans/").data["count"] == 1
        asked = len(few)
    rows = [factories.target(home).public_id for _ in range(4)]
    api.post(BULK, {"targets": [{"id": one} for one in rows], "scheduledscan": BODY})
    with django_assert_max_num_queries(asked):
        assert api.get("/scheduledscans/").data["count"] == 5
    assert Target.objects.count() == 5
