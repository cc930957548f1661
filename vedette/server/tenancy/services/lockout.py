"""Locking accounts after too many failed sign-ins in a row, counted across all processes.

A name that nobody has is counted and locked in the same way: whether an account exists must not show.
"""

from __future__ import annotations

import math
from datetime import timedelta

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.models import RateWindow
from vedette.server.kernel.ratelimit import DatabaseStore, Window
from vedette.server.tenancy import rules
from vedette.server.tenancy.models import User

FAILURES = 10
LOCKED_FOR = timedelta(minutes=15)
_DAY_S = 86_400

_store = DatabaseStore()


def seconds_left(user: User | None, name: str) -> int:
    """How long the account is still locked, in whole seconds; 0 when it is not."""
    now = clock.now()
    if user is not None:
        until = user.locked_until.timestamp() if user.locked_until else 0.0
    else:
        row = RateWindow.objects.filter(key=_unknown("lock", name)).order_by("-window_start").first()
        until = row.window_start + LOCKED_FOR.total_seconds() if row else 0.0
    return max(0, math.ceil(until - now.timestamp()))


def failed(user: User | None, name: str, *, address: str = "") -> None:
    """Counts a failure; the tenth in a row locks the account."""
    now = clock.now()
    window = Window(_known(user), 0) if user else Window(_unknown("failed", name), _today())
    if _store.add({window: 1})[window] < FAILURES:
        return
    with transaction.atomic():
        if user is None:
            RateWindow.objects.get_or_create(key=_unknown("lock", name), window_start=int(now.timestamp()))
        else:
            user.locked_until = now + LOCKED_FOR
            user.save(update_fields=("locked_until",))
            audit.record(
                kind="person.locked",
                actor=None,
                organisation=user.current_organisation,
                object_kind="person",
                object_id=user.public_id,
                object_name=user.email,
                data={"address": address},
            )
        RateWindow.objects.filter(key=window.key).delete()


def clear(user: User) -> None:
    """Forgets the failures of an account and unlocks it."""
    RateWindow.objects.filter(key=_known(user)).delete()
    if user.locked_until is not None:
        user.locked_until = None
        user.save(update_fields=("locked_until",))


def _known(user: User) -> str:
    return f"sign-in:{user.pk}"


def _unknown(what: str, name: str) -> str:
    # The length of a day in front lets the kernel sweep these rows away: strangers can make many of them.
    return f"{_DAY_S}:sign-in-{what}:{rules.hash_of(name.strip().lower())[:32]}"


def _today() -> int:
    return int(clock.now().timestamp()) // _DAY_S * _DAY_S
