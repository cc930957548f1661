from __future__ import annotations

import pytest

from vedette.server.findings.models import Finding


def test_reading_takes_no_notice_of_a_body(api, everything):
    for path in ("/targets/", "/scans/", "/findings/", f"/targets/{everything.target.public_id}/"):
        assert api.raw("GET", path, b"{broken", "application/json").status == 200


def test_forms_are_taken_too(api):
    answer = api.raw(
        "POST",
        "/targets/?skip_reachability_check=1",
        b"site.url=http%3A%2F%2Fshop.example.org%2F&site.name=Shop",
        "application/x-www-form-urlencoded",
    )
    assert answer.status == 201
    assert answer.data["site"]["name"] == "Shop"


@pytest.mark.parametrize("body", [b"[]", b'""', b"0", b"false", b'[{"desc": "x"}]'])
def test_a_body_that_is_no_object_is_refused(api, everything, body):
    answer = api.raw("PATCH", f"/targets/{everything.target.public_id}/", body, "application/json")
    assert (answer.status, list(answer.data)) == (400, ["non_field_errors"])


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_a_body_may_be_left_out(api, everything, body):
    assert api.raw("PATCH", f"/targets/{everything.target.public_id}/", body, "application/json").status == 200


def test_an_unknown_kind_of_body_is_refused(api, everything):
    answer = api.raw("PATCH", f"/targets/{everything.target.public_id}/", b"<x/>", "application/xml")
    assert (answer.status, list(answer.data)) == (415, ["detail"])


def test_a_method_that_is_not_there(api):
    answer = api.delete("/targets/")
    assert (answer.status, list(answer.data)) == (405, ["detail"])
    assert answer.response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_fault_of_ours_tells_nothing(api, everything, monkeypatch):
    monkeypatch.setattr(Finding, "title", property(lambda self: 1 / 0), raising=False)
    answer = api.get("/findings/")
    assert (answer.status, answer.data) == (500, {"detail": "Server error."})


def test_a_key_that_acts_for_nobody_is_named_by_what_it_changed(api, everything):
    me = {name: api.get("/profile/").data[name] for name in ("id", "email", "name")}
    assert me["id"] and me["name"] != "Vedette"
    target = f"/targets/{everything.target.public_id}/"
    made = {
        "target": api.patch(target, {"site": {"name": "New"}}),
        "new target": api.post(
            "/targets/?skip_reachability_check=true", {"site": {"url": "http://new.example.org/", "name": "n"}}
        ),
        "extra host": api.post(
            f"{target}assets/?skip_reachability_check=true", {"host": "cdn.example.org", "name": "c"}
        ),
        "schedule": api.post(f"{target}scheduledscans/", {"date_time": "2190-01-01T00:00:00Z", "recurrence": "d"}),
        "credential": api.post("/credentials/", {"name": "c", "value": "v"}),
        "label": api.post("/labels/targets/", {"name": "l", "color": "#ff0000"}),
        "key": api.post("/api-users/", {"name": "k"}),
        "finding": api.patch(f"{target}findings/{everything.findings[0].number}/", {"comment": "seen"}),
        "scan": api.patch(f"{target}scans/{everything.scan.public_id}/", {"user_data": "seen"}),
    }
    named = {name: answer.data.get("changed_by", answer.data) for name, answer in made.items()}
    assert named == dict.fromkeys(made, me)
    assert made["target"].data["site"]["changed_by"] == me


def test_a_scan_names_the_key_that_started_it(api, everything):
    started = api.post(f"/targets/{everything.target.public_id}/scan_now/", {"scan_profile": "lightning"}).data
    assert started["created_by"]["id"] == started["changed_by"]["id"] == api.get("/profile/").data["id"]
