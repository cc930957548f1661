"""Aligns token sequences: what normal answers share, where they vary, and what another answer has beyond that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

MAX_EDITS = 600
"""Beyond so many insertions and deletions two sequences count as unrelated; it bounds the time of an alignment."""

MASK = "\ue000"
"""Stands for what is volatile by its look: a date, an identifier."""

PROSE = 3
"""A gap of so many tokens holds varying prose, whose length varies too; a shorter one holds a value."""

_DOUBTFUL = 40
"""After so many edits it pays to count whether `MAX_EDITS` can suffice at all."""

_STRIDE = 16

Pairs = list[tuple[int, int]]
Blocks = list[tuple[int, int, int]]
"""Equal stretches, ascending: where on the left, where on the right, how long."""


def align(left: Sequence[str], right: Sequence[str]) -> Pairs | None:
    """Index pairs of a longest common subsequence, ascending; None when more than `MAX_EDITS` edits lie between."""
    found = blocks(tuple(left), tuple(right))
    return None if found is None else [(i + step, j + step) for i, j, size in found for step in range(size)]


def blocks(left: tuple[str, ...], right: tuple[str, ...], limit: int = MAX_EDITS) -> Blocks | None:
    """The stretches of a longest common subsequence; None when more than `limit` edits lie between."""
    head, tail = shared_ends(left, right)
    middle = _myers(left[head : len(left) - tail], right[head : len(right) - tail], limit)
    if middle is None:
        return None
    found = [(0, 0, head)] if head else []
    found += [(head + i, head + j, size) for i, j, size in middle]
    return [*found, (len(left) - tail, len(right) - tail, tail)] if tail else found


def shared_ends(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[int, int]:
    """How many tokens both have in common at the beginning, and of what is left at the end."""
    limit = min(len(left), len(right))
    head = _shared_start(left, right, limit)
    rest = limit - head
    return head, _shared_start(left[len(left) - rest :][::-1], right[len(right) - rest :][::-1], rest)


def _shared_start(left: tuple[str, ...], right: tuple[str, ...], limit: int) -> int:
    # Slices are compared many times faster than single tokens.
    low, high = 0, limit
    if left[:limit] == right[:limit]:
        return limit
    while high - low > 1:
        middle = (low + high) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _myers(left: tuple[str, ...], right: tuple[str, ...], limit: int) -> Blocks | None:
    """The greedy O(ND) difference algorithm, its furthest points kept per step for the way back."""
    size_l, size_r = len(left), len(right)
    if not size_l or not size_r:
        return [] if size_l + size_r <= limit else None
    if abs(size_l - size_r) > limit:
        return None
    most = min(size_l + size_r, limit)
    middle = most + 1
    furthest = [0] * (2 * middle + 1)
    steps: list[list[int]] = []
    for edits in range(most + 1):
        if edits == _DOUBTFUL and size_l + size_r > limit and apart(Counter(left), Counter(right)) > limit:
            return None
        steps.append(furthest[middle - edits - 1 : middle + edits + 2])
        for k in range(-edits, edits + 1, 2):
            place = middle + k
            below, above = furthest[place + 1], furthest[place - 1]
            x = below if k == -edits or (k != edits and above < below) else above + 1
            y = x - k
            if x < size_l and y < size_r and left[x] == right[y]:
                x, y = _along(left, right, x + 1, y + 1)
            furthest[place] = x
            if x >= size_l and y >= size_r:
                return _way_back(steps, size_l, size_r)
    return None


def _along(left: tuple[str, ...], right: tuple[str, ...], x: int, y: int) -> tuple[int, int]:
    """Where the equal stretch ends that goes through these places."""
    size_l, size_r = len(left), len(right)
    while x < size_l and y < size_r and left[x : x + _STRIDE] == right[y : y + _STRIDE]:
        x, y = min(x + _STRIDE, size_l), min(y + _STRIDE, size_r)
    while x < size_l and y < size_r and left[x] == right[y]:
        x, y = x + 1, y + 1
    return x, y


def _way_back(steps: list[list[int]], x: int, y: int) -> Blocks:
    found: Blocks = []
    for edits in range(len(steps) - 1, -1, -1):
        k = x - y
        above, below = steps[edits][k + edits], steps[edits][k + edits + 2]
        down = k == -edits or (k != edits and above < below)
        old_x, old_y = (below, below - k - 1) if down else (above, above - k + 1)
        size = min(x - max(old_x, 0), y - max(old_y, 0))
        if size > 0:
            found.append((x - size, y - size, size))
        x, y = old_x, old_y
    found.reverse()
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """An answer told as a change of a backbone: tokens it has beyond it counted up, those it lacks counted down.

    `plain` counts all of them; `masked` leaves out what stands where normal answers vary.
    """

    size: int
    plain: Counter[str]
    masked: Counter[str]


@dataclass
class Backbone:
    """The tokens that all normal answers share, in order. `gaps` maps an index to the greatest number of tokens that
    varied just before it; the index one past the end stands for the end."""

    tokens: tuple[str, ...]
    gaps: dict[int, int] = field(default_factory=dict)
    whole: bool = True

    @classmethod
    def learn(cls, answers: Sequence[Sequence[str]]) -> Backbone:
        """What the answers share; `whole` is false when two of them are unrelated."""
        backbone = cls(tuple(answers[0]))
        for tokens in answers[1:]:
            found = blocks(backbone.tokens, tuple(tokens))
            if found is None:
                return cls(tuple(answers[0]), {}, whole=False)
            backbone = backbone._narrowed(found, len(tokens))
        return backbone

    def _narrowed(self, found: Blocks, size: int) -> Backbone:
        gaps: dict[int, int] = {}
        end_i = end_j = place = 0
        for i, j, length in [*found, (len(self.tokens), size, 0)]:
            known = sum(self.gaps.get(index, 0) for index in range(end_i, i + 1))
            width = max(known + i - end_i, j - end_j)
            if width:
                gaps[place] = width
            # Within the stretch only what varied before does.
            gaps |= {place + at - i: self.gaps[at] for at in self._gaps_within(i, i + length)}
            end_i, end_j, place = i + length, j + length, place + length
        return Backbone(tuple(token for i, _, length in found for token in self.tokens[i : i + length]), gaps)

    def _gaps_within(self, start: int, end: int) -> list[int]:
        return [index for index in self.gaps if start < index < end]

    @cached_property
    def counted(self) -> Counter[str]:
        """The tokens as a multiset."""
        return Counter(self.tokens)

    @cached_property
    def slack(self) -> int:
        """The most tokens by which masking can change an answer; 0 when nothing is masked."""
        if not self.whole:
            return 0
        masks = sum(MASK in token for token in self.tokens)
        # An insertion may slide to a gap from both of its sides, hence twice.
        return 2 * sum(map(_room, self.gaps.values())) + 2 * masks

    def change(self, tokens: tuple[str, ...], limit: int = MAX_EDITS) -> Change | None:
        """The answer as a change of the backbone; None when they are unrelated or more than `limit` edits apart."""
        found = blocks(self.tokens, tokens, limit) if self.whole else None
        if found is None:
            return None
        plain: Counter[str] = Counter()
        masked: Counter[str] = Counter()
        end_i = end_j = 0
        for i, j, length in [*found, (len(self.tokens), len(tokens), 0)]:
            missing, extra = self.tokens[end_i:i], tokens[end_j:j]
            plain.update(extra)
            plain.subtract(missing)
            varies = self._renewed(missing, extra) if missing else self._volatile(tokens, i, end_j, j)
            if not varies:
                masked.update(extra)
                masked.subtract(missing)
            end_i, end_j = i + length, j + length
        return Change(len(tokens), plain, masked)

    def masked(self, tokens: Sequence[str]) -> Counter[str]:
        """The answer's tokens without those that stand where normal answers vary."""
        return self._kept(tokens, self.change(tuple(tokens)))

    def distance(self, left: tuple[str, ...], right: tuple[str, ...]) -> float:
        """How unlike two answers are, as they are or without what varies, whichever is less."""
        plain = share(tokens_apart(left, right), len(left) + len(right))
        return min(plain, self._masked_distance(left, right)) if self.slack else plain

    def alike(self, left: tuple[str, ...], right: tuple[str, ...], limit: float) -> bool:
        """Whether the distance is within the limit. Two pages that are not are mostly told apart without alignment."""
        total, slack = len(left) + len(right), 2 * self.slack
        if surpasses(abs(len(left) - len(right)) - slack, limit, total + slack):
            return False
        difference = tokens_apart(left, right)
        if share(difference, total) <= limit:
            return True
        if not slack or surpasses(difference - slack, limit, total + slack):
            return False
        return self._masked_distance(left, right) <= limit

    def _masked_distance(self, left: tuple[str, ...], right: tuple[str, ...]) -> float:
        one, other = self.change(left), self.change(right)
        if one is None or other is None:
            return unlike(self._kept(left, one), self._kept(right, other))
        total = 2 * len(self.tokens) + one.masked.total() + other.masked.total()
        return share(apart(one.masked, other.masked), total)

    def _kept(self, tokens: Sequence[str], change: Change | None) -> Counter[str]:
        if change is None:
            return Counter(tokens)
        kept = self.counted.copy()
        kept.update(change.masked)
        return +kept

    def _renewed(self, missing: Sequence[str], extra: Sequence[str]) -> bool:
        """Whether the missing tokens are all masked ones in whose places as many others stand: a nonce that happens
        to look like a word this time."""
        return len(missing) == len(extra) and all(MASK in token for token in missing)

    def _volatile(self, tokens: tuple[str, ...], index: int, start: int, end: int) -> bool:
        """Whether a gap explains an insertion before `index`.

        An insertion may slide over equal tokens (`x [y x] y` is `[x y] x y`): any gap in its reach will do.
        """
        if start == end or not self.gaps:
            return False
        reach = [index]
        i, s, e = index, start, end
        while i > 0 and s > 0 and tokens[s - 1] == tokens[e - 1] and self.tokens[i - 1] == tokens[s - 1]:
            i, s, e = i - 1, s - 1, e - 1
            reach.append(i)
        i, s, e = index, start, end
        while e < len(tokens) and i < len(self.tokens) and tokens[s] == tokens[e] == self.tokens[i]:
            i, s, e = i + 1, s + 1, e + 1
            reach.append(i)
        return any(i in self.gaps and end - start <= _room(self.gaps[i]) for i in reach)


def _room(width: int) -> int:
    """The longest insertion that a gap of this width explains."""
    return width if width < PROSE else 2 * width + PROSE


def apart(left: Counter[str], right: Counter[str]) -> int:
    """The tokens that one multiset has more often than the other, both ways; counts may be negative."""
    alone = sum(abs(count) for token, count in right.items() if token not in left)
    return alone + sum(abs(count - right.get(token, 0)) for token, count in left.items())


def tokens_apart(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """`apart` for the tokens of two answers."""
    head, tail = shared_ends(left, right)
    return apart(Counter(left[head : len(left) - tail]), Counter(right[head : len(right) - tail]))


def surpasses(difference: int, limit: float, total: int) -> bool:
    """Whether answers at least so many tokens apart, with at most so many tokens, are unlike beyond the limit."""
    return difference > limit * total + 1e-6


def share(difference: int, total: int) -> float:
    """Unlikeness from the number of tokens apart and that of the tokens of both sides."""
    return 1 - 2 * ((total - difference) // 2) / total if total else 0.0


def unlike(left: Counter[str], right: Counter[str]) -> float:
    """How much two multisets differ: 0 for equal ones, 1 for disjoint ones."""
    return share(apart(left, right), left.total() + right.total())
