from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from probely.sdk.schemas._schemas import InsertionPoint, Method

from tests.server import factories
from vedette.engine.attack.point import PointKind
from vedette.server.api.probely.shapes import finding as shape
from vedette.server.findings.models import Finding, FindingLog
from vedette.server.tenancy.models import User


def row(**fields: Any) -> Finding:
    given = {"number": 1, "severity": 30, "severity_seen": 30, "check_id": "xss-reflected", "title": "Flaw"}
    return Finding(**{**given, "url": "http://shop.example.org/a/b?q=1&q=2&r=", **fields})


@pytest.fixture
def stored(home):
    factories.run_scan(factories.target(home), factories.flaw("q"))
    return Finding.objects.get()


def test_what_the_client_reads(stored, models):
    shown = shape.full(stored, scans=["s"], steps=[])
    read = models.finding(**shown)
    assert (read.id, read.scans, read.evidence, read.requests) == (1, ["s"], None, [])
    assert (shown["method"], shown["insertion_point"], shown["parameter"]) == ("get", "parameter", "q")
    assert shown["definition"]["name"]
    assert shown["fix"]


def test_the_proof_is_markdown(stored):
    steps = factories.flaw("q").steps
    shown = shape.full(stored, scans=[], steps=steps)
    assert shown["requests"][0]["request"].startswith("```http\nGET /search?q=1 HTTP/1.1")
    assert "proof" in shown["evidence"]


def test_addresses(stored):
    stored.url = "http://shop.example.org/a/b?q=1&q=2&r=#top"
    shown = shape.full(stored, scans=[], steps=[])
    assert shown["path"] == "http://shop.example.org/a/b"
    assert shown["params"] == {"q": ["1", "2"], "r": [""]}
    stored.url = "http://shop.example.org/"
    assert shape.full(stored, scans=[], steps=[])["params"] is None


@pytest.mark.parametrize("kind", list(PointKind))
def test_every_kind_of_insertion_point_has_a_name(kind):
    found = shape.insertion_point(row(kind=kind.value, parameter="1"))
    assert found
    InsertionPoint(found)


@pytest.mark.parametrize(
    ("url", "parameter", "name"),
    [
        ("http://x.example.org/item/7", "1", "url_filename"),
        ("http://x.example.org/item/7/edit", "1", "url_folder"),
        ("http://x.example.org/item/7/", "1", "url_folder"),
        ("http://x.example.org/item/7", "0", "url_folder"),
    ],
)
def test_segments_of_a_path(url, parameter, name):
    assert shape.insertion_point(row(kind="path", url=url, parameter=parameter)) == name


def test_no_input_no_insertion_point():
    assert shape.insertion_point(row(kind="")) == ""


def test_methods_are_those_that_the_client_knows(stored):
    assert all(Method(name) for name in shape.METHODS)
    stored.method = "PROPFIND"
    assert shape.full(stored, scans=[], steps=[])["method"] == ""


def test_what_has_no_field_of_its_own(stored):
    stored.sink_url, stored.reachable = "http://shop.example.org/sink", False
    stored.occurrence_count, stored.occurrences = 70, [f"http://shop.example.org/{n}" for n in range(70)]
    extra = shape.full(stored, scans=[], steps=[])["extra"]
    assert "Proof: confirmed." in extra
    assert "`http://shop.example.org/sink`" in extra
    assert "could not reach" in extra
    assert "Seen at 70 addresses" in extra
    assert extra.count("\n- ") == 50


def test_decisions(stored):
    stored.expiration_date, stored.approval_date = date(2030, 1, 31), None
    shown = shape.full(stored, scans=[], steps=[])
    assert (shown["expiration_date"], shown["approval_date"]) == ("2030-01-31", None)


def test_only_what_was_given_is_handed_on():
    assert shape.changes({}) == {}
    assert shape.changes({"review_status": "", "review_reason": None}) == {"review_reason": ""}
    assert shape.changes({"state": "accepted", "expiration_date": None}) == {
        "state": "accepted",
        "expiration_date": None,
    }
    assert shape.retest_options({}) == {"profile": None, "ignore_blackout": False}


def test_lines_of_the_history():
    kinds = {kind for kinds in shape.LOG_TYPES.values() for kind in kinds}
    assert kinds == {
        "found", "invalid", "accepted", "fixed", "note", "update", "assign", "retest", "retest_failed", "reopened",
    }  # fmt: skip
    assert shape.log(FindingLog(type="reopened"))["message_type"] == "update"
    assert shape.log(FindingLog(type="note", actor_name="CI key"))["user"]["name"] == "CI key"
    assert shape.log(FindingLog(type="note", user=User(email="a@example.org", name="Ada")))["user"]["name"] == "Ada"
    assert shape.log(FindingLog(type="found"))["user"]["name"] == "Vedette"
