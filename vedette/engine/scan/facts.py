"""What the scan has learned, kept in the resume state: targets, technologies, reactions, sinks, extra inputs.

Written during a phase, read by the next: a phase steers by what stood here when it began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from vedette.contract import wire
from vedette.contract.batch import ResumeState, StateChange
from vedette.engine.attack.mutations import cookie_point, header_point, points_of
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Reaction, Reflection, Sink
from vedette.engine.parse.urls import origin, split
from vedette.engine.scan.findings import route
from vedette.engine.scan.rows import row, rows_with

MAX_ALIKE = 2
MAX_SINKS = 3
"""Pages on which one stored input is tested."""


class Facts:
    """All facts of one scan. Every `learn_*` returns the rows that make it last."""

    def __init__(self, state: ResumeState) -> None:
        self.targets: dict[str, Target] = {}
        self._order: dict[str, tuple[int, str]] = {}
        self._clusters: dict[str, str] = {}
        self._same: set[str] = set()
        for key, raw in rows_with(state, "units", "target:").items():
            self.targets[key] = wire.load(Target, raw["target"])
            self._order[key] = (raw["depth"], raw["item"])
            self._clusters[key] = raw["cluster"]
            self._same |= {key} if raw.get("same") else set()
        self.technologies: dict[str, set[str]] = {
            host: set(names) for host, names in rows_with(state, "head", "technology:").items()
        }
        self.extras: dict[str, tuple[str, str, str]] = {
            key: tuple(raw) for key, raw in rows_with(state, "units", "extra:").items()
        }
        self.reactions: dict[str, Reaction] = {
            key: _reaction(raw) for key, raw in rows_with(state, "units", "reaction:").items()
        }
        self.always: Callable[[Point], bool] | None = None
        """Tells the points that stay however many are like them."""
        self.first_sinks: frozenset[str] = frozenset()
        """The keys of pages that go before all others among those on which a stored input is tested."""
        self.supposed: dict[str, frozenset[str]] = {}
        """Technologies by host that tests are to reckon with whether they are seen or not."""
        self.never: frozenset[tuple[str, str]] = frozenset()
        """Kinds and lower-case names of headers and cookies that are no input, whatever the site does with them."""
        self.every = False
        """Whether inputs stay that are like others."""
        self._sinks: dict[str, dict[str, Sink]] = {}
        for key, raw in rows_with(state, "tokens", "sink:").items():
            point, _, page = key.partition("|")
            self._sinks.setdefault(point, {})[page] = wire.load(Sink, raw)

    def learn_target(
        self, target: Target, depth: int, item: str, cluster: str, *, same: bool = False
    ) -> list[StateChange]:
        """An endpoint that may be worth testing, with its place in the crawl's order and the cluster of its answer, and
        whether that is the `same` as in an earlier scan; nothing when it is known."""
        if target.key in self.targets:
            return []
        self.targets[target.key] = target
        self._order[target.key] = (depth, item)
        self._clusters[target.key] = cluster
        self._same |= {target.key} if same else set()
        return [self._row(target)]

    def is_same(self, target: Target) -> bool:
        """Whether a target answered as it did to an earlier scan."""
        return target.key in self._same

    def has_cluster(self, cluster: str) -> bool:
        """Whether a target's answer fell into this cluster."""
        return cluster in self._clusters.values()

    def cluster_of(self, target: str) -> str:
        """The cluster of the answer that the crawl got to a target; empty when it did not ask."""
        return self._clusters.get(target, "")

    def _row(self, target: Target) -> StateChange:
        depth, item = self._order[target.key]
        value = {"target": wire.dump(target), "depth": depth, "item": item, "cluster": self._clusters[target.key]}
        if target.key in self._same:
            value["same"] = True
        return row("units", f"target:{target.key}", value)

    def found(self) -> list[tuple[Target, int, str]]:
        """All targets with depth and item key, in the order of the crawl."""
        keys = sorted(self.targets, key=lambda key: self._order[key])
        return [(self.targets[key], *self._order[key]) for key in keys]

    def keep_only(self, chosen: list[Target]) -> list[StateChange]:
        """Forgets all targets but these; their final templates are taken over."""
        kept = {target.key: target for target in chosen}
        rows = [StateChange("units", f"target:{key}", None) for key in self.targets if key not in kept]
        rows += [self._row(target) for key, target in kept.items() if target != self.targets[key]]
        self.targets = kept
        return rows

    def learn_extra(self, target: Target, kind: str, name: str, value: str) -> list[StateChange]:
        """A cookie (`cookie`) or header (`header`) that this target reads."""
        if kind == "header":
            # Written in one way: browsers, scripts and answers each have their own capitals.
            name = "-".join(part.capitalize() for part in name.split("-"))
        key = f"{target.key}|{kind}|{name}"
        if key in self.extras or (kind, name.lower()) in self.never:
            return []
        self.extras[key] = (kind, name, value)
        return [row("units", f"extra:{key}", [kind, name, value])]

    def learn_technologies(self, host: str, names: Iterable[str]) -> list[StateChange]:
        """Technologies seen on a host."""
        known = self.technologies.setdefault(host, set())
        fresh = set(names) - known
        if not fresh:
            return []
        known |= fresh
        return [row("head", f"technology:{host}", sorted(known))]

    def learn_reaction(self, point: Point, reaction: Reaction) -> list[StateChange]:
        """How a point reacted in the light pass."""
        self.reactions[point.key] = reaction
        raw = {"signs": sorted(reaction.signs), "reflections": wire.dump(reaction.reflections)}
        return [row("units", f"reaction:{point.key}", raw)]

    def learn_sink(self, point: str, page: str, sink: Sink) -> list[StateChange]:
        """A page on which what was stored through a point comes back."""
        self._sinks.setdefault(point, {})[page] = sink
        return [row("tokens", f"sink:{point}|{page}", wire.dump(sink))]

    def sinks_of(self, point: str) -> tuple[Sink, ...]:
        """The first few of those pages, in the order of their keys."""
        pages = self._sinks.get(point, {})
        ordered = sorted(pages, key=lambda key: (key not in self.first_sinks, key))
        return tuple(pages[key] for key in ordered[:MAX_SINKS])

    def shows(self, point: str, page: str) -> bool:
        """Whether what was stored through a point came back on the page of this key."""
        return page in self._sinks.get(point, {})

    def points(self) -> list[Point]:
        """All insertion points, in the order of their targets' keys."""
        found: list[Point] = []
        extras: dict[str, list[tuple[str, str, str]]] = {}
        for key in sorted(self.extras):
            extras.setdefault(key.partition("|")[0], []).append(self.extras[key])
        for key in sorted(self.targets):
            target = self.targets[key]
            found += points_of(target)
            for kind, name, value in extras.get(key, []):
                build = cookie_point if kind == "cookie" else header_point
                found.append(build(target, name, value))
        return self._once(found)

    def _once(self, points: list[Point]) -> list[Point]:
        """Of like inputs of like pages, the first few: the same path segment of pages that are built alike, the same
        parameter of one page among others that come and go."""
        kept: list[Point] = []
        seen: Counter[tuple[str, ...]] = Counter()
        for point in points:
            if self.every or point.target.described:
                kept.append(point)
                continue
            request = point.target.request
            place = (point.kind.value, point.name, origin(request.url))
            cluster = self._clusters.get(point.target.key, "")
            keys: list[tuple[str, ...]] = [(*place, request.method, route(point), cluster)]
            if point.kind == PointKind.PATH:
                keys.append((*place, split(request.url)[1]))
            most = 1 if point.kind in (PointKind.PATH, PointKind.NAME) else MAX_ALIKE
            if all(seen[key] < most for key in keys) or (self.always is not None and self.always(point)):
                kept.append(point)
            seen.update(keys)
        return kept

    def reaction_of(self, point: Point) -> Reaction:
        """The point's reaction; an empty one when the light pass could not reach it."""
        return self.reactions.get(point.key, Reaction())

    def technologies_of(self, host: str) -> frozenset[str]:
        """Lower-case names of what was seen or is supposed on the host."""
        return frozenset(self.technologies.get(host, ())) | self.supposed.get(host, frozenset())


def _reaction(raw: dict[str, Any]) -> Reaction:
    reflections = tuple(wire.load(Reflection, item) for item in raw["reflections"])
    return Reaction(frozenset(raw["signs"]), reflections)
