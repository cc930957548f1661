"""The randomised experiment behind every true/false injection: does the site follow the truth of what we assert?

A check says how a true, a false and a broken assertion are written (`Ask`); the series sends them in random order and
weighs the answers. Nothing here knows a query language.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from vedette.contract.exchange import Exchange, Step
from vedette.engine.attack.compare import Model, blocked
from vedette.engine.attack.point import Point
from vedette.engine.attack.probe import Probe

Ask = Callable[[bool | None], str]
"""The payload for a true or a false assertion, or (None) for one that no parser accepts; fresh numbers each time."""

ERROR_RATE = 0.02
"""How often noise may turn one answer of a site that does follow."""

ACCEPT = math.log(1000)
REJECT = -3.0
MAX_TRIALS = 18
BLOCK = 6
"""Assertions are shuffled in blocks of so many, half of them true."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One assertion with its answer; `followed` tells whether the site behaved as the assertion's truth demands."""

    truth: bool | None
    payload: str
    exchange: Exchange
    followed: bool = True


class Series:
    """One experiment at one insertion point.

    `keeps` says what a true assertion leads to: the endpoint's normal answer (as with AND), the false one to another
    page; without it the false one keeps the normal answer and the true one changes it (as with OR).
    """

    def __init__(self, probe: Probe, point: Point, model: Model, ask: Ask, *, keeps: bool, fresh: bool = False) -> None:
        self.trials: list[Trial] = []
        self.score = 0.0
        self.blocked = False
        self._probe, self._point, self._ask = probe, point, ask
        self._keeps, self._fresh = keeps, fresh
        self._models = _models(model, point.value)
        self._model: Model | None = None

    async def suspect(self) -> bool:
        """The cheap form: one true assertion and, only if that one fits, a false one. At most two requests."""
        if not (await self._trial(True) and await self._trial(False)):
            return False
        # Only now is it known how the page shows the value, so the first answer is read once more.
        first = self.trials[0]
        return self._fits(True, first.payload, first.exchange)

    async def confirm(self, *, trials: int = MAX_TRIALS, accept: float = ACCEPT) -> bool:
        """Asks on until the log-likelihood ratio speaks clearly; then a broken assertion must not pass as true."""
        plan: list[bool] = []
        if self._model is None and not await self._trial(self._keeps):
            return False
        for _ in range(trials):
            plan = plan or self._probe.rng.shuffled([True, False] * (BLOCK // 2))
            followed = await self._trial(plan.pop())
            self.score += math.log((1 - ERROR_RATE if followed else ERROR_RATE) / 0.5)
            if self.blocked or self.score <= REJECT:
                return False
            if self.score >= accept:
                break
        return self.score >= accept and await self._trial(None)

    async def replicate(self, *, trials: int = BLOCK) -> bool:
        """A fixed number of assertions, all of which must be followed, and a broken one."""
        return await self.confirm(trials=trials, accept=trials * math.log((1 - ERROR_RATE) / 0.5) - 1e-9)

    async def holds(self, payload: str) -> bool | None:
        """Whether the site takes this assertion of unknown truth for true; None when it fits neither side."""
        exchange = await self._send(payload)
        if exchange is None:
            return None
        if self._fits(True, payload, exchange):
            verdict = True
        elif self._fits(False, payload, exchange):
            verdict = False
        else:
            return None
        self.trials.append(Trial(verdict, payload, exchange))
        return verdict

    async def unchanged(self) -> Step | None:
        """The endpoint's own value once more: the step to show when the normal answer still comes, else None."""
        exchange = await self._send(self._point.value)
        if exchange is None or not any(model.same(exchange, self._point.value) for model in self._models):
            return None
        return Step("Original value", exchange, note="The normal answer, for comparison.", control=True)

    async def _trial(self, truth: bool | None) -> bool:
        payload = self._ask(truth)
        exchange = await self._send(payload)
        if exchange is None:
            return False
        followed = not self._fits(True, payload, exchange) if truth is None else self._fits(truth, payload, exchange)
        self.trials.append(Trial(truth, payload, exchange, followed))
        return followed

    async def _send(self, payload: str) -> Exchange | None:
        exchange = await self._probe.send(self._point, payload, fresh=self._fresh)
        if blocked(exchange) or not exchange.usable:
            self.blocked = True
            return None
        return exchange

    def _fits(self, truth: bool, payload: str, exchange: Exchange) -> bool:
        normal = self._normal(truth, payload, exchange)
        if normal != (truth is self._keeps):
            return False
        first = next((trial for trial in self.trials if trial.followed and trial.truth is truth), None)
        if normal or first is None or self._model is None:
            return True
        return self._model.alike(first.exchange, exchange, first.payload, payload)

    def _normal(self, truth: bool, payload: str, exchange: Exchange) -> bool:
        """Whether this is the normal answer. A page may or may not show the value itself: the first answer that must
        be normal decides by which model, and until then any of them will do."""
        if self._model is not None:
            return self._model.same(exchange, payload)
        fitting = [model for model in self._models if model.same(exchange, payload)]
        if fitting and truth is self._keeps:
            self._model = fitting[0]
        return bool(fitting)


def _models(model: Model, value: str) -> tuple[Model, ...]:
    other = model.without(value) if value.strip() else model
    return (model,) if other is model else (model, other)


def steps(trials: list[Trial], limit: int = 14) -> tuple[Step, ...]:
    """The trials as evidence, each with what it asserted."""
    names = {True: "True assertion", False: "False assertion", None: "Broken assertion"}
    notes = {
        True: "The site must behave as for a true condition.",
        False: "The site must behave as for a false condition.",
        None: "No parser accepts this one: the site must not behave as for a true condition.",
    }
    return tuple(
        Step(names[t.truth], t.exchange, note=notes[t.truth], control=t.truth is not True, request_marks=(t.payload,))
        for t in trials[:limit]
    )
