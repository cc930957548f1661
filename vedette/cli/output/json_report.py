"""The JSON report: documented in docs/use/json-report.md, stable within a schema number."""

from __future__ import annotations

import json
from typing import Any

from vedette.cli.collector import Collector
from vedette.cli.text import escaped
from vedette.contract import wire
from vedette.contract.finding import Finding

SCHEMA = 1


def render(scan: Collector) -> str:
    """The report as indented JSON."""
    return escaped(json.dumps(document(scan), ensure_ascii=False, indent=2)) + "\n"


def document(scan: Collector) -> dict[str, Any]:
    """The report as plain data."""
    summary = scan.summary
    return {
        "schema": SCHEMA,
        "scan": {
            "id": scan.job.id,
            "version": summary.version,
            "start_urls": list(scan.job.start_urls),
            "profile": scan.job.profile.value,
            "seed": scan.job.seed,
            "authorized": scan.job.authorized,
            "started_at": summary.started_at,
            "finished_at": summary.finished_at,
            "verdict": summary.verdict,
            "reasons": list(summary.reasons),
            "requests": summary.requests,
            "duration_s": summary.duration_s,
            "cancelled": summary.cancelled,
        },
        "findings": [finding_row(finding) for finding in scan.findings(tentative=True)],
        "endpoints": [
            {"method": item.method, "url": item.url, "status": item.status, "source": item.source}
            | ({"duplicate_of": item.duplicate_of} if item.duplicate_of else {})
            | ({"skipped": item.skipped} if item.skipped else {})
            | ({"key": item.key, "digest": item.digest} if item.key else {})
            for item in scan.endpoints.values()
        ],
        "descriptions": [
            {"source": item.source, "operations": item.operations, "problems": list(item.problems)}
            for item in scan.descriptions
        ],
        "technologies": [
            {"host": item.host, "name": item.name, "version": item.technology_version}
            for item in scan.technologies.values()
        ],
        "coverage": coverage(scan),
    }


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding as the report shows it."""
    place = finding.location
    return {
        "id": finding.id,
        "check": finding.check,
        "title": finding.title,
        "severity": finding.severity.value,
        "proof": finding.proof.value,
        "url": place.url,
        "method": place.method,
        "parameter": place.parameter,
        "location": place.kind,
        "path": place.path,
        "sink_url": place.sink_url,
        "detail": finding.detail,
        "cwe": list(finding.cwe),
        "cvss31": finding.cvss31,
        "cvss40": finding.cvss40,
        "identity": {"version": finding.identity.version, "parts": dict(finding.identity.parts)},
        "occurrences": list(finding.occurrences),
        "occurrence_count": finding.occurrence_count,
        "evidence": wire.dump(finding.steps),
    }


def coverage(scan: Collector) -> dict[str, Any]:
    """What was tested, per insertion point, and what it cost."""
    return {
        **scan.economy,
        "inputs": [
            {
                "method": item.method,
                "url": item.url,
                "location": item.point_kind,
                "parameter": item.parameter,
                "requests": item.requests,
                "dull": item.dull,
                "checks": item.outcomes,
            }
            for item in scan.points.values()
        ],
        "check_failures": [wire.dump(item) for item in scan.failures],
        "target_trouble": [wire.dump(item) for item in scan.trouble],
        "left_on_target": [wire.dump(item) for item in scan.written],
        "phases": [wire.dump(item) for item in scan.phases],
    }
