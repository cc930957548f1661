"""What monitors read of the queue."""

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.server.agents import queries, services
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
