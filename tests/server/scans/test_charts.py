"""Which targets were not well looked at, which scans went badly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.server.kernel import clock
from vedette.server.scans import charts
from vedette.server.scans.models import Scan
from vedette.server.scans.services import lifecycle
from vedette.server.targets import queries as targets

DAY = 86_400


@pytest.fixture
def moment():
    with clock.frozen(datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) as frozen:
        yield frozen


@pytest.fixture
def home(db, moment):
    return factories.organisation()


@pytest.fixture
def owner(home):
    return factories.actor(home)


def names(rows):
    return sorted(row.name for row in rows)


def test_a_target_is_stale_without_a_reliable_scan_in_thirty_days(home, owner, moment):
    fresh, old, gaps, never = (factories.target(home, name=name) for name in ("fresh", "old", "gaps", "never"))
    factories.run_scan(old)
    moment.advance(31 * DAY)
    for target in (fresh, gaps):
        factories.verify(target.domain)
        target.domain.refresh_from_db()
    factories.run_scan(fresh)
    factories.run_scan(gaps, verdict="incomplete")
    assert names(charts.stale_targets(owner)) == ["gaps", "never", "old"]
    assert never.last_scan is None


def test_a_retest_is_no_look_at_the_whole_target(home, owner):
    target = factories.target(home, name="shop")
    Scan.objects.filter(pk=factories.run_scan(target).pk).update(kind="retest")
    assert names(charts.stale_targets(owner)) == ["shop"]


def test_trouble_is_failure_and_gaps_of_the_last_week(home, owner, moment):
    factories.run_scan(factories.target(home), verdict="failed")
    moment.advance(8 * DAY)
    bad, gaps, fine, stopped = (factories.target(home) for _ in range(4))
    failed = factories.run_scan(bad, verdict="failed")
    incomplete = factories.run_scan(gaps, verdict="incomplete")
    factories.run_scan(fine, verdict="clean")
    lifecycle.cancel(actor=owner, scan=factories.start(stopped))
    assert set(charts.troubled(owner)) == {failed, incomplete}
    assert charts.troubled(owner, days=None).count() == 3


def test_others_see_none_of_it(home, owner):
    factories.run_scan(factories.target(home), verdict="failed")
    stranger = factories.actor(factories.organisation("Rival"))
    assert not charts.troubled(stranger).exists()
    assert not charts.stale_targets(stranger).exists()


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", ["active", "clean", "failed", "never"]),
        ("active", ["active"]),
        ("never", ["active", "never"]),
        ("stale", ["active", "failed", "never"]),
        ("trouble", ["failed"]),
        ("nonsense", ["active", "clean", "failed", "never"]),
    ],
)
def test_a_list_of_targets_is_narrowed_by_how_scanning_stands(home, owner, show, expected):
    clean, failed, active, _ = (factories.target(home, name=name) for name in ("clean", "failed", "active", "never"))
    factories.run_scan(clean, verdict="clean")
    factories.run_scan(failed, verdict="failed")
    factories.start(active)
    assert names(charts.by_scans(owner, targets.for_actor(owner), show)) == expected
