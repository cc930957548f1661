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
MAX_PLACES = 15
"""How many addresses of one page's script get room of their own for states and actions."""

MAX_SAME = 3
"""In how many states of a page the same action is done."""

LESSER = frozenset(
    {"hover", "focus", "key", "press", "context", "dblclick", "drag", "leave", "wheel", "clip", "custom"}
)
"""Kinds of actions that are not done again once they came to nothing."""

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
    actions that lead here from the page as it loads; `fresh` are those that the state before did not offer."""

    shown: frozenset[int]
    acts: tuple[str, ...]
    path: tuple[str, ...] = ()
    fresh: frozenset[str] = frozenset()
    done: dict[str, int] = field(default_factory=dict)
    edges: dict[str, int] = field(default_factory=dict)


class Graph:
    """The states of one page. They are numbered in the order in which they were met; 0 is the page as it loads."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.performed = 0
        self._same: Counter[str] = Counter()
        self._known: set[str] = set()
        self._places: dict[str, None] = {}
        self._lost: set[int] = set()
        self._idle: set[str] = set()
        self._cut_off: set[str] = set()
        self._leads: dict[str, int] = {}

    @property
    def places(self) -> int:
        """How many addresses the page's script has shown so far, at least one and at most `MAX_PLACES`."""
        return min(max(len(self._places), 1), MAX_PLACES)

    @property
    def spent(self) -> bool:
        """Whether the page has had its share."""
        return self.performed >= MAX_ACTS * self.places

    def visit(self, url: str) -> None:
        """Notes the address that the page shows. A script that shows many is a site of its own, and gets room so."""
        if len(self._places) < MAX_PLACES:
            self._places.setdefault(mask(url.partition("?")[0] if "#" not in url else url))

    def enter(self, lines: Sequence[str], acts: Sequence[Doable], origin: int = -1, act: str = "") -> int:
        """The number of the state that shows these lines and actions, reached by an action from a state; -1 when it is
        new and there are too many already."""
        shown, keys = content(lines), tuple(one.key for one in acts)
        number = self._find(shown, keys)
        if number < 0 and len(self.states) < MAX_STATES * self.places:
            path = (*self.states[origin].path, act) if origin >= 0 else ()
            fresh = frozenset(keys).difference(self.states[origin].acts) if origin >= 0 else frozenset()
            self.states.append(State(shown, keys, path, fresh))
            number = len(self.states) - 1
        elif number >= 0 and set(keys) - set(self.states[number].acts):
            known = self.states[number]
            known.acts = tuple(dict.fromkeys((*known.acts, *keys)))
        if origin >= 0 and number >= 0:
            self.states[origin].edges[act] = number
            if self._leads.setdefault(act, number) == number and self._same[act] > 1:
                self._idle.add(act)  # leads from everywhere to the same
        self._lost.discard(number)
        return number

    def choose(self, number: int, acts: Sequence[Doable]) -> Doable | None:
        """The next action to do in a state: what was done nowhere first, of that what the step before brought (a menu
        or a message may be gone soon), then by `rank`, then in the order of the page. None when nothing is left
        here."""
        state = self.states[number]
        left = [act for act in acts if self._is_left(state, act.key)]
        return min(left, key=lambda act: (*self._novelty(state, act), rank(act)), default=None)

    def _is_left(self, state: State, key: str) -> bool:
        return key not in state.done and key not in self._idle and self._same[key] < MAX_SAME

    def _novelty(self, state: State, act: Doable) -> tuple[bool, bool, bool]:
        return act.key in self._cut_off, act.key in self._known, act.key not in state.fresh

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

    def idle(self, act: Doable) -> None:
        """Notes that an action changed nothing on the page and asked for nothing."""
        if act.kind in LESSER:
            self._idle.add(act.key)

    def undone(self, number: int, key: str) -> None:
        """An action was cut off in a state: it is left to be done there, after what was not tried yet."""
        self.states[number].done.pop(key, None)
        self._known.add(key)
        self._cut_off.add(key)

    def shun(self, key: str) -> None:
        """An action is not to be done any more."""
        self._idle.add(key)
        self._known.add(key)

    def broken(self, number: int, key: str) -> None:
        """An action did not lead again where it led before."""
        self.states[number].edges.pop(key, None)

    def open(self, number: int, *, new: bool = False) -> bool:
        """Whether a state holds something to do; with `new`, something that was done in no state yet."""
        state = self.states[number]
        if new:
            return number not in self._lost and any(key not in self._known for key in state.acts)
        return any(self._is_left(state, key) for key in state.acts)

    def sooner(self, act: Doable | None) -> bool:
        """Whether some other state holds an action that was done nowhere, while this one was."""
        return (act is None or act.key in self._known) and any(
            self.open(number, new=True) for number in range(len(self.states))
        )

    def lose(self) -> None:
        """No way is known to the states that hold new actions: they count again once they are met."""
        self._lost.update(number for number in range(len(self.states)) if self.open(number, new=True))

    @property
    def all_done(self) -> bool:
        """Whether no state holds anything to do."""
        return not any(map(self.open, range(len(self.states))))

    def way(self, number: int, *, new: bool = False) -> list[tuple[int, str]] | None:
        """The fewest actions, each with the state in which to do it, from a state to one that holds something to do
        (as `open` has it); None when no way is known."""
        before: dict[int, tuple[int, str]] = {}
        queue = deque([number])
        while queue:
            at = queue.popleft()
            if at != number and self.open(at, new=new):
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
        return {
            "states": rows,
            "performed": self.performed,
            "places": list(self._places),
            "idle": sorted(self._idle),
            "cut_off": sorted(self._cut_off),
        }

    @classmethod
    def load(cls, raw: dict[str, Any]) -> Graph:
        """A graph as it was dumped."""
        graph = cls()
        for shown, acts, path, done, edges in raw.get("states", ()):
            graph.states.append(State(frozenset(shown), tuple(acts), tuple(path), frozenset(), dict(done), dict(edges)))
            graph._known.update(done)
            graph._same.update(done.keys())
        graph.performed = raw.get("performed", 0)
        graph._idle = set(raw.get("idle", ()))
        graph._cut_off = set(raw.get("cut_off", ()))
        graph._known.update(graph._idle, graph._cut_off)
        graph._places = dict.fromkeys(raw.get("places", ()))
        return graph
