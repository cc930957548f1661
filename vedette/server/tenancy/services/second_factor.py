"""The second factor of API sign-ins, over the same authenticators as the pages: authenticator apps, recovery codes."""

from __future__ import annotations

import hmac

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt

from vedette.server.kernel import clock
from vedette.server.kernel.models import RateWindow
from vedette.server.kernel.ratelimit import DatabaseStore, Window
from vedette.server.tenancy.models import User

STEP_S = 30
DRIFT = 1
"""Steps that the person's clock may be off, either way."""

_store = DatabaseStore()


def methods(user: User) -> list[str]:
    """The second factors that a person enrolled, by the dialect-neutral word: `app`."""
    enrolled = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP)
    return ["app"] if enrolled.exists() else []


def use_code(user: User, code: str) -> bool:
    """Whether the six digits are those of the person's app now. Each code counts once, whichever process is asked."""
    row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
    if row is None:
        return False
    secret = str(decrypt(row.data["secret"]))
    given = "".join(code.split())
    present = int(clock.now().timestamp()) // STEP_S
    for step in range(present - DRIFT, present + DRIFT + 1):
        expected = str(format_hotp_value(hotp_value(secret, step)))
        if hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
            return _first_use(user, step)
    return False


def use_recovery_code(user: User, code: str) -> bool:
    """Whether the code is one of the person's unused recovery codes; it is used up then."""
    row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return row is not None and bool(RecoveryCodes(row).validate_code(code))


def recovery_codes_left(user: User) -> int:
    """How many recovery codes a person has not used."""
    row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


def _first_use(user: User, step: int) -> bool:
    window = Window(f"totp:{user.pk}", step * STEP_S)
    first = _store.add({window: 1})[window] == 1
    if first:
        # Steps so old that no code of theirs is taken any more.
        RateWindow.objects.filter(key=window.key, window_start__lt=(step - 4 * DRIFT) * STEP_S).delete()
    return first
