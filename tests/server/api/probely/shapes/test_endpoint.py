from __future__ import annotations

import csv

from vedette.server.api.probely.shapes.endpoint import COLUMNS, lines
from vedette.server.scans.models import Endpoint

ROWS = (
    Endpoint(key="a", method="GET", url='http://x.example.org/"q"?a=1', status=0),
    Endpoint(key="b", method="POST", url="http://x.example.org/b", status=200, duplicate_of="http://x.example.org/a"),
    Endpoint(key="c", method="GET", url="http://x.example.org/c", skipped="URL out of scope"),
)


def test_what_was_accepted():
    text = list(lines(ROWS, every=False))
    assert len(text) == 2
    head, first = csv.reader(text)
    assert tuple(head) == COLUMNS
    assert first[:4] == ["a", "GET", 'http://x.example.org/"q"?a=1', "-"]
    assert all(cell.startswith('"') for cell in text[1].split(",")[:2])


def test_everything_with_reasons():
    rows = list(csv.DictReader("".join(lines(ROWS, every=True)).splitlines()))
    assert [(row["result"], row["reason"]) for row in rows] == [
        ("accepted", ""),
        ("rejected", "deduplicated (simhash)"),
        ("rejected", "URL out of scope"),
    ]
    assert rows[1]["info"] == "http://x.example.org/a"
