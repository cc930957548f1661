from __future__ import annotations

import pytest

from tests.server import factories
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.server.findings import tallies

pytestmark = pytest.mark.django_db


def test_information_is_counted_by_scan_and_by_target():
    home = factories.organisation()
    shop, bank = factories.target(home), factories.target(home)
    told = factories.flaw("a", severity=Severity.INFO)
    first = factories.run_scan(
        shop,
        told,
        factories.flaw("b", severity=Severity.INFO, proof=ProofLevel.TENTATIVE),
        factories.flaw("c", severity=Severity.LOW),
    )
    shop.refresh_from_db()
    second = factories.run_scan(shop, told, factories.flaw("d", severity=Severity.INFO))
    other = factories.run_scan(bank, factories.flaw("c"))
    scans = [scan.pk for scan in (first, second, other)]
    assert tallies.information_seen(scans) == {first.pk: 1, second.pk: 2}
    assert tallies.information_seen([]) == {}
    assert tallies.information_open([shop.pk, bank.pk]) == {shop.pk: 2}
