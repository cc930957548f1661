"""The life of a finding in one line of time: what scans observed, and what people decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vedette.server.findings import queries
from vedette.server.findings.models import Finding, Sighting

LIMIT = 500
_TOLD_BY_SCANS = {"found": "seen", "fixed": "gone", "reopened": "seen"}
"""Entries of the log that a scan's sighting of the same moment says again."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `kind` is a type of the log (`accepted`) or an outcome of a scan (`seen`); `who` is
    empty for scans; `scan` is a public id; `before` and `after` hold what changed."""

    at: datetime
    kind: str
    who: str = ""
    text: str = ""
    scan: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def timeline(finding: Finding) -> list[Moment]:
    """What happened to a finding, newest first, LIMIT entries of each kind at most."""
    logs = queries.logs(finding).select_related("scan")[:LIMIT]
    told = [
        Moment(
            at=log.at,
            kind=log.type,
            who=log.actor_name,
            text=log.text,
            scan=log.scan.public_id if log.scan else "",
            before=log.before,
            after=log.after,
        )
        for log in logs
    ]
    known = {(moment.scan, _TOLD_BY_SCANS.get(moment.kind)) for moment in told if moment.scan}
    seen = Sighting.objects.filter(finding=finding).select_related("scan").order_by("-at", "-id")[:LIMIT]
    observed = [
        Moment(at=one.at, kind=one.outcome, text=one.reason, scan=one.scan.public_id)
        for one in seen
        if (one.scan.public_id, one.outcome) not in known
    ]
    # Sorting keeps the order of equals: what people read first within a moment is the log's last word.
    return sorted([*told, *observed], key=lambda moment: moment.at, reverse=True)
