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
