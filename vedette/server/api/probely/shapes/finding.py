"""Findings: what `/findings/` shows, and their history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vedette.contract.exchange import Step
from vedette.server.api.probely.shapes import definition, scan, target
from vedette.server.api.probely.shapes.small import Json, label, moment, user
from vedette.server.definitions import queries as definitions
from vedette.server.findings import evidence
from vedette.server.findings.models import Finding, FindingLog

SHOWN_SEVERITIES = (10, 20, 30, 40)
"""All that this dialect knows: findings that are mere information are not shown in it."""

METHODS = frozenset({"get", "post", "delete", "put", "patch", "head", "trace", "options", "debug", "track"})
INSERTION_POINTS = {
    "query": "parameter",
    "form": "parameter",
    "json": "json_parameter",
    "multipart": "multipart_parameter",
    "cookie": "cookie",
    "header": "header",
    "body": "request_body",
    "xml": "request_body",
    "name": "arbitrary_url_param",
}
"""Kinds of insertion point by this dialect's names; `path` depends on which segment it is."""

LOG_TYPES = {
    "found": ("found",),
    "invalid": ("invalid",),
    "accepted": ("accepted",),
    "fixed": ("fixed",),
    "note": ("note",),
    "update": ("update", "reopened"),
    "assign": ("assign",),
    "retest": ("retest",),
    "retest_failed": ("retest_failed",),
}
"""This dialect's types of history lines -> ours."""

_MAX_OCCURRENCES = 50
_DECIDED = ("change_reason", "review_reason", "approver_name")


def full(
    row: Finding, *, scans: Sequence[str], steps: Sequence[Step], last_scan: bool = False, of: Json | None = None
) -> Json:
    """A finding. `scans` are the public ids of those that saw it; `steps` its proof, empty for those who may not see
    it; `last_scan` adds the last of the scans as an object; `of` is its target's shape when that is known already."""
    shown: Json = {
        "id": row.number,
        "target": of or target.simple(row.target),
        "scans": list(scans),
        "labels": [label(one) for one in row.labels.all()],
        "fix": definitions.fix_for(row.check_id, row.technologies),
        "requests": evidence.requests_markdown(steps),
        "evidence": evidence.evidence_markdown(steps) or None,
        "extra": _extra(row),
        "definition": definition.simple(definitions.for_check(row.check_id, row.title)),
        **_place(row),
        "assignee": user(row.assignee) if row.assignee else None,
        "state": row.state,
        "severity": row.severity,
        "cvss_score": row.cvss_score,
        "cvss_vector": row.cvss31,
        "last_found": moment(row.last_found_at),
        "created_at": moment(row.first_seen_at),
        "retesting": row.retesting,
        "new": row.new,
        **_decision(row),
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
    }
    if last_scan:
        shown["last_found_scan"] = scan.simple(row.last_scan) if row.last_scan else None
    return shown


def _place(row: Finding) -> Json:
    method = row.method.lower()
    query = parse_qsl(urlsplit(row.url).query, keep_blank_values=True)
    params: dict[str, list[str]] = {}
    for name, value in query:
        params.setdefault(name, []).append(value)
    return {
        "url": row.url,
        "path": row.url.partition("#")[0].partition("?")[0],
        "method": method if method in METHODS else "",
        "insertion_point": insertion_point(row),
        "parameter": row.parameter,
        "value": row.value,
        "params": params or None,
    }


def insertion_point(row: Finding) -> str:
    """Where the payload went, in this dialect's words; empty for a flaw that no input shows."""
    if row.kind != "path":
        return INSERTION_POINTS.get(row.kind, "")
    segments = urlsplit(row.url).path.strip("/").split("/")
    last = row.parameter == str(len(segments) - 1)
    return "url_filename" if last and not urlsplit(row.url).path.endswith("/") else "url_folder"


def _extra(row: Finding) -> str:
    """What this dialect has no field for: what was seen, how sure it is, where else it shows."""
    parts = [row.detail, f"Proof: {row.proof}."]
    if row.sink_url:
        parts.append(f"It shows at `{row.sink_url}`.")
    if not row.reachable:
        parts.append("The last scan could not reach it.")
    if row.occurrence_count > 1:
        places = "\n".join(f"- `{url}`" for url in row.occurrences[:_MAX_OCCURRENCES])
        parts.append(f"Seen at {row.occurrence_count} addresses, among them:\n\n{places}")
    return "\n\n".join(part for part in parts if part)


def _decision(row: Finding) -> Json:
    return {
        "review_status": row.review_status,
        "review_reason": row.review_reason,
        "comment": row.comment,
        "change_reason": row.change_reason,
        "expiration_date": row.expiration_date.isoformat() if row.expiration_date else None,
        "approver_name": row.approver_name,
        "approval_date": row.approval_date.isoformat() if row.approval_date else None,
    }


def changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Validated input as the findings room takes it; assignee and labels are for `lookup` to find."""
    plain = ("state", "severity", "comment", "expiration_date", "approval_date", *_DECIDED)
    found = {name: given[name] for name in plain if name in given}
    for name in _DECIDED:
        if name in found:
            found[name] = found[name] or ""
    if given.get("review_status"):
        found["review_status"] = given["review_status"]
    return found


def identity(row: Finding) -> Json:
    """A finding as bulk answers name it."""
    return {"target_id": row.target.public_id, "finding_id": row.number}


def log(row: FindingLog) -> Json:
    """A line of the history."""
    kind = next((name for name, types in LOG_TYPES.items() if row.type in types), "update")
    author = user(row.user)
    return {
        "message_type": kind,
        "message": row.text,
        "created": moment(row.at),
        "user": author if row.user or not row.actor_name else {**author, "name": row.actor_name[:60]},
        "scan": row.scan.public_id if row.scan else None,
        "before": row.before,
        "after": row.after,
    }


def retest_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """How to retest, as the scans room takes it."""
    return {"profile": given.get("scan_profile"), "ignore_blackout": given.get("ignore_blackout_period", False)}
