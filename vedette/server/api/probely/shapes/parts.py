"""The live parts of a scan: crawler, fingerprinter, scanner. All are complete even before anything has happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from vedette.server.api.probely.shapes.small import Json
from vedette.server.kernel import ids
from vedette.server.scans.models import Scan
from vedette.server.scans.rules import FINAL

CRAWLER_WARNINGS = ("login_failed", "network_error", "target_redirect", "target_status", "timeout_error")
"""Codes of warnings that the crawler shows; the others are the scanner's."""
_CRAWL = "crawl"
_VERSION = 1


def crawler(row: Scan) -> Json:
    """What the crawl has done so far."""
    part = _part(row, "crawler")
    return {
        "state": _state(row, "crawler"),
        "status": [part.get("done", 0), part.get("total", 0)],
        "warning": [one for one in row.warnings if one["code"] in CRAWLER_WARNINGS],
        "error": [],
        "full_status": _full_status(row, "crawler", _crawler_data(row, part)) if part else None,
    }


def fingerprinter(row: Scan) -> Json:
    """What was recognised so far."""
    return {"state": _state(row, "fingerprinter"), "count": len(row.stack), "warning": [], "error": []}


def scanner(row: Scan) -> Json:
    """What the tests have done so far."""
    part = _part(row, "scanner")
    failure = [{"code": "scan_failed", "message": row.failure}] if row.failure else []
    return {
        "state": _state(row, "scanner"),
        "status": [part.get("done", 0), part.get("total", 0)],
        "warning": [one for one in row.warnings if one["code"] not in CRAWLER_WARNINGS],
        "error": failure,
        "full_status": _full_status(row, "scanner", _scanner_data(part)) if part else None,
    }


def _part(row: Scan, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = row.live.progress.get("parts", {}).get(name, {})
    return found


def _state(row: Scan, name: str) -> str:
    """Empty before the part begins, then `started`, then `ended`."""
    if row.started_at is None:
        return ""
    crawled = _CRAWL in row.live.ended
    if row.status in FINAL or (crawled and name != "scanner"):
        return "ended"
    return "started" if crawled or name != "scanner" else ""


def _full_status(row: Scan, stage: str, data: Json) -> Json:
    identity = ids.as_uuid("scan", row.public_id)
    return {
        "type": "feedback",
        "iid": ids.as_uuid(f"scan {stage}", row.public_id),
        "aid": identity,
        "ts": row.live.updated_at.timestamp(),
        "subtype": "status",
        "stage": stage,
        "module": row.live.phase,
        "data": data,
    }


def _crawler_data(row: Scan, part: Mapping[str, Any]) -> Json:
    own = urlsplit(row.options.get("url") or row.target.url).netloc
    hosts = sorted(part["host_status_counts"])
    at = int(row.live.updated_at.timestamp())
    last_login = "failed" if part["login_errors"] else "success"
    return {
        "type": "feedback",
        "version": _VERSION,
        "done": part["done"],
        "total": part["total"],
        "rejected": part["rejected"],
        "countTimeoutEndpoints": part["timeouts"],
        "countLoginFailed": part["login_errors"],
        "countNetworkErrorEndpoints": part["network_errors"],
        "doingLogin": part["doing_login"],
        "lastLogin": [{"status": last_login, "timestamp": at} for _ in part["last_logins"]],
        "status": part["status_counts"],
        "statusByHost": part["host_status_counts"],
        "outOfScopeHostsCount": part["out_of_scope_hosts"],
        "allHostnames": hosts,
        "allExtraHosts": [host for host in hosts if host != own],
        "crawlingEndpoints": [_endpoint(url) for url in part["current_endpoints"]],
        "lastCrawledEndpoints": [_endpoint(url) for url in part["last_endpoints"]],
    }


def _endpoint(url: str) -> Json:
    # The live numbers carry addresses alone; the method is what the crawl uses for nearly all of them.
    return {"jobId": None, "status": None, "method": "GET", "url": url}


def _scanner_data(part: Mapping[str, Any]) -> Json:
    counts: Mapping[str, int] = part["status_counts"]
    return {
        "done": part["done"],
        "total": part["total"],
        "scannerState": {
            "currentAverageRtt": float(part["round_trip_ms"]),
            "averageRtt": float(part["overall_round_trip_ms"]),
            "nStatus3xx": _class_of(counts, "3"),
            "nStatus4xx": _class_of(counts, "4"),
            "nStatus5xx": _class_of(counts, "5"),
            "nConnectionErrors": str(part["network_errors"]),
            "nTimeouts": str(part["timeouts"]),
            "nRequests": str(part["requests"]),
            "numberOfRequestBeingScanned": part["in_flight"],
            "sampleOfRequestBeingScanned": [{"httpMethod": "GET", "url": url} for url in part["current_endpoints"]],
        },
    }


def _class_of(counts: Mapping[str, int], first: str) -> str:
    return str(sum(count for status, count in counts.items() if status.startswith(first)))
