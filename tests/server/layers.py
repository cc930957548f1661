"""Rows that many tests start from, made once for all of them.

A fixture that is `shared` is a layer: a savepoint that is kept from one test to the next, below the test's own, which
is rolled back as always. Each test gets copies of what the fixture gave. A test that asks for other fixtures has the
layers that it did not ask for taken away first, so it finds what it would find alone. What a shared fixture makes may
depend on other shared fixtures only.
"""

from __future__ import annotations

import inspect
import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from vedette.contract.claim import LEASE_S
from vedette.server.agents.models import Run
from vedette.server.findings import kept
from vedette.server.kernel import clock

LIFE_S = 120.0
"""How long a layer is kept: what was just made must not grow old."""
RENEW_S = 5.0
"""After how long the leases of workers in the layers are prolonged: they must last for a test."""
_numbers = count()


class Layer:
    """What one fixture makes. Layers that were declared first lie below."""

    def __init__(self, name: str, make: Callable[..., Any]) -> None:
        self.name, self.make, self.number = name, make, next(_numbers)
        self.needs = tuple(inspect.signature(make).parameters)


def shared(make: Callable[..., Any]) -> Any:
    """A fixture of this name whose rows are made once for the tests that follow one another. Whatever it gives is
    copied by pickling. Where its layer is not there, as in a test without a rollback, the test makes them itself."""
    layer = Layer(make.__name__, make)

    def given(request: pytest.FixtureRequest, **needs: Any) -> Any:
        if GROUND.holds(layer):
            return GROUND.copies()[layer]
        return make(**{name: needs[name] for name in layer.needs})

    names = ("request", "db", *layer.needs)
    given.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
    )
    given.__doc__, given.layer = make.__doc__, layer  # type: ignore[attr-defined]
    return pytest.fixture(name=layer.name)(given)


def wanted(item: pytest.Item | None) -> tuple[Layer, ...]:
    """The layers that a test stands on, lowest first. One that rests on a fixture of its own module is none."""
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    if item is None or not known or _commits(item):
        return ()
    found = [getattr(known[name][-1].func, "layer", None) for name in item.fixturenames if name in known]
    chosen: dict[str, Layer] = {}
    for layer in sorted((one for one in found if one is not None), key=lambda one: one.number):
        if all(name in chosen for name in layer.needs):
            chosen[layer.name] = layer
    return tuple(chosen.values())


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and (marker.args or marker.kwargs)) or "transactional_db" in item.fixturenames


@dataclass
class _Held:
    layer: Layer
    block: transaction.Atomic
    value: Any
    born: float


class Ground:
    """The layers that are there now."""

    def __init__(self) -> None:
        self._held: list[_Held] = []
        self._pickled = b""
        self._renewed = 0.0
        self._copies: dict[Layer, Any] | None = None

    def holds(self, layer: Layer) -> bool:
        """Whether the rows of this layer are there."""
        return any(one.layer is layer for one in self._held)

    def copies(self) -> dict[Layer, Any]:
        """What the layers gave, as the test that runs now may have it: it is the same all through the test, and what
        one layer has of another is the same, too."""
        if self._copies is None:
            values = pickle.loads(self._pickled)
            self._copies = {one.layer: value for one, value in zip(self._held, values, strict=True)}
        return self._copies

    def lay(self, layers: Sequence[Layer], blocker: DjangoDbBlocker) -> None:
        """Makes these the layers that are there."""
        now = time.monotonic()
        self.clear(() if self._held and now - self._held[0].born > LIFE_S else layers, blocker)
        # A test may have stopped time; the next one need not.
        with blocker.unblock(), clock.set_clock(clock.SystemClock()):
            if self._held and now - self._renewed > RENEW_S:
                Run.objects.filter(state="claimed").update(lease_until=clock.now() + timedelta(seconds=LEASE_S))
                self._renewed = now
            for layer in layers[len(self._held) :]:
                self._add(layer)
        # What was remembered of these organisations in the test before is not so any more.
        cache.clear()
        kept.forget()
        self._pickled = pickle.dumps([one.value for one in self._held]) if self._held else b""

    def clear(self, layers: Sequence[Layer], blocker: DjangoDbBlocker) -> None:
        """Takes away the layers that are not among the lowest of these."""
        kept = 0
        while kept < min(len(self._held), len(layers)) and self._held[kept].layer is layers[kept]:
            kept += 1
        self._copies = None
        with blocker.unblock():
            while len(self._held) > kept:
                _take_back(self._held.pop().block)
                self._renewed = 0.0

    def _add(self, layer: Layer) -> None:
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined] # as Django's own tests say it
        block.__enter__()
        try:
            given = {one.layer.name: one.value for one in self._held}
            value = layer.make(**{name: given[name] for name in layer.needs})
        except BaseException:
            _take_back(block)
            raise
        self._held.append(_Held(layer, block, value, time.monotonic()))


def _take_back(block: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    block.__exit__(None, None, None)


GROUND = Ground()
"""The one of this process: there is one database."""
