"""The one comparison of answers: is this the page that the endpoint normally gives, and are these two the same page?

Layers, cheapest first: status and redirect, identical bytes, identical text, skeleton of tags and keys, tokens with the
volatile ones masked. What was sent is taken out first. See `strip`, `view` and `align` for the parts of the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median_low

from vedette.contract.exchange import Exchange
from vedette.engine.attack.align import Backbone, Change, apart, share, surpasses, tokens_apart
from vedette.engine.attack.mutations import sent_values
from vedette.engine.attack.strip import appears, decoded, everything, occurs_in, strip
from vedette.engine.attack.view import View
from vedette.engine.parse.patterns import PatternSet

__all__ = ["Model", "appears", "blocked", "decoded", "everything", "failed", "strip"]

MIN_ANSWERS = 3
MAX_RELEARNED = 8
STABLE = 0.05
"""A model is stable when each normal answer lies within this distance of what the others share."""

_FEW_EDITS = 32
"""Noise is mostly within so many edits; beyond them it is first counted whether an alignment can help at all."""

_BLOCK_WORDS = PatternSet(
    {
        "words": r"(?i)"
        r"web application firewall|request (?:was |has been )?blocked|access denied[^<]{0,80}reference"
        r"|attention required!"
        r"|the requested url was rejected|mod_security|modsecurity|incident id|request unsuccessful\. incapsula"
        r"|your (?:request|ip)(?: address)? (?:has been|was|is) (?:blocked|denied|banned)|too many requests"
        r"|unusual traffic|verify (?:that )?you are (?:a )?human|malicious (?:request|activity)",
    }
)
_BLOCK_STATUSES = (403, 405, 406, 409, 418, 501, 503, 999)
_BLOCK_LENGTH = 16_384


def blocked(exchange: Exchange) -> bool:
    """Whether something stood between us and the application: no answer, throttling, or a firewall's page."""
    response = exchange.response
    if response is None or response.status == 429:
        return True
    if response.status == 503 and response.header("retry-after"):
        return True
    return response.status in _BLOCK_STATUSES and bool(_BLOCK_WORDS.hits(response.text[:_BLOCK_LENGTH]))


def failed(exchange: Exchange) -> bool:
    """Whether the application broke: a status of 5xx."""
    return 500 <= exchange.status <= 599


@dataclass(frozen=True, eq=False)
class Model:
    """What an endpoint normally answers, learned from three or more normal answers.

    `stable` tells whether the normal answers agree once what varies is masked; blind differences on an unstable
    model mean nothing. `representative` is the first usable answer.
    """

    exchanges: tuple[Exchange, ...]
    sent: tuple[str, ...]
    stable: bool
    tolerance: float
    views: tuple[View, ...]
    backbone: Backbone
    _relearned: dict[tuple[str, ...], Model] = field(default_factory=dict, repr=False)

    @classmethod
    def learn(cls, exchanges: Sequence[Exchange], sent: Sequence[str] = ()) -> Model:
        """Learns from at least three normal answers.

        Their requests' own values, and those in `sent`, count as reflected where they come back.
        Raises ValueError for fewer. Answers that did not come make the model unstable.
        """
        if len(exchanges) < MIN_ANSWERS:
            raise ValueError(f"a model needs at least {MIN_ANSWERS} answers, not {len(exchanges)}")
        sent = tuple(dict.fromkeys([*sent, *(value for one in exchanges[:1] for value in sent_values(one.request))]))
        views = _views(exchanges, sent)
        backbone = Backbone.learn(list(dict.fromkeys(view.tokens for view in views)) or [()])
        spreads = [_spread(views, index) for index in range(len(views))] or [1.0]
        calm = len(views) == len(exchanges) and not any(blocked(exchange) for exchange in exchanges)
        alike = len({view.head for view in views}) == 1
        shared = all(2 * len(backbone.tokens) >= len(view.tokens) for view in views)
        stable = calm and alike and shared and max(spreads) <= STABLE
        # What varies once is a gap from then on; only what varies anew every time must be tolerated.
        return cls(tuple(exchanges), sent, stable, median_low(spreads) * 1.25, views, backbone)

    @property
    def representative(self) -> Exchange:
        """The first answer that came; the first exchange when none did."""
        return next((exchange for exchange in self.exchanges if exchange.response), self.exchanges[0])

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The different texts of the normal answers' bodies."""
        return tuple(dict.fromkeys(exchange.response.text for exchange in self.exchanges if exchange.response))

    def same(self, exchange: Exchange, sent: str = "") -> bool:
        """Whether this answer is one that the endpoint normally gives; `sent` is the value in its request."""
        if any(_identical(exchange, own) for own in self.exchanges):
            return True
        if exchange.response is None:
            return False
        model = self._knowing((sent,))
        view = View(exchange.response, model.sent if model is not self else (*self.sent, sent))
        return any(view.head == own.head for own in model._kinds) and model._shows(view)

    def alike(self, a: Exchange, b: Exchange, sent_a: str = "", sent_b: str = "") -> bool:
        """Whether two answers of this endpoint are the same page, whichever page that is."""
        known = self._told_without_words(a, b, sent_a, sent_b)
        if isinstance(known, float):
            return known <= self.tolerance
        return self._knowing((sent_a, sent_b)).backbone.alike(known[0].tokens, known[1].tokens, self.tolerance)

    def distance(self, a: Exchange, b: Exchange, sent_a: str = "", sent_b: str = "") -> float:
        """How far two answers lie apart: 0 the same page; 1 nothing in common, or another status or redirect."""
        known = self._told_without_words(a, b, sent_a, sent_b)
        if isinstance(known, float):
            return known
        return self._knowing((sent_a, sent_b)).backbone.distance(known[0].tokens, known[1].tokens)

    def without(self, value: str) -> Model:
        """This model as it would be if `value` had been sent too."""
        return self if value in self.sent else self._relearn((value,))

    def _told_without_words(self, a: Exchange, b: Exchange, sent_a: str, sent_b: str) -> float | tuple[View, View]:
        """The distance where status, redirect or equality tell it; otherwise the views to be compared."""
        if _identical(a, b):
            return 0.0
        if a.response is None or b.response is None:
            return 1.0
        sent = (*self.sent, sent_a, sent_b)
        left, right = View(a.response, sent), View(b.response, sent)
        if left.head != right.head:
            return 1.0
        return 0.0 if left.equals(right) else (left, right)

    def _knowing(self, values: tuple[str, ...]) -> Model:
        """This model, or one learned anew without these values where the normal answers contain them by themselves:
        what is taken out of one side must be taken out of the other."""
        fresh = [
            item
            for item in values
            if item and item not in self.sent and any(occurs_in(text, low, item) for text, low in self._lowered)
        ]
        return self._relearn(tuple(sorted(set(fresh)))) if fresh else self

    def _relearn(self, values: tuple[str, ...]) -> Model:
        if values not in self._relearned:
            if len(self._relearned) >= MAX_RELEARNED:
                self._relearned.clear()
            self._relearned[values] = Model.learn(self.exchanges, (*self.sent, *values))
        return self._relearned[values]

    @cached_property
    def _lowered(self) -> tuple[tuple[str, str], ...]:
        return tuple((text, text.lower()) for text in self.texts)

    @cached_property
    def _kinds(self) -> tuple[View, ...]:
        """The normal answers that differ in more than what is masked."""
        return tuple({(view.head, view.tokens): view for view in self.views}.values())

    @cached_property
    def _skeletons(self) -> frozenset[tuple[str, ...]]:
        return frozenset(view.skeleton for view in self.views)

    @cached_property
    def _deviations(self) -> tuple[tuple[tuple[str, ...], int], ...]:
        """Each kind's tokens with how many of them lie between them and the backbone."""
        shared = self.backbone.tokens
        return tuple(
            (own.tokens, len(own.tokens) - len(shared) if self.backbone.whole else tokens_apart(own.tokens, shared))
            for own in self._kinds
        )

    @cached_property
    def _changes(self) -> tuple[tuple[tuple[str, ...], Change | None], ...]:
        return tuple((own.tokens, self.backbone.change(own.tokens)) for own in self._kinds)

    def _shows(self, view: View) -> bool:
        """Whether the view is a normal one.

        A page whose normal answers never vary in structure must not vary in it, however noisy its words are.
        """
        if any(view.equals(own) for own in self._kinds):
            return True
        if self._too_far(len(view.tokens), abs(len(view.tokens) - len(self.backbone.tokens))):
            return False
        if len(self._skeletons) == 1 and view.skeleton not in self._skeletons:
            return False
        return any(distance <= self.tolerance for distance in self._distances(view.tokens))

    def _distances(self, tokens: tuple[str, ...]) -> Iterator[float]:
        """From what the normal answers share, leaving out what varies, and from each of them; none when all are beyond
        the tolerance."""
        backbone, size, plain = self.backbone, len(tokens), 0
        # Where noise alone needs more edits, a quick look is in vain.
        quiet = backbone.slack and all(known <= _FEW_EDITS for _, known in self._deviations)
        change = backbone.change(tokens, _FEW_EDITS) if quiet else None
        if change is None:
            plain = tokens_apart(tokens, backbone.tokens)
            if self._too_far(size, plain):
                return
            change = backbone.change(tokens) if backbone.slack else None
        if change is None:
            yield share(plain, size + len(backbone.tokens))
        else:
            yield share(apart(change.masked, Counter()), 2 * len(backbone.tokens) + change.masked.total())
        for own, known in self._changes:
            told = apart(change.plain, known.plain) if change and known else tokens_apart(tokens, own)
            yield share(told, size + len(own))

    def _too_far(self, size: int, difference: int) -> bool:
        """Whether so many tokens are beyond the tolerance when at least `difference` of them lie between them and the
        backbone, however much of that masking and each normal answer's own deviation explain."""
        slack, limit = self.backbone.slack, self.tolerance
        if not surpasses(difference - slack, limit, size + len(self.backbone.tokens) + slack):
            return False
        return all(surpasses(difference - own, limit, size + len(tokens)) for tokens, own in self._deviations)


def _views(exchanges: Sequence[Exchange], sent: tuple[str, ...]) -> tuple[View, ...]:
    """The views of those that came; identical answers share one."""
    views: list[View] = []
    last: Exchange | None = None
    for exchange in exchanges:
        if exchange.response is not None:
            again = last is not None and _identical(exchange, last)
            views.append(views[-1] if again else View(exchange.response, sent))
            last = exchange
    return tuple(views)


def _identical(a: Exchange, b: Exchange) -> bool:
    if a.response is None or b.response is None or a.response.status != b.response.status:
        return False
    return a.response.body == b.response.body and a.response.header("location") == b.response.header("location")


def _spread(views: tuple[View, ...], index: int) -> float:
    """How far one normal answer lies from what the others would have taught."""
    others = [view.tokens for place, view in enumerate(views) if place != index]
    if not others:
        return 1.0
    own = views[index].tokens
    if own in others:
        return 0.0
    backbone = Backbone.learn(others)
    plain = min(share(tokens_apart(own, other), len(own) + len(other)) for other in others)
    change = backbone.change(own)
    if change is None:
        return min(plain, share(tokens_apart(own, backbone.tokens), len(own) + len(backbone.tokens)))
    return min(plain, share(apart(change.masked, Counter()), 2 * len(backbone.tokens) + change.masked.total()))
