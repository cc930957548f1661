"""The coverage of a scan as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vedette.server.scans.models import Endpoint

COLUMNS = (
    "id",
    "request_method",
    "url",
    "status_code",
    "authenticated",
    "result",
    "reason",
    "info",
    "raw_request_size",
    "raw_response_size",
    "request_parameters_count",
    "raw_request_size_display",
    "raw_response_size_display",
)
NONE = "-"
"""What stands where nothing is known: sizes and log-in states are not kept for each address."""


class _Line:
    """Lets the writer hand over what it wrote."""

    def write(self, text: str) -> str:
        """The line itself."""
        return text


def lines(rows: Iterable[Endpoint], *, every: bool) -> Iterator[str]:
    """The head and a line for each address; with `every` also those that were left alone, and why."""
    writer: Any = csv.writer(_Line(), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for row in rows:
        if every or not _reason(row):
            yield writer.writerow(_values(row))


def _values(row: Endpoint) -> tuple[str, ...]:
    reason = _reason(row)
    count = len(parse_qsl(urlsplit(row.url).query, keep_blank_values=True))
    return (
        row.key,
        row.method,
        row.url,
        str(row.status or NONE),
        NONE,
        "rejected" if reason else "accepted",
        reason,
        row.duplicate_of,
        NONE,
        NONE,
        str(count),
        NONE,
        NONE,
    )


def _reason(row: Endpoint) -> str:
    return row.skipped or ("deduplicated (simhash)" if row.duplicate_of else "")
