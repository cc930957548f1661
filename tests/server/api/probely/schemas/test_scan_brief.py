from __future__ import annotations

from vedette.server.api.probely.schemas.scan_brief import (
    CrawlerSchema,
    FingerprinterSchema,
    RunningScanSchema,
    SimpleScanSchema,
)
from vedette.server.api.probely.shapes import scan as shape
from vedette.server.scans.models import Scan, ScanLive


def test_answers_are_declared_whole():
    scan = Scan()
    scan.live = ScanLive(scan=scan)
    shown = shape.running(scan)
    assert set(shape.simple(scan)) == set(SimpleScanSchema().fields)
    assert set(shown) == set(RunningScanSchema().fields)
    assert set(shown["crawler"]) == set(shown["scanner"]) == set(CrawlerSchema().fields)
    assert set(shown["fingerprinter"]) == set(FingerprinterSchema().fields)
