"""One-time codes that somebody reads in a mail or message and hands in while a log-in waits for them."""

from __future__ import annotations

import hmac
import re

from django.db import transaction
from django.db.models import Q

from vedette.contract.job import JobKind
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.kernel import ratelimit
from vedette.server.kernel.errors import Conflict, Invalid, LimitReached, NotFound
from vedette.server.kernel.ids import is_id
from vedette.server.targets.models import Target
from vedette.server.targets.services.permits import permit, record
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor

OTHER = "other"
_TURN = "otp_url_turn"
"""Among the settings of a target: how often its address was made anew."""
_CODE = re.compile(r"[0-9A-Za-z]{4,12}")
_TRIES = ratelimit.Limit("one-time-codes", 20, 60)


def token(target: Target) -> str:
    """What makes the address for codes a secret one; empty unless codes are handed in. Kept nowhere: it follows from
    the key of the organisation."""
    if target.settings.get("otp_type") != OTHER:
        return ""
    turn = int(target.settings.get(_TURN, 0))
    return tenancy.obfuscated(target.organisation, f"one-time codes {target.public_id} {turn}").partition("_")[2]


def reset(actor: Actor, target: Target) -> Target:
    """Makes the address anew; the one before leads nowhere. Raises NotAllowed, NotFound, also when no codes are handed
    in."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        if not token(locked):
            raise NotFound
        locked.settings = {**locked.settings, _TURN: int(locked.settings.get(_TURN, 0)) + 1}
        locked.save(update_fields=("settings",))
        record(
            "target.code_address_changed",
            actor,
            locked,
            thing="target",
            public_id=locked.public_id,
            name=locked.name or locked.url,
        )
    return locked


def hand_in(target_id: str, given: str, code: object) -> None:
    """Passes a code on to the log-in that waits for it. `given` is the token of the address, which is all that one
    needs. Raises NotFound, Invalid under `otp`, LimitReached, and Conflict `nobody_waits`."""
    if not ratelimit.check(target_id, (_TRIES,)).allowed:
        raise LimitReached("too_many_codes", "Too many codes were handed in: wait a minute.")
    rows = Target.objects.select_related("organisation").filter(public_id=target_id, archived_at=None)
    target = rows.first() if is_id(target_id) else None
    known = token(target) if target is not None else ""
    if target is None or not known or not hmac.compare_digest(known.encode(), given.encode()):
        raise NotFound
    if not isinstance(code, str) or not _CODE.fullmatch(code.strip()):
        raise Invalid(fields={"otp": ["Enter a code of 4 to 12 letters or digits."]})
    tested = Q(kind=JobKind.LOGIN_TEST.value, order__subject=f"target:{target_id}")
    waiting = Run.objects.filter(Q(scan__target=target) | tested, state="claimed").order_by("-id").first()
    if waiting is None:
        raise Conflict("nobody_waits", "No log-in waits for a code.")
    agents.hand_in(waiting, code.strip())
