"""Ended sessions are forgotten, others are not."""

from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from tests.server import factories
from vedette.server.jobs import sessions
from vedette.server.kernel import clock
from vedette.server.tenancy.models import AccessSession
from vedette.server.web import session_store

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_what_ended_a_day_ago_is_forgotten():
    home = factories.organisation()
    user = factories.person(home)
    with clock.frozen(NOW):
        for name, ago in (("old", timedelta(days=1, seconds=1)), ("new", timedelta(hours=23))):
            key = session_store.whole(name.ljust(20, "x"))
            Session.objects.create(session_key=key, session_data="", expire_date=NOW - ago)
            AccessSession.objects.create(token_hash=name, user=user, organisation=home, expires_at=NOW - ago)
            attempt = AccessAttempt.objects.create(username=name, failures_since_start=1)
            AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=NOW - ago)
        sessions.forget_ended()
    assert [key[:3] for key in Session.objects.values_list("session_key", flat=True)] == ["new"]
    assert list(AccessSession.objects.values_list("token_hash", flat=True)) == ["new"]
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["new"]
