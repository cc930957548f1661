from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server import factories
from vedette.contract.checkinfo import ProofLevel
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock
from vedette.server.kernel.ids import new_id
from vedette.server.scans.models import Scan
from vedette.server.tenancy.models import Organisation


@pytest.fixture
def path(everything):
    return f"/targets/{everything.target.public_id}/findings/"


@pytest.fixture
def key(everything):
    return f"{everything.target.public_id}-1"


class TestLists:
    @pytest.mark.parametrize("whose", ["account", "target"])
    def test_show_what_the_client_can_read(self, api, everything, path, models, whose):
        answer = api.get("/findings/" if whose == "account" else path, ordering="-last_found", length=50)
        assert answer.status == 200
        shown = [models.finding(**row) for row in answer.data["results"]]
        assert sorted((row.id, row.severity.value) for row in shown) == [(1, 30), (2, 10)]
        assert {row.target.id for row in shown} == {everything.target.public_id}

    def test_neither_information_nor_guesses_are_shown(self, api, everything, path):
        assert len(everything.findings) == 3
        assert api.get(path).data["count"] == 2
        assert api.get(f"{path}3/").status == 404
        factories.run_scan(factories.target(everything.home), factories.flaw("guess", proof=ProofLevel.TENTATIVE))
        assert Finding.objects.count() == 4
        assert api.get("/findings/").data["count"] == 2

    def test_pages_go_on_to_the_end(self, api, everything):
        first, second = (api.get("/findings/", length=1, page=page, ordering="severity").data for page in (1, 2))
        assert (first["count"], first["page_total"]) == (2, 2)
        assert [page["results"][0]["severity"] for page in (first, second)] == [10, 30]
        assert api.get("/findings/", length=1, page=3).status == 404

    def test_the_body_of_an_answer_is_left_to_the_detail(self, api, everything, path):
        listed = api.get(path, severity=30).data["results"][0]
        single = api.get(f"{path}1/").data
        assert "<p>1</p>" in single["requests"][0]["response"]
        assert "<p>1</p>" not in listed["requests"][0]["response"]
        assert "HTTP/1.1 200" in listed["requests"][0]["response"]
        assert listed["requests"][0]["request"] == single["requests"][0]["request"]
        assert {name: listed[name] for name in listed if name != "requests"} == {
            name: single[name] for name in single if name != "requests"
        }

    def test_asked_for_by_id_they_are_whole(self, api, key):
        row = api.get("/findings/", id=key, is_id_404_validation=True).data["results"][0]
        assert "<p>1</p>" in row["requests"][0]["response"]

    def test_filters(self, api, everything, key, path):
        one, two = 1, 2
        target, scan = everything.target.public_id, everything.scan.public_id
        api.patch(f"{path}1/", {"labels": [{"name": "red"}], "state": "invalid"})
        api.patch(f"/targets/{target}/", {"labels": [{"name": "shop"}]})
        label = api.get(f"{path}1/").data["labels"][0]["id"]
        target_label = api.get(f"/targets/{target}/").data["labels"][0]["id"]
        now = clock.now()
        before, after = (now - timedelta(days=1)).isoformat(sep=" "), (now + timedelta(days=1)).isoformat(sep=" ")

        def found(where="/findings/", **query):
            return sorted(row["id"] for row in api.get(where, **query).data["results"])

        assert found(severity=30) == [one]
        assert found(severity=[10, 30]) == [one, two]
        assert found(state="invalid") == [one]
        assert found(state=["invalid", "notfixed"]) == [one, two]
        assert found(state="retesting") == []
        assert found(label=label) == [one]
        assert found(label=label, label_logical_operator="and") == [one]
        assert found(target=target) == [one, two]
        assert found(target=everything.busy.public_id) == []
        assert found(target_label=target_label, target_label_logical_operator="and") == [one, two]
        assert found(scan=scan) == [one, two]
        assert found(scan=everything.running.public_id) == []
        assert found(new="True") == [one, two]
        assert found(new=False) == []
        assert found(review_status="pending") == []
        assert found(assignee="2" * 12) == []
        assert found(lastfound_after=before, lastfound_before=after) == [one, two]
        assert found(lastfound_after=after) == []
        assert found(changed_before=before) == []
        assert found(search="reflected") == [one, two]
        assert found(search="nowhere") == []
        assert found(id=key) == [one]
        assert found(id=2) == [two]
        assert found(path, exclude=1) == [two]
        assert found(expiration_date="2030-01-01") == []

    @pytest.mark.parametrize(
        "query",
        [
            {"severity": "0"},
            {"severity": "x"},
            {"state": "open"},
            {"new": "x"},
            {"lastfound_after": "soon"},
            {"ordering": "colour"},
            {"id": "a-b"},
            {"id": "-1"},
            {"label_logical_operator": "nor"},
            {"review_status": "x"},
        ],
    )
    def test_refuse_what_they_do_not_understand(self, api, query):
        answer = api.get("/findings/", **query)
        assert (answer.status, list(answer.data)) == (400, list(query))

    def test_ids_of_two_kinds_are_not_mixed(self, api, key):
        assert api.get("/findings/", id=[key, 2]).status == 400

    def test_say_which_ids_they_do_not_find(self, api, everything, key):
        unknown = f"{everything.target.public_id}-77"
        answer = api.get("/findings/", id=[key, unknown], is_id_404_validation=True)
        assert answer.status == 404
        assert answer.data == {"detail": "Not Found", "is_id_404_validation": True, "invalid_ids": [unknown]}
        numbers = api.get("/findings/", id=[1, 77], is_id_404_validation="1")
        assert (numbers.status, numbers.data["invalid_ids"]) == (404, ["77"])

    @pytest.mark.parametrize("length", [2, 8])
    def test_ask_no_more_for_many_than_for_few(self, api, home, django_assert_max_num_queries, length):
        for number in range(4):
            target = factories.target(home)
            factories.run_scan(target, factories.flaw("a"), factories.flaw("b"))
            api.patch(f"/targets/{target.public_id}/findings/1/", {"labels": [{"name": f"l{number}"}]})
        with django_assert_max_num_queries(25):
            assert len(api.get("/findings/", length=length).data["results"]) == length

    def test_of_no_target(self, api):
        assert api.get(f"/targets/{new_id()}/findings/").status == 404

    def test_with_the_scan_that_saw_it_last(self, api, everything, path):
        row = api.get(path, include="last_found_scan").data["results"][0]
        assert row["last_found_scan"]["id"] == everything.scan.public_id
        assert api.get(f"{path}1/", include="last_found_scan").data["last_found_scan"] == row["last_found_scan"]
        assert "last_found_scan" not in api.get(path).data["results"][0]

    def test_without_the_right_the_proof_is_left_out(self, api_as, path):
        scanner = api_as("scanner")
        for row in (scanner.get(path).data["results"][0], scanner.get(f"{path}1/").data):
            assert (row["requests"], row["evidence"]) == ([], None)


class TestDetail:
    def test_of_a_target_and_of_the_account(self, api, everything, path, key, models):
        one = api.get(f"{path}1/")
        assert one.status == 200
        shown = models.finding(**one.data)
        assert (shown.id, shown.scans, shown.state.value) == (1, [everything.scan.public_id], "notfixed")
        assert api.get(f"/findings/{key}/").data == one.data
        assert api.get("/findings/1/").data == one.data

    def test_a_number_that_two_have_tells_nothing(self, api, home, everything):
        factories.run_scan(factories.target(home), factories.flaw("a"))
        assert api.get("/findings/1/").status == 404
        assert api.get("/findings/2/").status == 200

    @pytest.mark.parametrize("name", ["77", "x", "x-1", "-1", "1-", "9" * 30, f"{'2' * 12}-1"])
    def test_not_found(self, api, everything, name):
        for method in ("GET", "PATCH", "PUT"):
            assert api(method, f"/findings/{name}/").status == 404

    @pytest.mark.parametrize("method", ["GET", "PATCH", "PUT"])
    def test_not_found_in_a_target(self, api, everything, path, method):
        assert api(method, f"{path}77/").status == 404
        assert api(method, f"{path}{'9' * 40}/").status == 404
        assert api(method, f"/targets/{everything.busy.public_id}/findings/1/").status == 404

    def test_people_decide(self, api, path, models):
        answer = api.patch(
            f"{path}1/", {"state": "accepted", "change_reason": "known", "expiration_date": "2040-01-31"}
        )
        assert answer.status == 200
        shown = models.finding(**answer.data)
        assert shown.state.value == "accepted"
        assert (answer.data["change_reason"], answer.data["expiration_date"]) == ("known", "2040-01-31")
        assert api.patch(f"{path}1/", {"state": "notfixed"}).data["state"] == "notfixed"

    def test_other_fields(self, api, home, path, models):
        person = factories.person(home, "developer")
        given = {
            "severity": 40,
            "comment": "look",
            "assignee": {"id": person.public_id},
            "labels": [{"name": "new one"}],
        }
        answer = api.put(f"{path}1/", given)
        assert answer.status == 200
        shown = models.finding(**answer.data)
        assert (shown.severity.value, shown.comment, shown.assignee.id) == (40, "look", person.public_id)
        assert [label.name for label in shown.labels] == ["new one"]
        label = {"id": answer.data["labels"][0]["id"]}
        other = api.patch(f"{path}2/", {"labels": [label]}).data
        assert other["labels"] == answer.data["labels"]
        assert api.patch(f"{path}1/", {"assignee": None, "labels": []}).data["assignee"] is None

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_what_was_fetched_may_be_posted_back(self, api, api_as, home, path, method):
        """Even by those who may neither decide nor see who there is."""
        person = {"id": factories.person(home, "developer").public_id}
        decided = {"labels": [{"name": "x"}], "state": "accepted", "change_reason": "known", "assignee": person}
        assert api.patch(f"{path}1/", decided).status == 200
        fetched = api.get(f"{path}1/").data
        assert api_as("developer")(method, f"{path}1/", fetched).data == fetched

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"state": "gone"}, "state"),
            ({"state": "fixed"}, "state"),
            ({"severity": 0}, "severity"),
            ({"severity": 11}, "severity"),
            ({"assignee": {"id": "2" * 12}}, "assignee"),
            ({"assignee": 7}, "assignee"),
            ({"labels": [{"id": "2" * 12}]}, "labels"),
            ({"labels": "red"}, "labels"),
            ({"comment": "a\0"}, "comment"),
            ({"expiration_date": "soon"}, "expiration_date"),
            ({"review_status": "accepted"}, "review_status"),
            ({"state": "accepted", "expiration_date": "2001-01-01"}, "expiration_date"),
        ],
    )
    def test_refuses_what_may_not_be(self, api, path, body, field):
        answer = api.patch(f"{path}1/", body)
        assert (answer.status, list(answer.data)) == (400, [field])

    def test_the_right_to_decide_is_needed(self, api_as, path):
        developer = api_as("developer")
        assert developer.patch(f"{path}1/", {"comment": "x"}).status == 200
        assert developer.patch(f"{path}1/", {"state": "invalid"}).status == 403
        assert developer.patch(f"{path}1/", {"severity": 10}).status == 403


class TestHistory:
    @pytest.mark.parametrize("name", ["logs", "log"])
    def test_what_happened(self, api, everything, path, name):
        api.patch(f"{path}1/", {"comment": "look"})
        api.patch(f"{path}1/", {"state": "invalid", "change_reason": "no flaw"})
        api.patch(f"{path}1/", {"state": "notfixed"})
        answer = api.get(f"{path}1/{name}/")
        assert answer.status == 200
        kinds = [row["message_type"] for row in answer.data["results"]]
        assert kinds == ["update", "invalid", "note", "found"]
        first = answer.data["results"][-1]
        assert (first["scan"], first["user"]["name"]) == (everything.scan.public_id, "Vedette")
        assert answer.data["results"][2]["message"] == "look"

    def test_of_a_kind(self, api, path):
        api.patch(f"{path}1/", {"comment": "look"})
        assert [row["message_type"] for row in api.get(f"{path}1/logs/", message_type="note").data["results"]] == [
            "note"
        ]
        assert api.get(f"{path}1/logs/", message_type=["note", "found"]).data["count"] == 2
        assert api.get(f"{path}1/logs/", message_type="gossip").status == 400

    def test_not_found(self, api, path):
        assert api.get(f"{path}77/logs/").status == 404
        assert api.get(f"{path}77/log/").status == 404


class TestRetest:
    def test_one(self, api, everything, path, models):
        answer = api.post(f"{path}1/retest/", {"scan_profile": "safe", "ignore_blackout_period": True})
        assert answer.status == 200
        scan = models.scan(**answer.data)
        assert (scan.status.value, scan.scan_profile, scan.target.id) == ("queued", "safe", everything.target.public_id)
        assert Scan.objects.get(public_id=scan.id).kind == "retest"
        assert models.finding(**api.get(f"{path}1/").data).retesting
        assert api.get("/findings/", state="retesting").data["count"] == 1
        again = api.post(f"{path}2/retest/")
        assert (again.status, list(again.data)) == (400, ["non_field_errors"])

    def test_several_as_the_client_asks(self, api, everything):
        target = everything.target.public_id
        body = {"ids": [{"target_id": target, "finding_id": "1"}, {"target_id": target, "finding_id": "2"}]}
        answer = api.post("/findings/bulk/retest/", body)
        assert answer.status == 200
        assert answer.data == {"ids": [{"target_id": target, "finding_id": number} for number in (1, 2)]}
        assert api.get("/findings/", state="retesting").data["count"] == 2

    def test_several_of_a_target(self, api, path):
        answer = api.post(f"{path}bulk/retest/", {"ids": [1, "2"], "scan_profile": "safe"})
        assert (answer.status, answer.data) == (200, {"ids": [1, 2]})

    def test_bad_input(self, api, everything, path):
        assert api.post(f"{path}1/retest/", {"scan_profile": "warp"}).status == 400
        for body in ({}, {"ids": []}, {"ids": ["x"]}, {"ids": [{"target_id": "x"}]}, {"ids": [True]}, {"ids": [1]}):
            answer = api.post("/findings/bulk/retest/", body)
            assert (answer.status, list(answer.data)) == (400, ["ids"])

    def test_not_found_and_not_allowed(self, api, api_as, everything, path, key):
        unknown = key.replace("-1", "-77")
        answer = api.post("/findings/bulk/retest/", {"ids": [key, unknown]})
        assert (answer.status, answer.data["invalid_ids"]) == (404, [unknown])
        assert api.post(f"{path}77/retest/").status == 404
        assert api.post(f"{path}bulk/retest/", {"ids": [77]}).status == 404
        assert api_as("auditor").post(f"{path}1/retest/").status == 403


class TestBulkUpdate:
    def test_self_review_as_the_client_asks(self, api, everything):
        Organisation.objects.update(self_findings_review_enabled=True)
        Finding.objects.update(review_status="pending")
        target = everything.target.public_id
        body = {
            "ids": [{"target_id": target, "finding_id": "1"}],
            "review_status": "rejected",
            "review_reason": "not ours",
        }
        answer = api.post("/findings/bulk/update/", body)
        assert answer.status == 200
        assert answer.data == {"ids": [{"target_id": target, "finding_id": 1}]}
        row = api.get("/findings/", id=f"{target}-1", is_id_404_validation=True).data["results"][0]
        assert (row["review_status"], row["review_reason"]) == ("rejected", "not ours")

    def test_ids_as_text(self, api, everything, key):
        answer = api.post("/findings/bulk/update/", {"ids": [key], "state": "invalid"})
        assert answer.status == 200
        assert api.get(f"/findings/{key}/").data["state"] == "invalid"

    @pytest.mark.parametrize("method", ["POST", "PATCH"])
    def test_of_a_target(self, api, path, method):
        answer = api(method, f"{path}bulk/update/", {"ids": [1, 2], "labels": [{"name": "both"}]})
        assert (answer.status, answer.data) == (200, {"ids": [1, 2]})
        assert [[label["name"] for label in row["labels"]] for row in api.get(path).data["results"]] == [["both"]] * 2

    def test_all_or_none(self, api, everything, path, key):
        unknown = key.replace("-1", "-77")
        answer = api.post("/findings/bulk/update/", {"ids": [key, unknown], "state": "invalid"})
        assert (answer.status, answer.data["invalid_ids"]) == (404, [unknown])
        assert not Finding.objects.filter(state="invalid").exists()

    def test_a_target_knows_its_own_alone(self, api, everything, path):
        other = everything.busy.public_id
        answer = api.post(f"{path}bulk/update/", {"ids": [f"{other}-1"], "comment": "x"})
        assert (answer.status, answer.data["invalid_ids"]) == (404, [f"{other}-1"])

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"state": "invalid"}, "ids"),
            ({"ids": [1], "state": "gone"}, "state"),
            ({"ids": ["²"], "state": "invalid"}, "ids"),
        ],
    )
    def test_bad_input(self, api, path, body, field):
        answer = api.post(f"{path}bulk/update/", body)
        assert (answer.status, list(answer.data)) == (400, [field])


def test_severities_that_people_gave_count(api, everything, path):
    """What was mere information to the scanner is shown once somebody says that it is more."""
    Finding.objects.filter(number=3).update(severity=20)
    assert api.get(f"{path}3/").data["severity"] == 20


def test_the_other_name_of_the_bulk_change(api, everything):
    path = f"/targets/{everything.target.public_id}/findings/bulk-update/"
    number = everything.findings[0].number
    assert api.post(path, {"findingIds": [number], "comment": "Seen"}).data == {"ids": [number]}
    assert api.get(f"/targets/{everything.target.public_id}/findings/{number}/").data["comment"] == "Seen"
    assert list(api.post(path, {"ids": [number], "comment": "Seen"}).data) == ["findingIds"]
