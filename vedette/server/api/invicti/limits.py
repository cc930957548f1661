"""The vendor's limits: so many calls of an account in a minute, an hour and a day."""

from __future__ import annotations

from vedette.server.kernel import ratelimit
from vedette.server.kernel.errors import LimitReached
from vedette.server.kernel.ratelimit import Limit
from vedette.server.tenancy.actor import Actor

ALL_CALLS = (Limit("invicti", 200, 60), Limit("invicti", 7_000, 3_600), Limit("invicti", 18_000, 86_400))
_WINDOWS = {60: "minute", 3_600: "hour", 86_400: "day"}


def count(actor: Actor) -> None:
    """Counts a call of the actor's account. Raises LimitReached."""
    verdict = ratelimit.check(actor.organisation.public_id, ALL_CALLS)
    if not verdict.allowed:
        window = _WINDOWS[verdict.limit.window_s]
        message = f"API calls quota exceeded! Maximum admitted {verdict.limit.count} per {window}."
        raise LimitReached("rate_limited", message, retry_after=verdict.retry_after)
