"""What a page driven by scripts can be in: states known by their content, and the actions that lead between them.

Pure: it is told what a page shows and what was done, and says where to go next.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from xxhash import xxh3_64_intdigest

from vedette.engine.crawl.actions import Doable, rank

MAX_STATES = 40
MAX_ACTS = 250
MAX_SAME = 3
"""In how many states of a page the same action is done."""

MAX_REPEATS = 6
"""How often an action is done again that changes figures or adds more of the same, as `next` and `load more` do."""

ALIKE = 0.8
_VOLATILE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{13,27}|(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z_\-]{8,}|\d+(?:[.,:/\-]\d+)*"
    r"|\b(?:just now|seconds?|minutes?|hours?|days?|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mon|tue|wed"
    r"|thu|fri|sat|sun)\b",
    re.IGNORECASE,
)


def mask(line: str) -> str:
    """A line without what changes by itself: numbers, times, tokens."""
    return _VOLATILE.sub("0", line)


def content(lines: Iterable[str]) -> frozenset[int]:
    """What a page shows: its different masked lines, as hashes."""
    return frozenset(xxh3_64_intdigest(mask(line).encode("utf-8", "replace")) for line in lines)


@dataclass
class State:
    """A state of a page: what it shows, the actions in it, those that were done, and where they led. `path` are the
    actions that lead here from the page as it loads."""

    shown: frozenset[int]
    acts: tuple[str, ...]
    path: tuple[str, ...] = ()
    done: dict[str, int] = field(default_factory=dict)
    edges: dict[str, int] = field(default_factory=dict)


class Graph:
    """The states of one page. They are numbered in the order in which they were met; 0 is the page as it loads."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.performed = 0
        self._same: Counter[str] = Counter()
        self._known: set[str] = set()

    @property
    def spent(self) -> bool:
        """Whether the page has had its share."""
        return self.performed >= MAX_ACTS

    def enter(self, lines: Sequence[str], acts: Sequence[Doable], origin: int = -1, act: str = "") -> int:
        """The number of the state that shows these lines and actions, reached by an action from a state; -1 when it is
        new and there are too many already."""
        shown, keys = content(lines), tuple(one.key for one in acts)
        number = self._find(shown, keys)
        if number < 0 and len(self.states) < MAX_STATES:
            path = (*self.states[origin].path, act) if origin >= 0 else ()
            self.states.append(State(shown, keys, path))
            number = len(self.states) - 1
        elif number >= 0 and set(keys) - set(self.states[number].acts):
            known = self.states[number]
            known.acts = tuple(dict.fromkeys((*known.acts, *keys)))
        if origin >= 0 and number >= 0:
            self.states[origin].edges[act] = number
        return number

    def choose(self, number: int, acts: Sequence[Doable]) -> Doable | None:
        """The next action to do in a state: what no state before offered first, then by `rank`, then in the order of
        the page. None when nothing is left here."""
        state = self.states[number]
        left = [act for act in acts if act.key not in state.done and self._same[act.key] < MAX_SAME]
        return min(left, key=lambda act: (act.key in self._known, rank(act)), default=None)

    def done(self, number: int, key: str, *, counts: bool = True) -> None:
        """Notes that an action was done in a state; one that was refused or gone does not count."""
        state = self.states[number]
        state.done[key] = state.done.get(key, 0) + 1
        self._known.add(key)
        if counts:
            self._same[key] += state.done[key] == 1
            self.performed += 1

    def again(self, number: int, key: str, changed: bool) -> bool:
        """Whether to do an action once more that led back to its own state but changed something in it."""
        state = self.states[number]
        return changed and state.edges.get(key) == number and state.done.get(key, 0) < MAX_REPEATS and not self.spent

    def broken(self, number: int, key: str) -> None:
        """An action did not lead again where it led before."""
        self.states[number].edges.pop(key, None)

    def open(self, number: int) -> bool:
        """Whether a state holds something to do."""
        state = self.states[number]
        return any(key not in state.done and self._same[key] < MAX_SAME for key in state.acts)

    @property
    def all_done(self) -> bool:
        """Whether no state holds anything to do."""
        return not any(map(self.open, range(len(self.states))))

    def way(self, number: int) -> list[tuple[int, str]] | None:
        """The fewest actions, each with the state in which to do it, from a state to one that holds something to do;
        None when no way is known."""
        before: dict[int, tuple[int, str]] = {}
        queue = deque([number])
        while queue:
            at = queue.popleft()
            if at != number and self.open(at):
                return self._steps(before, number, at)
            for key, target in self.states[at].edges.items():
                if target not in before and target != number:
                    before[target] = (at, key)
                    queue.append(target)
        return None

    def _steps(self, before: dict[int, tuple[int, str]], start: int, end: int) -> list[tuple[int, str]]:
        steps: list[tuple[int, str]] = []
        while end != start:
            steps.append(before[end])
            end = before[end][0]
        return steps[::-1]

    def _find(self, shown: frozenset[int], keys: tuple[str, ...]) -> int:
        """The known state of this content. One whose actions are the same is taken for it when most lines are: what
        differs then are texts that churn."""
        offered = frozenset(keys)
        for number, state in enumerate(self.states):
            if frozenset(state.acts) >= offered and state.shown == shown:
                return number
        for number, state in enumerate(self.states):
            if frozenset(state.acts) == offered and len(shown & state.shown) >= ALIKE * len(shown | state.shown):
                return number
        return -1

    def dump(self) -> dict[str, Any]:
        """The graph as plain data, for the resume state."""
        rows = [[sorted(one.shown), one.acts, one.path, one.done, one.edges] for one in self.states]
        return {"states": rows, "performed": self.performed}

    @classmethod
    def load(cls, raw: dict[str, Any]) -> Graph:
        """A graph as it was dumped."""
        graph = cls()
        for shown, acts, path, done, edges in raw.get("states", ()):
            graph.states.append(State(frozenset(shown), tuple(acts), tuple(path), dict(done), dict(edges)))
            graph._known.update(done)
            graph._same.update(done.keys())
        graph.performed = raw.get("performed", 0)
        return graph
