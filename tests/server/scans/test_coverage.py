"""What a scan reached and tested: paged, summed, per check."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.server import factories
from vedette.contract.batch import Batch
from vedette.contract.events import EndpointFound, PointTested, ScanFinished
from vedette.server.scans import coverage
from vedette.server.scans.models import Scan
from vedette.server.scans.services import committing, leasing

SHOP = "http://shop.example.org"


def endpoint(path, method="GET", **fields):
    return EndpointFound(method=method, url=SHOP + path, status=fields.pop("status", 200), source="link", **fields)


def input_of(path, parameter, method="GET", **outcomes):
    named = {check.replace("_", "-"): end for check, end in outcomes.items()}
    point = f"{method} {path} {parameter}"
    return PointTested(
        point=point, method=method, url=SHOP + path, point_kind="query", parameter=parameter, outcomes=named, requests=3
    )


EVENTS = [
    endpoint("/search?q=1"),
    endpoint("/about"),
    endpoint("/login", "POST", status=403),
    endpoint("/logout", status=0, skipped="may do harm: log-out"),
    endpoint("/copy", duplicate_of=SHOP + "/about"),
    input_of("/search?q=1", "q", sqli_error="found: firm", xss_reflected="tested", sqli_time="skipped: already proven"),
    input_of("/login", "user", "POST", sqli_error="blocked: nobody answers", xss_reflected="light"),
]


@pytest.fixture
def home(db):
    return factories.organisation()


@pytest.fixture
def scan(home):
    made = factories.start(factories.target(home, SHOP + "/"))
    grant = factories.claim()
    committing.commit(grant.run, Batch(grant.epoch, 1, EVENTS))
    committing.commit(grant.run, Batch(grant.epoch, 2, [ScanFinished(verdict="findings")]))
    leasing.release(grant.run, grant.epoch, "finished")
    return Scan.objects.get(pk=made.pk)


def paths(rows):
    return [row.url.removeprefix(SHOP) for row in rows]


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", ["/about", "/copy", "/login", "/logout", "/search?q=1"]),
        ("found", ["/search?q=1"]),
        ("tested", ["/login", "/search?q=1"]),
        ("untested", ["/about", "/copy"]),
        ("skipped", ["/logout"]),
        ("blocked", ["/login"]),
    ],
)
def test_endpoints_are_shown_by_what_became_of_them(scan, show, expected):
    assert paths(coverage.endpoints(scan, show=show)) == expected


def test_endpoints_are_found_by_a_part_of_their_address(scan):
    assert paths(coverage.endpoints(scan, search="LOG")) == ["/login", "/logout"]
    assert paths(coverage.endpoints(scan, search="\0")) == []


def test_each_endpoint_has_its_inputs_with_reasons(scan, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = {one.url.removeprefix(SHOP): one for one in coverage.with_inputs(scan, coverage.endpoints(scan))}
    (given,) = found["/search?q=1"].inputs
    assert given.outcomes == {"found": 1, "tested": 1, "skipped": 1}
    assert given.reasons == [("found", "firm"), ("skipped", "already proven")]
    assert {path: one.state for path, one in found.items()} == {
        "/about": "untested",
        "/copy": "untested",
        "/login": "blocked",
        "/logout": "skipped",
        "/search?q=1": "found",
    }
    search = found["/search?q=1"]
    assert (search.host, search.folder, search.name, search.requests) == (SHOP, "/", "search?q=1", 3)


def test_inputs_belong_to_the_method_too(home, scan):
    found = coverage.with_inputs(scan, coverage.endpoints(scan, search="login"))
    assert [(one.method, len(one.inputs)) for one in found] == [("POST", 1)]


def test_totals_count_endpoints_inputs_and_ends(scan):
    totals = coverage.totals(scan)
    assert (totals.endpoints, totals.skipped, totals.duplicates, totals.inputs, totals.dull) == (4, 1, 1, 2, 0)
    assert totals.outcomes == {"found": 1, "tested": 1, "skipped": 1, "blocked": 1, "light": 1}
    assert totals.by_check["sqli-error"] == {"found": 1, "blocked": 1}


def test_totals_of_a_finished_scan_are_counted_once(scan, django_assert_num_queries):
    coverage.totals(scan)
    with django_assert_num_queries(0):
        coverage.totals(scan)


def test_totals_of_a_running_scan_are_counted_anew(home):
    scan = factories.start(factories.target(home, SHOP + "/"))
    grant = factories.claim()
    assert coverage.totals(scan).endpoints == 0
    committing.commit(grant.run, Batch(grant.epoch, 1, [endpoint("/")]))
    assert coverage.totals(scan).endpoints == 1


def test_checks_are_those_of_the_frozen_profile_worst_first(scan):
    found = coverage.checks(scan)
    by_id = {one.check_id: one for one in found}
    assert by_id["sqli-error"].counts == Counter(found=1, blocked=1)
    assert by_id["headers-hsts-missing"].passive
    assert not by_id["headers-hsts-missing"].counts
    assert [one.severity for one in found] == sorted((one.severity for one in found), reverse=True)


def test_checks_follow_the_frozen_profile_and_not_the_present_one(home):
    made = factories.start(factories.target(home), profile="lightning")
    assert all(one.check_id != "sqli-error" for one in coverage.checks(made))


def test_the_whole_is_read_in_chunks(scan, monkeypatch):
    monkeypatch.setattr(coverage, "_CHUNK", 2)
    assert paths(coverage.whole(scan)) == paths(coverage.endpoints(scan))


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("tested", ("tested", "")),
        ("skipped: does not apply", ("skipped", "does not apply")),
        ("error: boom: again", ("error", "boom: again")),
        ("something new", ("error", "")),
    ],
)
def test_an_end_is_a_word_and_a_reason(end, expected):
    assert coverage.word_of(end) == expected


def test_an_address_that_is_none_is_shown_as_it_came(home):
    scan = factories.start(factories.target(home))
    grant = factories.claim()
    committing.commit(
        grant.run, Batch(grant.epoch, 1, [EndpointFound(method="GET", url="http://[", status=0, source="x")])
    )
    (found,) = coverage.with_inputs(scan, coverage.endpoints(scan))
    assert (found.host, found.folder, found.name) == ("", "http://", "[")
