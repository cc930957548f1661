"""The databases agree on how long something took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.server.factories import flaw
from vedette.server.findings.models import Finding
from vedette.server.findings.took import Took

SEEN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("days", [0.25, 1, 400])
def test_it_is_told_in_days(story, days):
    story.see(flaw("a"))
    Finding.objects.update(first_seen_at=SEEN, fixed_at=SEEN + timedelta(days=days))
    row = Finding.objects.annotate(took=Took("fixed_at", "first_seen_at")).get()
    assert row.took == pytest.approx(days, abs=1e-4)
