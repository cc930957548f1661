from __future__ import annotations

import json

import pytest

from tests.contract.probely.answers import faults
from tests.server import factories
from vedette.contract.events import EndpointFound, ScanFinished
from vedette.server.agents import services as agents
from vedette.server.findings.models import Finding
from vedette.server.kernel.ids import new_id
from vedette.server.targets.models import Target

NEW = {"site": {"url": "http://Shop.example.org", "name": "Shop"}, "type": "single"}
UNSEEN = {"skip_reachability_check": True, "duplicate_check": False}


def url_of(target):
    return f"/targets/{target.public_id}/"


class TestList:
    def test_shows_what_the_client_can_read(self, api, everything, models):
        answer = api.get("/targets/", ordering="-changed", length=50, page=1)
        assert answer.status == 200
        assert {name: answer.data[name] for name in ("count", "page_total", "page", "length")} == {
            "count": 2,
            "page_total": 1,
            "page": 1,
            "length": 50,
        }
        shown = [models.target(**row) for row in answer.data["results"]]
        assert {row.id for row in shown} == {everything.target.public_id, everything.busy.public_id}

    def test_pages(self, api, home):
        made = [factories.target(home).public_id for _ in range(3)]
        pages = [api.get("/targets/", length=2, page=page, ordering="changed").data["results"] for page in (1, 2)]
        assert [row["id"] for page in pages for row in page] == made
        past = api.get("/targets/", length=2, page=3)
        assert (past.status, past.data) == (404, {"detail": "Invalid page."})

    def test_an_empty_list_has_a_page(self, api):
        assert api.get("/targets/").data == {"count": 0, "page_total": 1, "page": 1, "length": 10, "results": []}

    @pytest.mark.parametrize(
        "query",
        [
            {"page": "0"},
            {"length": "x"},
            {"page": "²"},
            {"page": "9" * 5000},
            {"ordering": "colour"},
            {"risk": "11"},
            {"risk": "high"},
            {"type": "ship"},
            {"unlimited": "perhaps"},
            {"label_logical_operator": "xor"},
            {"search": "a\0"},
            {"id": "a\0"},
        ],
    )
    def test_refuses_what_it_does_not_understand(self, api, query):
        answer = api.get("/targets/", **query)
        assert answer.status == 400
        assert list(answer.data) == list(query)

    def test_filters(self, api, home):
        first = factories.target(home, name="Alpha")
        second = factories.target(home, name="Beta", verified=False, profile="lightning")
        api.patch(url_of(first), {"labels": [{"name": "red"}, {"name": "blue"}]})
        api.patch(url_of(second), {"labels": [{"name": "red"}]})
        labels = {one["name"]: one["id"] for one in api.get(url_of(first)).data["labels"]}
        Target.objects.filter(pk=first.pk).update(risk=30)
        a, b = first.public_id, second.public_id

        def found(**query):
            return [row["id"] for row in api.get("/targets/", ordering="name", **query).data["results"]]

        assert found(verified="True") == [a]
        assert found(verified=False) == [b]
        assert found(risk="null") == [b]
        assert found(risk=["null", 30]) == [a, b]
        assert found(scan_profile="lightning") == [b]
        assert found(search="alph") == [a]
        assert found(exclude=a) == [b]
        assert found(id=[a, b]) == [a, b]
        assert found(type="api") == []
        assert found(type=["single", "api"]) == [a, b]
        assert found(unlimited="1") == [a, b]
        assert found(label=[labels["red"], labels["blue"]], label_logical_operator="and") == [a]
        assert found(label=[labels["red"], labels["blue"]], label_logical_operator="or") == [a, b]
        assert [row["id"] for row in api.get("/targets/", ordering="-target__name").data["results"]] == [b, a]

    def test_says_which_ids_it_does_not_find(self, api, home):
        known, unknown = factories.target(home).public_id, new_id()
        assert [row["id"] for row in api.get("/targets/", id=[known, unknown]).data["results"]] == [known]
        answer = api.get("/targets/", id=[known, unknown, "not-one"], is_id_404_validation=True)
        assert answer.status == 404
        assert answer.data["invalid_ids"] == [unknown, "not-one"]

    def test_asks_no_more_for_many_than_for_few(self, api, home, django_assert_max_num_queries):
        for number in range(6):
            target = factories.target(home, labels=(), name=f"T{number}")
            api.patch(url_of(target), {"labels": [{"name": f"l{number}"}], "site": {"headers": [_header("X-A")]}})
            api.post(f"{url_of(target)}assets/", {"host": f"h{number}.example.org"}, skip_reachability_check=True)
            target.refresh_from_db()
            factories.run_scan(target)
        for target in Target.objects.all():
            factories.start(target)
        with django_assert_max_num_queries(25):
            assert api.get("/targets/", length=50).data["count"] == 6

    def test_profiles_by_name_when_asked(self, api, home):
        factories.target(home)
        shown = api.get("/targets/", scan_profile_name="true").data
        assert faults("TargetPage", shown) == []
        row = shown["results"][0]
        assert row["scan_profile"] == {
            "id": "normal",
            "name": "Normal",
            "description": row["scan_profile"]["description"],
            "builtin": True,
        }
        assert api.get("/targets/").data["results"][0]["scan_profile"] == "normal"


def _header(name, **more):
    return {"name": name, "value": "1", "allow_testing": False, "authentication": False, **more}


class TestCreate:
    def test_a_url_is_enough(self, api, models):
        answer = api.post("/targets/", NEW, **UNSEEN)
        assert answer.status == 201
        made = models.target(**answer.data)
        assert str(made.site.url) == "http://shop.example.org/"
        assert made.site.name == "Shop"
        assert (made.risk, made.last_scan, made.running_scan, made.next_scan) == (None, None, None, None)
        assert api.get(f"/targets/{made.id}/").data == answer.data

    def test_settings_are_taken(self, api):
        given = {
            "site": {
                "url": "http://shop.example.org/",
                "headers": [_header("X-Token", authentication=True)],
                "whitelist": ["/more"],
                "blacklist": ["http://shop.example.org/out/*"],
                "auth_enabled": True,
            },
            "name": "Older place",
            "scan_profile": "full",
            "labels": [{"name": "new"}],
            "report_type": "owasp",
            "report_fileformat": "docx",
        }
        made = api.post("/targets/", given, **UNSEEN).data
        assert made["site"]["name"] == made["name"] == "Older place"
        assert (made["scan_profile"], made["report_type"], made["report_fileformat"]) == ("full", "owasp", "docx")
        assert [one["name"] for one in made["labels"]] == ["new"]
        assert made["site"]["whitelist"] == ["/more"]
        assert made["site"]["headers"][0]["value"].startswith("OBFUSCATED_")

    @pytest.mark.parametrize(
        ("body", "errors"),
        [
            ({}, {"site": ["This field is required."]}),
            ({"site": {}}, {"site": {"url": ["This field is required."]}}),
            (
                {"site": {"url": "ftp://x.example.org/"}},
                {"site": {"url": ["Only http and https URLs can be scanned."]}},
            ),
            ({"site": "x"}, {"site": {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}}),
            ({**NEW, "report_type": "poem"}, {"report_type": ['"poem" is not a valid choice.']}),
            ({**NEW, "labels": [{}]}, {"labels": {"0": ["A label needs an id or a name."]}}),
            ({**NEW, "labels": [{"id": "2" * 12}]}, {"labels": ["There is no such label."]}),
            ({**NEW, "teams": [{"id": "2" * 12}]}, {"teams": ["There is no such team."]}),
            ([1], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        ],
    )
    def test_says_what_is_wrong_where(self, api, body, errors):
        answer = api.post("/targets/", body, **UNSEEN)
        assert (answer.status, answer.data) == (400, errors)

    @pytest.mark.parametrize(
        ("body", "path"),
        [
            ({"type": "host", "site": {"url": "http://a.example.org/"}}, ("type",)),
            ({"site": {"url": "http://a.example.org/", "is_mle_active": True}}, ("site", "is_mle_active")),
            ({"site": {"url": "http://a.example.org/"}, "scanning_agent": {"id": "x"}}, ("scanning_agent",)),
        ],
    )
    def test_refuses_what_cannot_be_done_yet(self, api, body, path):
        answer = api.post("/targets/", body, **UNSEEN)
        assert answer.status == 400
        found = answer.data
        for step in path:
            assert list(found) == [step]
            found = found[step]
        assert not Target.objects.exists()

    def test_checks_are_done_when_asked_for(self, api, monkeypatch):
        assert api.post("/targets/", NEW, **UNSEEN).status == 201
        twice = api.post("/targets/", NEW, skip_reachability_check=True, duplicate_check=True)
        assert (twice.status, list(twice.data["site"])) == (400, ["url"])
        assert api.post("/targets/", NEW, **UNSEEN).status == 201
        deep = api.post("/targets/", {"site": {"url": "http://a.example.org/b"}}, check_fullpath=1, **UNSEEN)
        assert (deep.status, list(deep.data["site"])) == (400, ["url"])

        failed = [ScanFinished(verdict="failed", reasons=("connection refused",))]
        monkeypatch.setattr(agents, "wait", lambda run, *, timeout_s: failed)
        unseen = api.post("/targets/", NEW)
        assert (unseen.status, unseen.data) == (400, {"site": {"url": ["connection refused"]}})

        moved = [EndpointFound(method="GET", url="http://shop.example.org/", status=301, source="start")]
        monkeypatch.setattr(agents, "wait", lambda run, *, timeout_s: moved)
        assert api.post("/targets/", NEW).status == 400
        assert api.post("/targets/", NEW, skip_redirect_check=True).status == 201

    def test_a_fetched_target_is_a_template(self, api, everything):
        fetched = api.get(url_of(everything.target)).data
        fetched["site"]["url"] = "http://copy.example.org/"
        copy = api.post("/targets/", fetched, **UNSEEN)
        assert copy.status == 201, copy.data
        assert copy.data["id"] != fetched["id"]
        assert (copy.data["site"]["name"], copy.data["assets"], copy.data["highs"]) == ("Shop", [], 0)

    def test_the_right_is_needed(self, api_as):
        answer = api_as("scanner").post("/targets/", NEW, **UNSEEN)
        assert (answer.status, answer.data) == (403, {"detail": "You may not do this."})


class TestDetail:
    def test_shows_one(self, api, everything, models):
        shown = models.target(**api.get(url_of(everything.target)).data)
        assert (shown.lows, shown.mediums, shown.highs, shown.criticals, shown.risk) == (1, 0, 1, 0, 30)
        assert shown.last_scan.id == everything.scan.public_id
        assert [host.host for host in shown.assets] == ["api.example.org"]
        busy = models.target(**api.get(url_of(everything.busy)).data)
        assert busy.running_scan.id == everything.running.public_id

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
    def test_what_is_not_there_is_not_found(self, api, method):
        answer = api(method, f"/targets/{new_id()}/")
        assert (answer.status, answer.data) == (404, {"detail": "Not found."})

    def test_what_is_given_changes(self, api, home, models):
        target = factories.target(home, name="Shop", desc="Old")
        answer = api.patch(url_of(target), {"site": {"name": "New"}, "scan_profile": "safe", "fail_fast": False})
        assert answer.status == 200
        shown = models.target(**answer.data)
        assert (shown.site.name, shown.site.desc, shown.scan_profile, shown.fail_fast) == ("New", "Old", "safe", False)

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_what_was_fetched_may_be_posted_back(self, api, everything, method):
        fetched = api.get(url_of(everything.target)).data
        answer = api(method, url_of(everything.target), fetched)
        assert answer.status == 200
        assert answer.data == fetched

    def test_secrets_survive_being_posted_back(self, api, home):
        target = factories.target(home)
        url = url_of(target)
        made = api.patch(url, {"site": {"cookies": [_header("sid", value="s3cret", authentication=True)]}}).data
        assert "s3cret" not in str(made)
        again = api.put(url, made)
        assert again.status == 200
        assert again.data["site"]["cookies"] == made["site"]["cookies"]
        assert api.patch(url, {"site": {"cookies": None}}).data["site"]["cookies"] == []

    @pytest.mark.parametrize(
        ("body", "errors"),
        [
            ({"site": {"url": "http://elsewhere.example.org/"}}, ("site", "url")),
            ({"type": "api"}, ("type",)),
            ({"site": {"has_otp": True}}, ("site", "otp_secret")),
            ({"site": {"headers": [{"name": "Host", "value": "x"}]}}, ("site", "headers")),
            ({"site": {"headers": [{"value": "x"}]}}, ("site", "headers")),
            ({"site": {"headers": "x"}}, ("site", "headers")),
            ({"scan_profile": 7}, ("scan_profile",)),
            ({"unlimited": "perhaps"}, ("unlimited",)),
        ],
    )
    def test_refuses_what_may_not_be(self, api, home, body, errors):
        answer = api.patch(url_of(factories.target(home)), body)
        assert answer.status == 400
        found = answer.data
        for step in errors:
            found = found[step]
        assert found

    def test_is_deleted(self, api, everything):
        assert api.delete(url_of(everything.busy)).status == 400
        gone = api.delete(url_of(everything.target))
        assert (gone.status, gone.data) == (204, None)
        assert api.get(url_of(everything.target)).status == 404
        assert api.get("/findings/").data["count"] == 0
        assert everything.scan.public_id not in str(api.get("/scans/").data)
        assert api.get(f"/scans/{everything.scan.public_id}/").status == 404
        assert Finding.objects.exists()

    def test_a_reader_changes_nothing(self, api_as, everything):
        reader = api_as("auditor")
        assert reader.get(url_of(everything.target)).status == 200
        assert reader.patch(url_of(everything.target), {"name": "x"}).status == 403
        assert reader.delete(url_of(everything.target)).status == 403


class TestBulk:
    def test_update(self, api, home):
        ids = [factories.target(home).public_id for _ in range(2)]
        answer = api.post("/targets/bulk/update/", {"ids": ids, "scan_profile": "full"}, is_id_404_validation=True)
        assert (answer.status, answer.data) == (200, {"ids": ids})
        assert {row["scan_profile"] for row in api.get("/targets/", id=ids).data["results"]} == {"full"}

    def test_update_changes_all_or_none(self, api, home):
        known, unknown = factories.target(home, name="Old"), new_id()
        ids = [known.public_id, unknown]
        answer = api.post("/targets/bulk/update/", {"ids": ids, "name": "New"}, is_id_404_validation=True)
        assert answer.status == 404
        assert answer.data == {"detail": "Not Found", "is_id_404_validation": True, "invalid_ids": [unknown]}
        assert Target.objects.get().name == "Old"

    def test_delete(self, api, home):
        ids = [factories.target(home).public_id for _ in range(2)]
        answer = api.post("/targets/bulk/delete/", {"ids": ids}, is_id_404_validation=True)
        assert (answer.status, answer.data) == (200, {"ids": ids})
        assert api.get("/targets/").data["count"] == 0
        again = api.post("/targets/bulk/delete/", {"ids": ids}, is_id_404_validation=True)
        assert (again.status, again.data["invalid_ids"]) == (404, ids)

    @pytest.mark.parametrize("action", ["update", "delete"])
    @pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": "x"}, {"ids": [["x"]]}])
    def test_ids_must_be_a_list(self, api, action, body):
        answer = api.post(f"/targets/bulk/{action}/", body)
        assert (answer.status, list(answer.data)) == (400, ["ids"])


class TestOtherAddresses:
    def test_settings_are_the_target(self, api, everything):
        path = f"/targets/{everything.target.public_id}/settings/"
        assert api.get(path).data == api.get(url_of(everything.target)).data
        assert api.patch(path, {"site": {"desc": "Ours"}, "report_type": "owasp"}).data["report_type"] == "owasp"
        assert api.get(url_of(everything.target)).data["site"]["desc"] == "Ours"

    def test_the_wizard_sees_targets_in_the_order_in_which_they_were_added(self, api, everything):
        answer = api.get("/wizard/targets")
        found = [row["id"] for row in answer.data["results"]]
        assert found == [everything.target.public_id, everything.busy.public_id]
        assert api.get("/wizard/targets", search="shop", id=found[1]).data["count"] == 1


class TestInlineDescription:
    OPENAPI = {"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {}}  # noqa: RUF012

    @pytest.mark.parametrize(("name", "kind"), [("schema", "openapi"), ("collection", "postman")])
    @pytest.mark.parametrize("as_text", [True, False])
    def test_comes_with_the_target(self, api, name, kind, as_text):
        given = json.dumps(self.OPENAPI) if as_text else self.OPENAPI
        made = api.post("/targets/", {**NEW, "type": "api", name: given}, **UNSEEN)
        assert (made.status, made.data["site"]["api_scan_settings"]["api_schema_type"]) == (201, kind)
        assert name not in made.data
        found = api.get(f"/targets/{made.data['id']}/download_api_schema_file/")
        assert found.data == self.OPENAPI

    def test_has_the_profiles_of_apis_and_none_of_them_is_for_a_web_site(self, api, home):
        made = api.post("/targets/", {**NEW, "type": "api", "schema": self.OPENAPI}, **UNSEEN).data
        assert made["scan_profile"] == "api_normal"
        assert [one["id"] for one in made["allowed_scan_profiles"]] == ["api_lightning"]
        refused = api.post("/targets/", {**NEW, "scan_profile": "api_safe"}, **UNSEEN)
        assert (refused.status, list(refused.data)) == (400, ["scan_profile"])
        web = factories.target(home)
        body = {"ids": [made["id"]], "scan_profile": "api_safe"}
        assert api.post("/targets/bulk/update/", body).status == 200
        body["ids"].append(web.public_id)
        assert api.post("/targets/bulk/update/", body).status == 400
        assert api.patch(url_of(web), {"scan_profile": "api_safe"}).status == 400
        assert api.patch(f"/targets/{made['id']}/", {"scan_profile": "safe"}).data["scan_profile"] == "safe"

    def test_is_for_apis_and_of_bounded_size(self, api):
        assert list(api.post("/targets/", {**NEW, "schema": self.OPENAPI}, **UNSEEN).data) == ["schema"]
        large = {**NEW, "type": "api", "schema": "x" * (4 * 1024 * 1024 + 1)}
        assert list(api.post("/targets/", large, **UNSEEN).data) == ["schema"]
        assert not Target.objects.exists()


class TestScanProfile:
    def test_must_exist(self, api, everything):
        path = url_of(everything.target)
        missing = {"scan_profile": ['Invalid pk "nonsense" - object does not exist.']}
        assert api.post("/targets/", {**NEW, "scan_profile": "nonsense"}, **UNSEEN).data == missing
        assert api.patch(path, {"scan_profile": "nonsense"}).data == missing
        bulk = {"ids": [everything.target.public_id], "scan_profile": "nonsense"}
        assert api.post("/targets/bulk/update/", bulk).data == missing
        assert api.get(path).data["scan_profile"] == "normal"
        assert api.patch(path, {"scan_profile": {"id": "safe"}}).data["scan_profile"] == "safe"

    def test_that_of_the_target_may_be_repeated_when_it_is_archived(self, api, everything):
        profile = api.post("/scan-profiles/", {"name": "Ours", "type": "web"}).data["id"]
        path = url_of(everything.target)
        api.patch(path, {"scan_profile": profile})
        api.patch(f"/scan-profiles/{profile}/", {"archived": True})
        assert api.patch(path, {"scan_profile": profile, "desc": "x"}).status == 200
        assert api.post("/targets/", {**NEW, "scan_profile": profile}, **UNSEEN).status == 400
