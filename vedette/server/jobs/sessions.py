"""Forgets sessions and counted sign-ins whose time is over: nobody asks for them again, and they would only grow."""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from vedette.server.kernel import clock
from vedette.server.tenancy.models import AccessSession

KEEP = timedelta(days=1)
"""Longer than any lockout lasts, and than a client needs to hear that its session is over."""


def forget_ended() -> None:
    """Deletes what ended a day ago."""
    before = clock.now() - KEEP
    Session.objects.filter(expire_date__lt=before).delete()
    AccessSession.objects.filter(expires_at__lt=before).delete()
    AccessAttempt.objects.filter(attempt_time__lt=before).delete()
