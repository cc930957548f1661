"""Scans as their pages show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vedette.contract.job import LOGIN_KINDS
from vedette.server.kernel import clock
from vedette.server.scans.models import Scan, ScanLive
from vedette.server.web import scan_shapes as shapes

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def scan(status="started", phase="", progress=None, **fields):
    made = Scan(status=status, started_at=None if status == "queued" else NOW, created_at=NOW, **fields)
    ScanLive(scan=made, phase=phase, progress=progress or {}, counter=3)
    made.live = ScanLive(phase=phase, progress=progress or {}, counter=3)
    return made


def states(found):
    return {one.name: one.state for one in found if one.state}


@pytest.mark.parametrize(
    ("status", "phase", "current", "done"),
    [
        ("queued", "", "Queue", 0),
        ("started", "", "Crawl", 1),
        ("started", "crawl", "Crawl", 1),
        ("started", "detect", "Detect", 4),
        ("paused", "verify", "Verify", 6),
        ("started", "verify-timing", "Timing", 7),
        ("started", "recheck", "Finish", 8),
        ("finishing_up", "timing", "Finish", 8),
        ("started", "a phase of tomorrow", "Crawl", 1),
    ],
)
def test_one_stage_is_current_and_those_before_are_done(status, phase, current, done):
    found = states(shapes.stages(scan(status, phase)))
    assert [name for name, state in found.items() if state == "current"] == [current]
    assert list(found.values()).count("done") == done


@pytest.mark.parametrize("status", ["completed", "completed_with_errors", "under_review"])
def test_all_stages_of_a_scan_that_ran_to_its_end_are_done(status):
    assert {one.state for one in shapes.stages(scan(status, "timing"))} == {"done"}


def test_a_failure_shows_where_it_happened():
    found = states(shapes.stages(scan("failed", "detect")))
    assert (found["Light pass"], found["Detect"], found["Verify"]) == ("done", "failed", "skipped")


def test_a_scan_that_was_stopped_skips_the_rest():
    stages = {one.name: one for one in shapes.stages(scan("canceled", "detect"))}
    assert (stages["Detect"].state, stages["Detect"].detail) == ("skipped", "stopped here")
    assert stages["Verify"].detail == ""


@pytest.mark.parametrize(
    ("status", "phase", "part", "detail"),
    [
        ("queued", "", {}, "waits for a free slot"),
        ("started", "crawl", {"crawler": {"done": 1200}}, "1,200 pages"),
        ("started", "crawl", {}, ""),
        ("started", "detect", {"scanner": {"done": 5, "total": 40}}, "5 of 40"),
        ("pausing", "detect", {"scanner": {"done": 5, "total": 40}}, "pausing"),
        ("paused", "detect", {}, "paused"),
        ("canceling", "detect", {}, "stopping"),
    ],
)
def test_the_current_stage_says_how_far_it_is(status, phase, part, detail):
    found = next(one for one in shapes.stages(scan(status, phase, {"parts": part})) if one.state == "current")
    assert found.detail == detail


PARTS = {
    "crawler": {
        "requests": 100,
        "in_flight": 0,
        "round_trip_ms": 10.0,
        "overall_round_trip_ms": 10.0,
        "timeouts": 1,
        "status_counts": {"200": 90},
        "host_status_counts": {"a": {"200": 90}},
        "out_of_scope_hosts": {"x": 2},
        "last_endpoints": ["old", "older"],
    },
    "scanner": {
        "requests": 300,
        "in_flight": 2,
        "round_trip_ms": 30.0,
        "overall_round_trip_ms": 20.0,
        "network_errors": 20,
        "status_counts": {"429": 8, "200": 200, "500": 4},
        "host_status_counts": {"a": {"200": 150, "500": 4}, "b": {"200": 50, "429": 8}},
        "out_of_scope_hosts": {"x": 3, "y": 5},
        "current_endpoints": ["now"],
        "last_endpoints": ["before", "old"],
    },
}


@pytest.fixture
def live():
    progress = {"percent": 50.0, "requests": 400, "elapsed_s": 20.0, "eta_s": 20.0, "queue": 7, "parts": PARTS}
    return shapes.live(scan("started", "detect", progress))


def test_numbers_are_summed_over_the_parts(live):
    assert (live.requests, live.rate, live.in_flight, live.queue) == (400, 20.0, 2, 7)
    assert (live.round_trip_ms, live.overall_ms) == (30.0, 17.5)
    assert not live.rough


def test_hosts_are_told_by_code_busiest_first(live):
    assert [(one.host, one.total) for one in live.hosts] == [("a", 244), ("b", 58)]
    assert live.hosts[0].codes == [("200", 240, "ok"), ("500", 4, "bad")]
    widths = [float(width) for _, width, _ in live.hosts[0].segments]
    assert sum(widths) == pytest.approx(100, abs=0.1)


def test_addresses_come_newest_first_and_once(live):
    assert live.urls == ["now", "old", "before", "older"]


def test_hosts_out_of_scope_are_not_counted_twice(live):
    assert live.out_of_scope == [("y", 5), ("x", 3)]


def test_shares_say_whether_they_matter(live):
    assert [(one.name, one.percent, one.tone) for one in live.shares] == [
        ("Blocked", 2.0, "warn"),
        ("Timed out", 0.2, "ok"),
        ("Errors", 5.0, "warn"),
    ]


def test_a_session_is_watched_where_there_is_one():
    given = scan(progress={"logged_in_share": 0.9, "parts": PARTS}, options={"cookies": ["session"]})
    assert (shapes.live(given).shares[0].name, shapes.live(given).shares[0].tone) == ("Logged in", "bad")


def test_a_scan_without_numbers_has_none():
    found = shapes.live(Scan(status="queued", created_at=NOW))
    assert (found.requests, found.rate, found.hosts, found.urls) == (0, 0.0, [], [])
    assert {one.percent for one in found.shares} == {0}


def test_an_early_estimate_is_rough():
    assert shapes.live(scan(progress={"percent": 5.0})).rough


def test_the_mark_changes_with_commits_and_with_words():
    assert shapes.etag(scan()) == "3-started"
    assert shapes.etag(scan("pausing")) != shapes.etag(scan())
    assert shapes.etag(Scan(status="queued")) == "0-queued"


def test_time_runs_from_the_start_or_the_wish():
    with clock.frozen(NOW + timedelta(seconds=90)):
        assert shapes.elapsed_s(scan()) == 90
        assert shapes.elapsed_s(scan("queued")) == 90
        assert shapes.elapsed_s(scan("completed", completed_at=NOW + timedelta(seconds=30))) == 30


@pytest.mark.parametrize(
    ("code", "tone"),
    [("200", "ok"), ("302", "low"), ("404", "medium"), ("503", "bad"), ("101", "quiet"), ("", "quiet")],
)
def test_answers_have_tones(code, tone):
    assert shapes.tone_of(code) == tone


def test_frozen_settings_are_told_in_words():
    given = scan(
        options={"start_urls": ["http://a/"], "headers": [], "fail_fast": True, "max_rate": 5},
        profile_options={"name": "Own", "base": "normal", "methods": "safe", "delay": 200, "checks": ["sqli"]},
        seed=7,
    )
    (_, target), (_, profile) = shapes.frozen(given)
    told = dict([*target, *profile])
    assert told["Start URLs"] == ["http://a/"]
    assert told["Headers sent"] == ["none"]
    assert told["Most requests a second"] == ["5"]
    assert told["A scan with gaps"] == ["counts as failed"]
    assert told["Methods"] == ["only reading ones"]
    assert told["Pause between requests"] == ["200 ms"]
    assert told["Longest run"] == ["none"]
    assert told["Checks"] == ["sqli"]
    assert told["Seed"] == ["7"]


def test_every_kind_of_log_in_has_a_name():
    assert set(shapes.LOGIN_NAMES) == set(LOGIN_KINDS)
