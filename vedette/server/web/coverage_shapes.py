"""Coverage as a page of a tree shows it, and as the files to download hold it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator

from vedette.server.scans import coverage
from vedette.server.scans.coverage import EndpointCoverage
from vedette.server.scans.models import Scan

SHOW = (
    ("", "All"),
    ("found", "Flaw found"),
    ("tested", "Tested"),
    ("untested", "Without input"),
    ("skipped", "Left alone"),
    ("blocked", "Blocked or in error"),
)
STATES = {
    "found": ("Flaw found", "high", "findings"),
    "tested": ("Tested", "ok", "ok"),
    "untested": ("No input", "quiet", "half"),
    "skipped": ("Left alone", "quiet", "ban"),
    "blocked": ("Blocked", "warn", "warning"),
}
"""Word, tone and icon of an endpoint's state."""
WORDS = {
    "found": ("Found a flaw", "high"),
    "tested": ("Tested", "ok"),
    "light": ("Looked at", "accent"),
    "skipped": ("Left out", "quiet"),
    "blocked": ("Blocked", "warn"),
    "error": ("Error", "bad"),
}
"""Word and tone of what became of a check."""
HEAD = ("method", "url", "status", "source", "state", "reason", "input", "parameter", "requests", *WORDS)


@dataclass(frozen=True, slots=True)
class Branch:
    """A row of the tree: the host's heading when it differs from that of the row before, and the endpoint."""

    heading: str
    endpoint: EndpointCoverage
    word: str
    tone: str
    icon: str
    outcomes: list[tuple[str, str, int]]


def tree(scan: Scan, given: Mapping[str, str]) -> dict[str, Any]:
    """A page of the tree, as the address asks for it."""
    show = given.get("show", "") if given.get("show", "") in dict(SHOW) else ""
    search = given.get("q", "").strip()[:200]
    page = Paginator(coverage.endpoints(scan, show=show, search=search), coverage.LENGTH).get_page(given.get("page"))
    found = coverage.with_inputs(scan, page)
    return {"page": page, "branches": list(_branches(found)), "show": show, "search": search, "shows": SHOW}


def _branches(found: list[EndpointCoverage]) -> Iterator[Branch]:
    last = ""
    for endpoint in found:
        word, tone, icon = STATES[endpoint.state]
        yield Branch(
            endpoint.host if endpoint.host != last else "", endpoint, word, tone, icon, told(endpoint.outcomes)
        )
        last = endpoint.host


def told(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """What became of checks: word, tone, how often; only what happened."""
    return [(word, tone, counts[name]) for name, (word, tone) in WORDS.items() if counts.get(name)]


def table(scan: Scan) -> Iterator[list[object]]:
    """Rows of the file: one per input, or one for an endpoint that has none."""
    for one in coverage.whole(scan):
        start = [one.method, one.url, one.status, one.source, one.state, one.skipped or one.duplicate_of]
        if not one.inputs:
            yield [*start, "", "", 0, *(0 for _ in WORDS)]
        for entry in one.inputs:
            yield [*start, entry.kind, entry.parameter, entry.requests, *(entry.outcomes[word] for word in WORDS)]


def document(scan: Scan) -> Iterator[str]:
    """The JSON file, piece by piece: the scan's verdict and totals, then every endpoint with its inputs."""
    totals = coverage.totals(scan)
    head = {
        "scan": scan.public_id,
        "target": scan.target.url,
        "status": scan.status,
        "verdict": scan.verdict,
        "reasons": scan.reasons,
        "requests": scan.requests,
        "checks": {check: dict(sorted(counts.items())) for check, counts in sorted(totals.by_check.items())},
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "endpoints": [\n'
    for index, one in enumerate(coverage.whole(scan)):
        yield (",\n" if index else "") + json.dumps(_entry(one), ensure_ascii=False)
    yield "\n]}\n"


def _entry(one: EndpointCoverage) -> dict[str, Any]:
    names = ("method", "url", "status", "source", "state", "skipped", "duplicate_of")
    inputs = [
        {
            "kind": entry.kind,
            "parameter": entry.parameter,
            "requests": entry.requests,
            "dull": entry.dull,
            "outcomes": dict(sorted(entry.outcomes.items())),
            "reasons": [{"outcome": word, "reason": reason} for word, reason in entry.reasons],
        }
        for entry in one.inputs
    ]
    return {**{name: getattr(one, name) for name in names}, "inputs": inputs}
