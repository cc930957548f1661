"""The JSON report of a discovery: documented in docs/use/discovery.md, stable within a schema number."""

from __future__ import annotations

import json
from typing import Any

from vedette.cli.gathered import Gathered
from vedette.cli.text import escaped
from vedette.contract import wire
from vedette.contract.job import Job

SCHEMA = 1


def render(job: Job, gathered: Gathered) -> str:
    """The report as indented JSON. Pictures are files of their own, texts of API descriptions are left out."""
    finished = gathered.finished
    document = {
        "schema": SCHEMA,
        "discovery": {
            "domains": [domain.name for domain in job.discovery.domains] if job.discovery else [],
            "authorized": job.authorized,
            "verdict": finished.verdict if finished else "",
            "reasons": list(finished.reasons) if finished else [],
            "requests": finished.requests if finished else 0,
            "duration_s": finished.duration_s if finished else 0.0,
            "coverage": finished.coverage if finished else {},
        },
        "sources": [_row(one) for _, one in sorted(gathered.sources.items())],
        "names": [_row(name) for name in gathered.sorted_names()],
        "services": [_service(_row(service)) for service in gathered.sorted_services()],
    }
    return escaped(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def _row(event: Any) -> dict[str, Any]:
    return {name: value for name, value in wire.dump(event).items() if name not in ("kind", "at")}


def _service(row: dict[str, Any]) -> dict[str, Any]:
    row["screenshot"] = row["screenshot"] is not None
    if row["description"] is not None:
        del row["description"]["text"]
    return row
