from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.agents.models import Run
from vedette.server.kernel import clock
from vedette.server.kernel.ids import new_id
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Domain

ACTIONS = ("pause", "resume", "cancel")


def of(scan, target, rest=""):
    return f"/targets/{target.public_id}/scans/{scan.public_id}/{rest}"


@shared
def target(home):
    return factories.target(home)


@pytest.fixture
def running(target):
    scan = factories.start(target)
    factories.claim()
    scan.refresh_from_db()
    return scan


class TestStart:
    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"{}", "application/json"),
            (b"", "application/json"),
            (b"", "application/x-www-form-urlencoded"),
            (b"", "text/plain"),
            (b"", ""),
        ],
    )
    def test_the_body_may_be_empty(self, api, target, models, body, content_type):
        answer = api.raw("POST", f"/targets/{target.public_id}/scan_now/", body, content_type)
        assert answer.status == 200
        scan = models.scan(**answer.data)
        assert (scan.status.value, scan.scan_profile, scan.target.id) == ("queued", "normal", target.public_id)
        assert Scan.objects.get().created_by_name.startswith("key")

    def test_options(self, api, target):
        given = {"scan_profile": "lightning", "ignore_blackout_period": True, "reduced_scopes": []}
        scan = api.post(f"/targets/{target.public_id}/scan_now/", given).data
        assert (scan["scan_profile"], scan["ignore_blackout_period"]) == ("lightning", True)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"scan_profile": "warp"}, "scan_profile"),
            ({"ignore_blackout_period": "perhaps"}, "ignore_blackout_period"),
            ({"reduced_scopes": [{"url": "http://x.example.org/"}]}, "reduced_scopes"),
        ],
    )
    def test_says_what_is_wrong(self, api, target, body, field):
        answer = api.post(f"/targets/{target.public_id}/scan_now/", body)
        assert (answer.status, list(answer.data)) == (400, [field])
        assert not Scan.objects.exists()

    def test_broken_json_is_said_to_be_so(self, api, target):
        answer = api.raw("POST", f"/targets/{target.public_id}/scan_now/", b"{", "application/json")
        assert (answer.status, list(answer.data)) == (400, ["detail"])

    def test_one_at_a_time(self, api, target, running):
        answer = api.post(f"/targets/{target.public_id}/scan_now/")
        assert (answer.status, list(answer.data)) == (400, ["non_field_errors"])

    def test_an_unverified_target_is_only_looked_at(self, api, target):
        Domain.objects.update(verified=False)
        answer = api.post(f"/targets/{target.public_id}/scan_now/")
        assert (answer.status, list(answer.data)) == (400, ["scan_profile"])
        assert api.post(f"/targets/{target.public_id}/scan_now/", {"scan_profile": "lightning"}).status == 200

    def test_not_found_and_not_allowed(self, api, api_as, target):
        assert api.post(f"/targets/{new_id()}/scan_now/").status == 404
        assert api_as("auditor").post(f"/targets/{target.public_id}/scan_now/").status == 403
        assert api_as("scanner").post(f"/targets/{target.public_id}/scan_now/").status == 200

    def test_many(self, api, home, models):
        ids = [factories.target(home).public_id for _ in range(3)]
        body = {"targets": [{"id": one} for one in ids], "overrides": {"scan_profile": "safe"}}
        answer = api.post("/scans/bulk/start/", body, is_id_404_validation=True)
        assert answer.status == 200
        assert [models.scan(**row).target.id for row in answer.data] == ids
        assert {row["scan_profile"] for row in answer.data} == {"safe"}

    def test_many_start_together_or_not_at_all(self, api, home, target, running):
        free = factories.target(home)
        answer = api.post("/scans/bulk/start/", {"targets": [{"id": free.public_id}, {"id": target.public_id}]})
        assert answer.status == 400
        unknown = new_id()
        answer = api.post("/scans/bulk/start/", {"targets": [{"id": free.public_id}, {"id": unknown}]})
        assert (answer.status, answer.data["invalid_ids"]) == (404, [unknown])
        assert Scan.objects.count() == 1

    @pytest.mark.parametrize("body", [{}, {"targets": []}, {"targets": [7]}, {"targets": "x"}])
    def test_many_need_a_list(self, api, body):
        answer = api.post("/scans/bulk/start/", body)
        assert (answer.status, list(answer.data)) == (400, ["targets"])


class TestLists:
    @pytest.mark.parametrize("path", ["/scans/", "/targets/all/scans/", "/targets/{}/scans/"])
    def test_show_what_the_client_can_read(self, api, everything, models, path):
        answer = api.get(path.format(everything.target.public_id), ordering="-changed")
        assert answer.status == 200
        found = {models.scan(**row).id for row in answer.data["results"]}
        wanted = {everything.scan.public_id, everything.running.public_id}
        assert found == (wanted if "{}" not in path else {everything.scan.public_id})

    def test_filters(self, api, everything):
        done, busy = everything.scan.public_id, everything.running.public_id
        api.patch(f"/targets/{everything.target.public_id}/", {"labels": [{"name": "red"}]})
        label = api.get(f"/targets/{everything.target.public_id}/").data["labels"][0]["id"]
        tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
        yesterday = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S+00:00")

        def found(**query):
            return {row["id"] for row in api.get("/scans/", **query).data["results"]}

        assert found(status="completed") == {done}
        assert found(status=["completed", "started"]) == {done, busy}
        assert found(target=everything.busy.public_id) == {busy}
        assert found(id=done) == {done}
        assert found(exclude=done) == {busy}
        assert found(label=label) == {done}
        assert found(partial="True") == set()
        assert found(scan_profile="normal") == {done, busy}
        assert found(search="shop") == {done, busy}
        assert found(warning="login_failed") == set()
        assert found(started__gte=yesterday, started__lt=tomorrow) == {done, busy}
        assert found(completed__gt=yesterday) == {done}
        assert found(completed__lte=yesterday) == set()
        assert found(started_after=tomorrow) == set()
        assert found(started_before=yesterday) == set()

    @pytest.mark.parametrize(
        "query", [{"status": "asleep"}, {"started__gt": "soon"}, {"ordering": "x"}, {"partial": "x"}]
    )
    def test_refuse_what_they_do_not_understand(self, api, query):
        answer = api.get("/scans/", **query)
        assert (answer.status, list(answer.data)) == (400, list(query))

    def test_say_which_ids_they_do_not_find(self, api, everything):
        unknown = new_id()
        answer = api.get("/scans/", id=[everything.scan.public_id, unknown], is_id_404_validation=True)
        assert (answer.status, answer.data["invalid_ids"]) == (404, [unknown])

    def test_ask_no_more_for_many_than_for_few(self, api, home, django_assert_max_num_queries):
        for number in range(6):
            target = factories.target(home)
            api.patch(f"/targets/{target.public_id}/", {"labels": [{"name": f"l{number}"}]})
            factories.run_scan(target)
        with django_assert_max_num_queries(15):
            assert len(api.get("/scans/", length=50).data["results"]) == 6

    def test_of_no_target(self, api):
        assert api.get(f"/targets/{new_id()}/scans/").status == 404


class TestDetail:
    def test_whatever_the_target_and_of_a_target(self, api, everything, models):
        one = api.get(f"/scans/{everything.scan.public_id}/")
        assert one.status == 200
        scan = models.scan(**one.data)
        assert (scan.lows, scan.highs, scan.status.value) == (1, 1, "completed")
        assert api.get(of(everything.scan, everything.target)).data == one.data

    def test_not_found(self, api, everything):
        assert api.get(f"/scans/{new_id()}/").status == 404
        assert api.get(of(everything.scan, everything.busy)).status == 404

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_its_free_text_is_changed(self, api, everything, method):
        path = of(everything.scan, everything.target)
        answer = api(method, path, {"user_data": "build 7", "status": "failed", "highs": 99})
        assert answer.status == 200
        assert (answer.data["user_data"], answer.data["status"], answer.data["highs"]) == ("build 7", "completed", 1)
        assert api(method, path, {}).data["user_data"] == "build 7"
        assert api(method, path, {"user_data": None}).data["user_data"] is None
        assert api(method, path, {"user_data": "x" * 70_000}).status == 400
        assert api(method, of(everything.scan, everything.busy)).status == 404


class TestSteering:
    def test_pause_resume_cancel(self, api, target, running, models):
        paused = api.post(of(running, target, "pause/"))
        assert paused.status == 200
        assert models.scan(**paused.data).status.value == "pausing"
        Run.objects.update(state="held", control="")
        Scan.objects.update(status="paused")
        resumed = api.post(of(running, target, "resume/"), {"ignore_blackout_period": True})
        assert (resumed.status, resumed.data["status"]) == (200, "resuming")
        assert resumed.data["ignore_blackout_period"] is True
        canceled = api.post(of(running, target, "cancel/"))
        assert canceled.status == 200
        assert canceled.data["status"] == "canceled"

    def test_a_held_scan_is_cancelled_at_once(self, api, target):
        scan = factories.start(target)
        answer = api.post(of(scan, target, "cancel/"))
        assert (answer.status, answer.data["status"]) == (200, "canceled")
        assert api.get(f"/targets/{target.public_id}/").data["running_scan"] is None

    @pytest.mark.parametrize("action", ACTIONS)
    def test_what_its_state_does_not_permit(self, api, everything, action):
        answer = api.post(of(everything.scan, everything.target, f"{action}/"))
        assert (answer.status, list(answer.data)) == (400, ["non_field_errors"])

    @pytest.mark.parametrize("action", ACTIONS)
    def test_not_found_and_not_allowed(self, api, api_as, target, running, action):
        other = factories.target(target.organisation)
        assert api.post(of(running, other, f"{action}/")).status == 404
        assert api_as("auditor").post(of(running, target, f"{action}/")).status == 403

    def test_the_one_under_way(self, api, target, running, models):
        path = f"/targets/{target.public_id}/scan/"
        assert models.scan(**api.get(path).data).id == running.public_id
        assert api.post(f"{path}pause/").data["status"] == "pausing"
        Run.objects.update(state="held", control="")
        Scan.objects.update(status="paused")
        assert api.post(f"{path}resume/").data["status"] == "resuming"
        assert api.post(f"{path}cancel/").data["status"] == "canceled"
        assert api.get(path).status == 404
        assert [api.post(f"{path}{action}/").status for action in ACTIONS] == [404, 404, 404]

    def test_several(self, api, home):
        targets = [factories.target(home) for _ in range(2)]
        scans = [factories.start(one) for one in targets]
        ids = {"scans": [{"id": one.public_id} for one in scans]}
        Scan.objects.update(status="started")
        assert [row["status"] for row in api.post("/scans/bulk/pause/", ids).data] == ["paused", "paused"]
        resumed = api.post("/scans/bulk/resume/", {**ids, "overrides": {"ignore_blackout_period": True}})
        assert resumed.status == 200
        assert [(row["status"], row["ignore_blackout_period"]) for row in resumed.data] == [("resuming", True)] * 2
        canceled = api.post("/scans/bulk/cancel/", ids, is_id_404_validation=True)
        assert (canceled.status, [row["status"] for row in canceled.data]) == (200, ["canceled", "canceled"])

    def test_several_are_told_together_or_not_at_all(self, api, everything):
        ids = {"scans": [{"id": everything.running.public_id}, {"id": everything.scan.public_id}]}
        answer = api.post("/scans/bulk/cancel/", ids)
        assert (answer.status, list(answer.data)) == (400, ["non_field_errors"])
        assert Scan.objects.get(pk=everything.running.pk).status == "started"

    @pytest.mark.parametrize("action", ACTIONS)
    def test_several_that_are_not_there(self, api, everything, action):
        unknown = new_id()
        ids = {"scans": [{"id": everything.running.public_id}, {"id": unknown}]}
        answer = api.post(f"/scans/bulk/{action}/", ids, is_id_404_validation=True)
        assert (answer.status, answer.data["invalid_ids"]) == (404, [unknown])
        assert api.post(f"/scans/bulk/{action}/", {}).data == {"scans": ["This field is required."]}


class TestWarnings:
    def test_kinds(self, api):
        answer = api.get("/scans/warnings/", length=5, page=2)
        assert (answer.status, answer.data["count"], len(answer.data["results"])) == (200, 13, 5)
        assert api.get("/scans/warnings/login_failed/").data["id"] == "login_failed"

    def test_not_found_and_nonsense(self, api):
        assert api.get("/scans/warnings/rain/").status == 404
        assert api.get("/scans/warnings/", page="x").status == 400


def test_stop_is_another_word_for_cancel(api, everything):
    path = f"/targets/{everything.busy.public_id}/scans/{everything.running.public_id}/stop/"
    assert api.post(path).data["status"] == "canceling"
