"""Randomness that repeats: a generator per (seed, unit, step), never a shared one."""

from __future__ import annotations

import hashlib
import hmac
import random
from typing import TypeVar

T = TypeVar("T")
LETTERS = "abcdefghijkmnpqrstuvwxyz"


class Rng:
    """A deterministic source for one unit. `secret` makes tokens that a site cannot guess."""

    def __init__(self, seed: int, unit: str, secret: bytes = b"") -> None:
        self._random = random.Random(f"{seed}\x1f{unit}")  # noqa: S311 - repeatable by design, not for secrets
        self._secret = secret
        self._unit = unit

    def integer(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return self._random.randint(low, high)

    def word(self, length: int = 8) -> str:
        """Lower-case letters, none of them easily misread."""
        return "".join(self._random.choice(LETTERS) for _ in range(length))

    def choice(self, items: list[T]) -> T:
        """One of the items."""
        return self._random.choice(items)

    def shuffled(self, items: list[T]) -> list[T]:
        """The items in another order."""
        copy = list(items)
        self._random.shuffle(copy)
        return copy

    @property
    def mark(self) -> str:
        """What all tokens of the scan begin with, so that what it left behind can be found."""
        return "v" + hmac.new(self._secret, b"mark", hashlib.sha256).hexdigest()[:3]

    def token(self, purpose: str, length: int = 12) -> str:
        """A token bound to the scan's secret, the unit and the purpose: letters and digits, a letter first."""
        digest = hmac.new(self._secret, f"{self._unit}\x1f{purpose}".encode(), hashlib.sha256).hexdigest()
        return self.mark + digest[: length - 4]
