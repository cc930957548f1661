"""Numbers that this process remembers for a while, so that many who look at a chart make it be counted once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from vedette.server.findings import queries
from vedette.server.findings.queries import FindingFilter
from vedette.server.kernel import clock
from vedette.server.tenancy.actor import Actor

_KEEP_S = 10
_KEPT = 500

Key = tuple[object, ...]
T = TypeVar("T")


def get(key: Key, compute: Callable[[], T]) -> T:
    """The value of this key, computed unless it is at most ten seconds old."""
    return _kept.get(key, compute)


def forget() -> None:
    """Drops all numbers that this process remembers."""
    _kept.clear()
    queries.forget_counts()


def key_of(actor: Actor, name: str, chosen: FindingFilter) -> Key:
    """What a number depends on: what it is, what was asked for, and what the actor may see."""
    everywhere = actor.everywhere("findings.view")
    scope = () if everywhere else (actor.targets("findings.view"), actor.teams("findings.view"))
    return (actor.organisation.public_id, name, chosen, everywhere, *scope)


@dataclass(slots=True)
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    value: Any = None
    until: datetime | None = None

    @property
    def fresh(self) -> bool:
        """Whether the value may still be given out."""
        return self.until is not None and clock.now() < self.until


class Kept:
    """Values of this process, kept for ten seconds; one thread computes while the others are given what there was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()

    def get(self, key: Key, compute: Callable[[], T]) -> T:
        """The value of this key, computed unless it is fresh."""
        entry = self._entry(key)
        if entry.fresh:
            return entry.value  # type: ignore[no-any-return]
        with _held(entry.lock, blocking=entry.value is None) as mine:
            if mine and not entry.fresh:
                entry.value = compute()
                entry.until = clock.now() + timedelta(seconds=_KEEP_S)
            return entry.value  # type: ignore[no-any-return]

    def clear(self) -> None:
        """Drops all values."""
        with self._lock:
            self._entries.clear()

    def _entry(self, key: Key) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > _KEPT:
                self._entries.popitem(last=False)
            return entry


@contextmanager
def _held(lock: threading.Lock, *, blocking: bool) -> Iterator[bool]:
    mine = lock.acquire(blocking=blocking)
    try:
        yield mine
    finally:
        if mine:
            lock.release()


_kept = Kept()
