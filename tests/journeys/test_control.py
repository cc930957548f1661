"""Every word of control, and every number shown, held against the scanned site's own request log."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from tests.journeys.platform import eventually, platform, practice_shop

HEARD_S = 5.0  # a word travels with the next heartbeat
QUIET_S = 5.0  # from then on no new request leaves later than this
MARGIN_S = 1.5


@pytest.fixture
def shop():
    with practice_shop() as site:
        yield site


@pytest.fixture
def one(tmp_path, shop):
    with platform(tmp_path, shop) as running:
        yield running


def under_way(one, shop, target, *, requests=300):
    """A scan that has sent so many requests to the site."""
    before = len(shop.log)
    scan = one.scan(target)
    eventually(lambda: len(shop.log) > before + requests, within=60, what="the scan sends requests")
    return scan


def assert_quiet(shop, since):
    """From `since` plus what a word needs, the site hears nothing more."""
    time.sleep(max(0.0, since + HEARD_S + QUIET_S + MARGIN_S - time.monotonic()))
    heard = len(shop.log)
    time.sleep(2.0)
    assert len(shop.log) == heard, "a request left after the word"


@pytest.mark.timing
@pytest.mark.long
def test_a_paused_scan_sends_nothing_and_goes_on_where_it_was(one, shop):
    target = one.add_target(f"{shop.url}/")
    scan = under_way(one, shop, target)
    said = time.monotonic()
    assert one.call("POST", f"/targets/{target}/scans/{scan}/pause/", {})["status"] == "pausing"
    eventually(lambda: one.status(scan) == "paused", within=15 + HEARD_S, what="the scan pauses")
    assert_quiet(shop, said)
    assert one.call("POST", f"/targets/{target}/scans/{scan}/resume/", {})["status"] in ("resuming", "started")
    assert one.await_end(scan) == "completed"
    ((requests, verdict),) = one.rows("SELECT requests, verdict FROM server_scan")
    assert verdict == "findings"
    sent = len(shop.log) - 1  # the ownership check
    assert abs(requests - sent) <= sent * 0.01, (requests, sent)


@pytest.mark.long
@pytest.mark.timing
def test_a_cancelled_scan_sends_nothing_and_keeps_what_it_found(one, shop):
    target = one.add_target(f"{shop.url}/")
    scan = under_way(one, shop, target)
    said = time.monotonic()
    assert one.call("POST", "/scans/bulk/cancel/", {"scans": [{"id": scan}]}) is not None
    assert one.await_end(scan, within=15 + HEARD_S) == "canceled"
    assert_quiet(shop, said)
    assert one.identities(target)
    ((verdict,),) = one.rows("SELECT verdict FROM server_scan")
    assert verdict == "incomplete", "a scan that was stopped is never clean"


@pytest.mark.timing
@pytest.mark.long
def test_a_worker_that_is_told_to_end_gives_its_scan_back(one, shop):
    target = one.add_target(f"{shop.url}/")
    scan = under_way(one, shop, target)
    worker = one.processes.pop("worker")
    worker.send_signal(signal.SIGTERM)
    said = time.monotonic() - HEARD_S  # heard at once
    worker.wait(timeout=60)
    assert_quiet(shop, said)
    ((state,),) = one.rows("SELECT state FROM server_run WHERE kind = 'scan'")
    assert (state, one.status(scan)) == ("waiting", "started")
    one.start("worker")
    assert one.await_end(scan) == "completed"


@pytest.mark.long
def test_the_numbers_shown_are_the_sites_own(one, shop):
    target = one.add_target(f"{shop.url}/")
    before = len(shop.log)
    scan = one.scan(target)
    seen = 0
    while one.status(scan) not in ("completed", "failed"):
        shown = one.call("GET", f"/scans/{scan}/")
        assert set(shown) >= {"crawler", "fingerprinter", "scanner"}
        ((live,),) = one.rows("SELECT requests FROM server_scan")
        assert seen <= live <= len(shop.log) - before, "shown before it was sent, or counted backwards"
        seen = live
        time.sleep(0.3)
    sent = len(shop.log) - before
    ((requests,),) = one.rows("SELECT requests FROM server_scan")
    assert abs(requests - sent) <= sent * 0.01, (requests, sent)
    row = one.call("GET", f"/scans/{scan}/")
    found = one.rows("SELECT severity, COUNT(*) FROM server_finding WHERE shown GROUP BY severity")
    counts = dict(found)
    for severity, name in ((40, "criticals"), (30, "highs"), (20, "mediums"), (10, "lows")):
        assert row[name] == counts.get(severity, 0)


@pytest.mark.long
@pytest.mark.timing
def test_with_one_slot_another_tenants_scan_starts_within_a_minute(tmp_path):
    with practice_shop() as busy, practice_shop() as other, platform(tmp_path, busy) as one:
        one.processes["worker"].terminate()
        one.processes.pop("worker").wait(timeout=60)
        one.allow(busy.url, other.url)
        one.start("worker")
        one.narrow(["sqli", "xss", "command", "file", "template", "code"])
        second = one.add_organisation("Other", "other@example.org")
        target = one.add_target(f"{busy.url}/")
        long_scan = under_way(one, busy, target)
        wanted = one.add_target(f"{other.url}/", key=second)
        asked = time.monotonic()
        scan = one.scan(wanted, key=second)
        eventually(lambda: len(other.log) > 1, within=60, what="the other tenant's scan sends its first request")
        assert one.status(long_scan) == "started"
        print(f"after {time.monotonic() - asked:.0f} s")
        assert one.await_end(scan, key=second) == "completed"
        assert one.await_end(long_scan) == "completed"


@pytest.mark.long
def test_nothing_is_left_behind(one, shop):
    target = one.add_target(f"{shop.url}/")
    under_way(one, shop, target, requests=50)
    slices = one.slices()
    assert slices
    one.stop()
    for pid in slices:
        gone = subprocess.run(["ps", "-p", str(pid)], stdout=subprocess.DEVNULL, check=False).returncode
        assert gone, "a slice outlived its worker"
