"""What monitors read of the queue."""

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.contract.claim import Worker
from vedette.server.agents import queries, services
from vedette.server.agents.models import WorkerNode
from vedette.server.kernel import clock

pytestmark = pytest.mark.django_db


def test_depth_tells_how_many_wait_and_since_when():
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)) as time:
        home = factories.organisation()
        services.open_runs(organisation=home, kinds=[("scan", False)])[0]
        time.advance(30)
        services.open_runs(organisation=home, kinds=[("scan", False)])[0]
        time.advance(10)
        assert queries.depth() == {"default": {"waiting": 2, "oldest_s": 40.0}}
        services.claim_next(factories.WORKER)
        assert queries.depth()["default"]["waiting"] == 1
        assert queries.claimed() == 1


def test_scans_have_as_many_places_as_the_workers_that_take_them():
    assert queries.places() == 0
    services.heard_of(Worker(name="a:1", pools=("default-short", "default")), slots=2, version="1")
    services.heard_of(Worker(name="a:1:short", pools=("default-short",)), slots=1, version="1")
    services.heard_of(Worker(name="b:1", pools=("default-short", "default")), slots=3, version="1")
    assert queries.places() == 5
    WorkerNode.objects.filter(name="b:1").update(seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert queries.places() == 2
