from __future__ import annotations

import pytest

from vedette.server.api.probely import prefetch
from vedette.server.api.probely.shapes import finding as finding_shape
from vedette.server.api.probely.shapes import scan_full
from vedette.server.api.probely.shapes import target as target_shape
from vedette.server.findings.models import Finding
from vedette.server.findings.queries import with_related
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Target
from vedette.server.targets.queries import extra_hosts_for_actor
from vedette.server.tenancy.actor import system_actor

NONE = target_shape.profiles(())


@pytest.fixture
def rich(api, everything):
    path = f"/targets/{everything.target.public_id}/"
    header = {"name": "X", "value": "1"}
    assert api.patch(path, {"labels": [{"name": "red"}], "site": {"headers": [header]}}).status == 200
    assert api.patch(f"{path}findings/1/", {"labels": [{"name": "blue"}]}).status == 200
    return everything


def test_shaping_asks_for_nothing_more(rich, django_assert_num_queries):
    actor = system_actor(rich.home)
    targets = list(prefetch.targets(Target.objects.all()))
    scans = list(prefetch.scans(Scan.objects.all()))
    hosts = list(prefetch.extra_hosts(actor, extra_hosts_for_actor(actor)))
    findings = prefetch.findings(list(with_related(Finding.objects.all())), last_scan=True)
    with django_assert_num_queries(0):
        assert [target_shape.full(row, NONE) for row in targets]
        assert [scan_full.full(row, NONE) for row in scans]
        assert [target_shape.asset(row, with_target=True) for row in hosts]
        assert [finding_shape.full(row, scans=[], steps=[], last_scan=True) for row in findings]
