from __future__ import annotations

from typing import Any

import pytest
from probely.sdk.schemas._schemas import Crawler, FingerprinterSchema, Scanner

from vedette.contract import wire
from vedette.contract.events import Progress
from vedette.contract.progress import PartProgress
from vedette.server.api.probely.shapes import parts
from vedette.server.kernel import clock
from vedette.server.scans.models import Scan, ScanLive


def scan_of(progress: Progress | None = None, *, ended: tuple[str, ...] = (), **fields: Any) -> Scan:
    scan = Scan(options={"url": "http://shop.example.org/"}, **fields)
    scan.live = ScanLive(scan=scan, progress=wire.dump(progress) if progress else {}, ended=list(ended))
    return scan


def at_work() -> Progress:
    crawler = PartProgress(
        done=3,
        total=7,
        rejected=1,
        timeouts=2,
        network_errors=4,
        login_errors=0,
        status_counts={"200": 5},
        host_status_counts={"shop.example.org": {"200": 4}, "api.example.org": {"200": 1}},
        out_of_scope_hosts={"cdn.example.org": 6},
        current_endpoints=["http://shop.example.org/a"],
        last_endpoints=["http://shop.example.org/b"],
        last_logins=["http://shop.example.org/login"],
    )
    scanner = PartProgress(
        done=1,
        total=9,
        requests=40,
        timeouts=1,
        network_errors=2,
        in_flight=3,
        status_counts={"301": 1, "302": 2, "404": 8, "500": 9},
        round_trip_ms=12.5,
        overall_round_trip_ms=20.0,
    )
    named = {"crawler": crawler, "fingerprinter": PartProgress(), "scanner": scanner}
    return Progress(phase="detect", percent=40.0, parts=named, requests=45, elapsed_s=9.0)


def test_a_queued_scan_is_complete():
    scan = scan_of()
    assert parts.crawler(scan) == {"state": "", "status": [0, 0], "warning": [], "error": [], "full_status": None}
    assert parts.scanner(scan) == parts.crawler(scan)
    assert parts.fingerprinter(scan) == {"state": "", "count": 0, "warning": [], "error": []}
    Crawler(**parts.crawler(scan))
    Scanner(**parts.scanner(scan))
    FingerprinterSchema(**parts.fingerprinter(scan))


def test_numbers_are_those_of_the_last_progress():
    scan = scan_of(at_work(), status="started", started_at=clock.now(), stack=[{"name": "php"}])
    crawler, scanner = parts.crawler(scan), parts.scanner(scan)
    Crawler(**crawler)
    Scanner(**scanner)
    assert (crawler["status"], scanner["status"]) == ([3, 7], [1, 9])
    data = crawler["full_status"]["data"]
    assert (data["countTimeoutEndpoints"], data["countNetworkErrorEndpoints"], data["rejected"]) == (2, 4, 1)
    assert data["status"] == {"200": 5}
    assert data["outOfScopeHostsCount"] == {"cdn.example.org": 6}
    assert data["allHostnames"] == ["api.example.org", "shop.example.org"]
    assert data["allExtraHosts"] == ["api.example.org"]
    assert data["lastLogin"][0]["status"] == "success"
    assert [one["url"] for one in data["crawlingEndpoints"]] == ["http://shop.example.org/a"]
    assert parts.fingerprinter(scan)["count"] == 1


def test_the_scanner_counts_in_text():
    state = parts.scanner(scan_of(at_work()))["full_status"]["data"]["scannerState"]
    assert (state["nStatus3xx"], state["nStatus4xx"], state["nStatus5xx"]) == ("3", "8", "9")
    assert (state["nRequests"], state["nTimeouts"], state["nConnectionErrors"]) == ("40", "1", "2")
    assert (state["currentAverageRtt"], state["averageRtt"], state["numberOfRequestBeingScanned"]) == (12.5, 20.0, 3)


@pytest.mark.parametrize(
    ("status", "started", "ended", "states"),
    [
        ("queued", False, (), ("", "", "")),
        ("started", True, (), ("started", "started", "")),
        ("started", True, ("crawl",), ("ended", "ended", "started")),
        ("paused", True, ("crawl",), ("ended", "ended", "started")),
        ("completed", True, ("crawl", "detect"), ("ended", "ended", "ended")),
        ("canceled", True, (), ("ended", "ended", "ended")),
        ("canceled", False, (), ("", "", "")),
    ],
)
def test_states(status, started, ended, states):
    scan = scan_of(status=status, started_at=clock.now() if started else None, ended=ended)
    found = (parts.fingerprinter(scan), parts.crawler(scan), parts.scanner(scan))
    assert tuple(part["state"] for part in found) == states


def test_warnings_stand_where_they_belong():
    rows = [{"code": code, "message": "m"} for code in ("login_failed", "env_error")]
    scan = scan_of(warnings=rows, failure="worker lost three times")
    assert [one["code"] for one in parts.crawler(scan)["warning"]] == ["login_failed"]
    assert [one["code"] for one in parts.scanner(scan)["warning"]] == ["env_error"]
    assert parts.scanner(scan)["error"] == [{"code": "scan_failed", "message": "worker lost three times"}]
    Scanner(**parts.scanner(scan))
