"""Rows as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet read a cell as a formula, wide forms of East Asian keyboards included."""


class _Line:
    """A file whose writes are what the writer returns."""

    def write(self, text: str) -> str:
        return text


def cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula: an apostrophe goes before what could be one."""
    text = "" if value is None else str(value).replace("\x00", "")
    bare = text.replace("\ufeff", "")
    # What is white may be passed over, but tabs and line breaks begin a cell anew themselves.
    could = bare.lstrip(" \u00a0").startswith(_STARTS) or bare.lstrip().startswith(_STARTS)
    return f"'{text}" if could else text


def lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The table line by line."""
    writer = csv.writer(_Line())
    yield writer.writerow(head)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def download(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """An answer that streams the table as a file of this name."""
    answer = StreamingHttpResponse(lines(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
