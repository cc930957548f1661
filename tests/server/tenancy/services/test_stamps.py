"""Last-seen stamps cost at most one write a minute."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vedette.server.kernel import clock
from vedette.server.tenancy.models import AccessSession, ApiKey, Membership
from vedette.server.tenancy.services import stamps

pytestmark = pytest.mark.django_db


def writes(act):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


def test_a_stamp_is_written_once_a_minute(organisation, person, moment):
    user = person(organisation)
    member = Membership.objects.get(user=user)
    key = ApiKey.objects.create(organisation=organisation, name="k", key_hash="k" * 64)
    session = AccessSession.objects.create(
        token_hash="s" * 64, user=user, organisation=organisation, expires_at=clock.now()
    )
    cases = (
        (stamps.member_seen, member, "last_seen_at", 1),
        (stamps.key_used, key, "last_used_at", 1),
        (stamps.session_used, session, "last_used_at", 0),  # made this very moment
    )
    for stamp, row, field, first in cases:
        assert writes(lambda stamp=stamp, row=row: stamp(row)) == first
        assert writes(lambda stamp=stamp, row=row: stamp(row)) == 0
        row.refresh_from_db()
        assert getattr(row, field) == clock.now()
    moment.advance(59)
    assert all(writes(lambda stamp=stamp, row=row: stamp(row)) == 0 for stamp, row, _, _ in cases)
    moment.advance(1)
    assert all(writes(lambda stamp=stamp, row=row: stamp(row)) == 1 for stamp, row, _, _ in cases)
    for _, row, field, _ in cases:
        row.refresh_from_db()
        assert getattr(row, field) == clock.now()


def test_a_slower_process_does_not_turn_a_stamp_back(organisation, moment):
    key = ApiKey.objects.create(organisation=organisation, name="k", key_hash="k" * 64)
    stale = ApiKey.objects.get(pk=key.pk)
    stamps.key_used(key)
    moment.advance(5)
    stamps.key_used(stale)
    key.refresh_from_db()
    assert key.last_used_at < clock.now()
