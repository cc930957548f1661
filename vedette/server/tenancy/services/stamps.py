"""When keys, sessions and members were last seen: at most one write a minute each."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from vedette.server.kernel import clock
from vedette.server.tenancy.models import AccessSession, ApiKey, Membership

EVERY = timedelta(minutes=1)


def key_used(key: ApiKey) -> None:
    """Notes that a key was used."""
    now = clock.now()
    if key.last_used_at is None or key.last_used_at <= now - EVERY:
        due = Q(last_used_at=None) | Q(last_used_at__lte=now - EVERY)
        ApiKey.objects.filter(due, pk=key.pk).update(last_used_at=now)
        key.last_used_at = now


def session_used(session: AccessSession) -> None:
    """Notes that a session was used; its idle time starts anew."""
    now = clock.now()
    if session.last_used_at <= now - EVERY:
        AccessSession.objects.filter(pk=session.pk, last_used_at__lte=now - EVERY).update(last_used_at=now)
        session.last_used_at = now


def member_seen(member: Membership) -> None:
    """Notes that a person was here."""
    now = clock.now()
    if member.last_seen_at is None or member.last_seen_at <= now - EVERY:
        due = Q(last_seen_at=None) | Q(last_seen_at__lte=now - EVERY)
        Membership.objects.filter(due, pk=member.pk).update(last_seen_at=now)
        member.last_seen_at = now
