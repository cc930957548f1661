"""One-time codes made from a shared key, each handed out once."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from vedette.contract.job import Otp
from vedette.engine.net.clock import Clock, SystemClock

_ALGORITHMS: dict[str, type[SHA1 | SHA256 | SHA512]] = {"SHA1": SHA1, "SHA256": SHA256, "SHA512": SHA512}
LEAST_LEFT_S = 1.0
"""Seconds that a code must still be good for when it is handed out: it has to be typed and sent."""


class Codes:
    """The codes of one user. `key` is Base32, with or without spaces and padding; `used` the number of the period whose
    code was handed out last. `wall` gives seconds since the epoch. Raises ValueError for a key or settings that make no
    codes; the message never holds the key."""

    def __init__(
        self, key: str, otp: Otp, *, used: int = -1, wall: Callable[[], float] = time.time, clock: Clock | None = None
    ) -> None:
        algorithm = _ALGORITHMS.get(otp.algorithm.upper())
        if algorithm is None:
            raise ValueError(f"unknown algorithm of one-time codes: {otp.algorithm}")
        if not 6 <= otp.digits <= 8 or otp.period_s <= 0:
            raise ValueError("one-time codes have 6 to 8 digits and a period of at least a second")
        # Keys of 80 bits are common, and not ours to refuse.
        self._totp = TOTP(decoded(key), otp.digits, algorithm(), otp.period_s, enforce_key_length=False)
        self._period_s = otp.period_s
        self._wall = wall
        self._clock = clock or SystemClock()
        self.used = used

    @property
    def wait_s(self) -> float:
        """Seconds until there is a code that was not handed out and does not end at once."""
        now = self._wall()
        period = int(now // self._period_s)
        left = (period + 1) * self._period_s - now
        if period > self.used and left >= min(LEAST_LEFT_S, self._period_s / 2):
            return 0.0
        return max(period + 1, self.used + 1) * self._period_s - now

    async def take(self) -> str:
        """The next code; waits for it when that of now was handed out. No code is given twice."""
        while (wait := self.wait_s) > 0:
            await self._clock.sleep(wait)
        now = self._wall()
        self.used = int(now // self._period_s)
        return self._totp.generate(int(now)).decode("ascii")


def decoded(key: str) -> bytes:
    """The bytes of a Base32 key as people copy it: any case, spaces, dashes, no padding. Raises ValueError."""
    plain = "".join(key.split()).replace("-", "").rstrip("=").upper()
    try:
        raw = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error:
        raw = b""
    if not raw:
        raise ValueError("the key of the one-time codes is not Base32 text")
    return raw
