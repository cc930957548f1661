from __future__ import annotations

import pytest

from tests.server.factories import flaw
from vedette.contract.checkinfo import Severity
from vedette.server.findings.models import Finding
from vedette.server.findings.order import Order

COLUMNS = ("severity", "last_found_at", "id")


@pytest.fixture
def pks(story) -> dict[str, int]:
    story.see(flaw("a"), flaw("b", severity=Severity.LOW))
    story.see(flaw("c"))
    return {name: story.row(flaw(name)).pk for name in "abc"}


@pytest.mark.parametrize("by_index", [True, False])
def test_both_ways_give_the_same_order(pks, by_index):
    rows = [Finding.objects.all()]
    a, b, c = pks.values()
    assert Order(COLUMNS, True, by_index).ids(rows, 0, 10) == [c, a, b]
    assert Order(COLUMNS, False, by_index).ids(rows, 0, 10) == [b, a, c]
    assert Order(COLUMNS, True, by_index).ids(rows, 1, 2) == [a]


def test_parts_are_merged(pks):
    a, b, c = pks.values()
    parts = [Finding.objects.filter(severity=10), Finding.objects.filter(severity=30)]
    assert Order(COLUMNS, True, True).ids(parts, 0, 2) == [c, a]
    assert Order(("last_found_at", "id"), False, True).ids(parts, 0, 3) == [a, b, c]
