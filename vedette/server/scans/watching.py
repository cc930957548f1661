"""Reads for those who watch a scan: what it found lately, what troubled it, how its phases went."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vedette.server.findings import queries as findings
from vedette.server.findings.models import Finding
from vedette.server.scans.models import Scan, ScanEvent, ScanLive
from vedette.server.tenancy.actor import Actor

ARRIVED = 12
REMARKS = 30


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase that ended, with the requests it took and its seconds, over all slices."""

    name: str
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that slowed or stopped the scan for a while, as the engine told it."""

    at: datetime
    kind: str
    text: str


def arrived(actor: Actor, scan: Scan, *, limit: int = ARRIVED) -> list[Finding]:
    """What the scan saw, newest first."""
    if not actor.anywhere("findings.view"):
        return []
    seen = findings.filtered(actor, findings.FindingFilter(scans=(scan.public_id,)))
    return list(findings.with_related(seen).order_by("-last_found_at", "-id")[:limit])


def worst(actor: Actor, scan: Scan, *, limit: int = ARRIVED) -> tuple[list[Finding], int]:
    """The worst open findings that the scan saw, and how many there are in all."""
    if not actor.anywhere("findings.view"):
        return [], 0
    wanted = findings.FindingFilter(scans=(scan.public_id,), states=("notfixed",))
    page = findings.page(actor, wanted, "-severity", 1, limit)
    return page.rows, page.total


def phases(scan: Scan) -> list[Phase]:
    """How the phases went, in their order."""
    found: dict[str, Phase] = {}
    for body in _bodies(scan, ("phase_finished",)):
        name = str(body.get("phase", ""))
        past = found.get(name, Phase(name, 0, 0.0))
        requests = past.requests + int(body.get("requests", 0))
        found[name] = Phase(name, requests, past.seconds + float(body.get("duration_s", 0.0)))
    return list(found.values())


def remarks(scan: Scan, *, limit: int = REMARKS) -> list[Remark]:
    """What slowed the scan, blocked it or crashed in it, newest first."""
    kinds = ("target_slowed", "target_blocked", "check_failed", "limit_reached", "login_attempt")
    rows = ScanEvent.objects.filter(scan=scan, kind__in=kinds).order_by("-number")[:limit]
    found = [(row, json.loads(row.body)) for row in rows]
    return [
        Remark(datetime.fromtimestamp(row.at, UTC), row.kind, _told(row.kind, body))
        for row, body in found
        if row.kind != "login_attempt" or not body.get("ok")
    ]


def live_of(scan_pks: Iterable[int]) -> dict[int, ScanLive]:
    """The live numbers of several scans, by the primary key of the scan."""
    return {live.scan_id: live for live in ScanLive.objects.filter(scan__in=list(scan_pks))}


def _bodies(scan: Scan, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = ScanEvent.objects.filter(scan=scan, kind__in=kinds).order_by("number").values_list("body", flat=True)
    return [json.loads(body) for body in rows]


def _told(kind: str, body: dict[str, Any]) -> str:
    host, reason = body.get("host", ""), body.get("reason", "")
    if kind == "target_blocked":
        return f"{host}: {reason}" if body.get("open", True) else f"{host} answers again"
    if kind == "target_slowed":
        return f"{host}: {reason}"
    if kind == "check_failed":
        return f"{body.get('check', '')}: {reason}"
    if kind == "limit_reached":
        return f"The limit {body.get('limit', '')} was reached with {body.get('queued', 0)} still queued"
    return f"The log-in failed: {reason}"
