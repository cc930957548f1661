"""Targets as lists show them."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.ownership import instructions
from vedette.server.web import target_shapes as shapes


@pytest.mark.parametrize(
    ("scan", "risk", "word", "tone"),
    [
        (None, None, "Never scanned", "quiet"),
        (Scan(status="failed", verdict="incomplete"), 30, "The last scan failed", "bad"),
        (Scan(status="completed", verdict="failed"), 30, "The last scan failed", "bad"),
        (Scan(status="completed", verdict="incomplete"), 30, "The last scan left gaps", "warn"),
        (Scan(status="completed", verdict="findings"), 30, "Worst open finding: high", "high"),
        (Scan(status="completed", verdict="clean"), 0, "Nothing open", "ok"),
    ],
)
def test_health_is_one_sign(scan, risk, word, tone):
    label = shapes.health(Target(last_scan=scan, risk=risk))
    assert (label.word, label.tone) == (word, tone)


def test_counts_are_by_number():
    assert shapes.counts(Target(criticals=1, highs=2, mediums=3, lows=4)) == {40: 1, 30: 2, 20: 3, 10: 4}


def test_every_way_to_show_ownership_is_explained(db):
    home = factories.organisation()
    factories.verify(factories.target(home, "https://example.org/").domain)
    Domain.objects.update(method="dns_txt")
    target = factories.target(home, "https://shop.example.org/", verified=False)
    ways = shapes.ways(target.domain)
    assert [way.method for way in ways] == [one.method for one in instructions(target.domain)]
    assert {way.method for way in ways} == set(shapes.METHODS)
    assert {way.method: (way.place_label, way.content_label) for way in ways}["dns_cname"] == ("Name", "Points to")


def test_rows_carry_the_numbers_of_running_scans(db):
    home = factories.organisation()
    busy, idle = factories.target(home), factories.target(home)
    factories.start(busy)
    found = shapes.rows(factories.actor(home), Target.objects.order_by("pk"))
    assert [(row.target, row.live is not None, row.type, row.verified) for row in found] == [
        (busy, True, "Web", True),
        (idle, False, "Web", True),
    ]
