"""CSV for spreadsheets. Cells that a spreadsheet would run as a formula are made harmless."""

from __future__ import annotations

import csv
import io

from vedette.cli.collector import Collector
from vedette.cli.text import printable

COLUMNS = (
    "id", "severity", "proof", "check", "title", "method", "url", "location", "parameter", "cwe", "detail",
    "occurrences", "authorized",
)  # fmt: skip

MAX_CELL = 30_000
"""Characters that every spreadsheet takes in one cell."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula begins with, in the full-width forms that some spreadsheets take for the same."""


def render(scan: Collector) -> str:
    """One line per finding, with a header line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for finding in scan.findings():
        place = finding.location
        row = (
            finding.id,
            finding.severity.value,
            finding.proof.value,
            finding.check,
            finding.title,
            place.method,
            place.url,
            place.kind,
            place.parameter,
            " ".join(str(number) for number in finding.cwe),
            finding.detail,
            str(finding.occurrence_count),
            scan.job.authorized,
        )
        writer.writerow([harmless(printable(cell, MAX_CELL)) for cell in row])
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell with a leading quote where a spreadsheet would take it for a formula."""
    return "'" + cell if cell.lstrip(" ")[:1] in FORMULA and cell else cell
