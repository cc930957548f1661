from __future__ import annotations

from probely.sdk.schemas._schemas import RunningAssessment, SimpleAssessment

from vedette.server.api.probely.shapes import scan as shape
from vedette.server.scans.models import Scan, ScanLive


def test_both_sizes_can_be_read():
    scan = Scan(profile="safe", highs=2)
    scan.live = ScanLive(scan=scan)
    simple, running = shape.simple(scan), shape.running(scan)
    assert SimpleAssessment(**simple).highs == 2
    assert RunningAssessment(**running).scan_profile == "safe"
    assert running == {**running, **simple}
    assert (simple["started"], simple["completed"]) == (None, None)


def test_profiles_as_they_are_wanted():
    assert shape.simple(Scan(profile="safe"), lambda key: {"id": key})["scan_profile"] == {"id": "safe"}
