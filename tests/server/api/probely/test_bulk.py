from __future__ import annotations

import pytest

from vedette.server.api.probely import bulk
from vedette.server.kernel.errors import Conflict
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Target


def test_all_are_judged_before_the_first_is_told():
    told: list[Scan] = []
    scans = [Scan(status="started"), Scan(status="completed")]
    with pytest.raises(Conflict) as refused:
        bulk.act("pause", scans, lambda scan: told.append(scan) or scan)
    assert told == []
    assert refused.value.data["scan"] == scans[1].public_id
    assert bulk.act("pause", scans[:1], lambda scan: scan) == scans[:1]


def test_none_is_started_when_one_is_busy():
    free, busy = Target(), Target(running_scan_id=7)
    with pytest.raises(Conflict, match=busy.public_id):
        bulk.start([free, busy], lambda target: pytest.fail("started"))
    scan = Scan()
    assert bulk.start([free], lambda target: scan) == [scan]
