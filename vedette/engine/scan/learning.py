"""What the calls of an API teach: names of things that the scan made or saw, and what is sent in their place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from vedette.contract.batch import StateChange
from vedette.contract.exchange import Exchange
from vedette.engine.parse.bounds import Bounds, marked
from vedette.engine.parse.operation import Operation
from vedette.engine.scan.ordering import (
    ENTER,
    JOIN,
    Need,
    Plan,
    is_reference,
    makes,
    place_of,
    plain,
    resource,
    short_names,
)
from vedette.engine.scan.rows import row

ROOM, PREFIX = "frontier", "described:"
MAX_KNOWN = 5_000
MAX_NODES = 400
MAX_VALUE = 300
_IDENTITIES = ("id", "uuid", "guid", "sid", "identifier", "key", "slug")
_GIVEN = _IDENTITIES[:5]
"""Those that an API gives to what it holds; the others may be chosen."""

_ACCOUNT = frozenset({"username", "user", "login", "email", "mail", "emailaddress", "nickname", "handle", "userid"})
_CREDENTIALS = _ACCOUNT | {"password", "passwd", "pwd", "pass", "passphrase"}
_TOKEN = re.compile(r"(?:access|auth|id|bearer|session|user|login)?(?:token|jwt)")

Unique = Callable[[str], str]
"""Gives, for a name, letters that stand for this scan alone."""


class Learned:
    """Values by the place and name of things: `own` of those that the scan made, `seen` of others."""

    def __init__(self, own: Mapping[str, Any] | None = None, seen: Mapping[str, Any] | None = None) -> None:
        self.own: dict[str, Any] = dict(own or {})
        self.seen: dict[str, Any] = dict(seen or {})

    def copy(self) -> Learned:
        """Another that starts from the same knowledge."""
        return Learned(self.own, self.seen)

    def find(self, need: Need) -> tuple[Any, bool]:
        """The value for a need and whether it names something of our own; None when nothing is known."""
        wanted = plain(need.name)
        names = [wanted, *short_names(need)]
        stem = re.sub(r"(?:id|uuid|guid)$", "", wanted)
        if wanted not in _IDENTITIES:
            names += [one for one in _GIVEN if not stem or stem == resource(need.place) or wanted.endswith(one)]
        for store, ours in ((self.own, True), (self.seen, False)):
            for place in need.sources:
                for name in (*names, f"{resource(place)}id"):
                    if place and f"{place}|{name}" in store:
                        return store[f"{place}|{name}"], ours
            kind = resource(need.place)
            for name in (wanted, f"{kind}id" if wanted in _IDENTITIES and kind else wanted):
                if name not in _IDENTITIES and f"|{name}" in store:
                    return store[f"|{name}"], ours
        return None, False

    def note(self, place: str, name: str, value: Any, *, ours: bool, everywhere: bool = True) -> list[StateChange]:
        """Keeps a value; of things seen the first, of our own the last. `everywhere`: also for who names such a thing
        without its place."""
        if not isinstance(value, (str, int)) or isinstance(value, bool) or not 0 < len(str(value)) <= MAX_VALUE:
            return []
        store, kind = (self.own, "own") if ours else (self.seen, "seen")
        rows: list[StateChange] = []
        short = plain(name)
        keys = [f"{place}|{short}"]
        if short in _IDENTITIES and (stem := resource(place)):
            keys.append(f"|{stem}id")
        elif everywhere and short not in _IDENTITIES:
            keys.append(f"|{short}")
        for key in keys:
            if (ours or key not in store) and len(store) < MAX_KNOWN and store.get(key) != value:
                store[key] = value
                rows.append(row(ROOM, f"{PREFIX}{kind}:{key}", value))
        return rows


class Chooser:
    """Chooses the values of one call. `owns` tells afterwards whether all things that the call names are the scan's
    own, `sent` the plain values of its body, `fresh` the names of those that nobody else uses."""

    def __init__(self, plan: Plan, index: int, learned: Learned, unique: Unique | None) -> None:
        self.operation = plan.operations[index]
        self.sent: dict[str, Any] = {}
        self.fresh: set[str] = set()
        self._needs = {need.name: need for need in plan.needs[index]}
        self._learned = learned
        stage = plan.stages[index]
        self._unique = unique if makes(self.operation) and stage != ENTER else None
        self._named = _names_below(plan, self.operation) | (_ACCOUNT if stage == JOIN else frozenset())
        self._joins = stage == JOIN and self._unique is not None
        self._ours: list[bool] = []

    @property
    def owns(self) -> bool:
        """Whether the call names things, and none but the scan's own."""
        return bool(self._ours) and all(self._ours)

    def __call__(self, place: str, name: str, value: Any) -> Any:
        """The value to send."""
        short = plain(name)
        if name in self.operation.given:
            self._ours += [self._is_own(name, value)] if name in self._needs else []
            self.sent[short] = value
            return value
        bounds = self.operation.bounds.get((place, name), Bounds())
        need = self._needs.get(name)
        if need is not None and not bounds.fixed and (place == "path" or is_reference(name)):
            known, ours = self._learned.find(need)
            if known is not None and not bounds.takes(known):
                known, ours = None, False
            self._ours.append(ours)
            return value if known is None else _alike(value, known)
        chosen = value if bounds.fixed else self._other(short, value, bounds)
        if place == "body" and isinstance(chosen, (str, int)):
            self.sent[short] = chosen
        return chosen

    def _other(self, short: str, value: Any, bounds: Bounds) -> Any:
        if self._unique is not None and isinstance(value, str) and short in self._named:
            made = marked(value, self._unique(short), bounds)
            self.fresh |= {short} if made != value else set()
            return made
        if self._unique is not None and short == "id" and isinstance(value, int) and not isinstance(value, bool):
            # Some APIs let the caller number what is made: an example's number may be somebody else's.
            self.fresh.add(short)
            return numbered(self._unique(short))
        if not self._joins and short in _CREDENTIALS and isinstance(value, str):
            known = self._learned.own.get(f"|{short}", self._learned.seen.get(f"|{short}"))
            return known if isinstance(known, str) else value
        return value

    def _is_own(self, name: str, value: Any) -> bool:
        known, ours = self._learned.find(self._needs[name])
        return ours and str(known) == str(value)


def numbered(mark: str) -> int:
    """A whole number that nobody else uses, small enough for thirty-one bits."""
    return 100_000_000 + int.from_bytes(mark.encode()[-6:], "big") % 1_900_000_000


def learn(plan: Plan, index: int, chooser: Chooser, exchange: Exchange, learned: Learned) -> list[StateChange]:
    """Takes up what a good answer teaches; the rows that make it last."""
    operation = plan.operations[index]
    place = place_of(operation)
    rows: list[StateChange] = []
    made = makes(operation)
    known = _names_below(plan, operation) if made else frozenset()
    named = known | _CREDENTIALS if made else known
    answer = body_of(exchange)
    collection = re.sub(r"/\{\}$", "", place)
    for depth, name, value in _walk(answer):
        short = plain(name)
        plainly = short in _IDENTITIES or short == f"{resource(place)}id"
        identity = plainly or short in known
        if made and depth <= 4 and identity and f"{place}|{short}" not in _noted(rows):
            echoed = short not in chooser.fresh and str(value) == str(chooser.sent.get(short))
            # The number of an issue is nobody else's, but a build may have the same.
            shared = not plainly and short not in chooser.fresh
            rows += learned.note(place, name, value, ours=not echoed, everywhere=not shared)
        elif identity or is_reference(name) or short in plan.wanted:
            rows += learned.note(collection, name, value, ours=False)
    for name, value in chooser.sent.items():
        # An API may give another name than the one that it was asked for.
        if name in named and f"{place}|{name}" not in _noted(rows):
            # A password is ours with the account; any other name only when nobody else can have it.
            ours = name in chooser.fresh or (bool(chooser.fresh) and name in _CREDENTIALS - _ACCOUNT)
            rows += learned.note(place, name, value, ours=ours)
    if made and f"{place}|id" not in _noted(rows):
        rows += _from_location(place, exchange, learned)
    if made and "id" in chooser.fresh and f"{place}|id" not in _noted(rows):
        rows += learned.note(place, "id", chooser.sent["id"], ours=True)
    return rows


def body_of(exchange: Exchange) -> Any:
    """The answer as JSON; None when it is something else."""
    response = exchange.response
    if response is None or len(response.body) > 2_000_000 or response.body.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(response.text)
    except (ValueError, RecursionError):
        return None


def good(operation: Operation, exchange: Exchange) -> bool:
    """Whether an operation did what it is for, as far as its answer tells."""
    if not 200 <= exchange.status < 300:
        return False
    answer = body_of(exchange) if operation.kind == "graphql" else None
    return not (isinstance(answer, dict) and answer.get("errors"))


def token_in(exchange: Exchange, names: tuple[str, ...]) -> str:
    """The bearer token in an answer: a text under a name for such, or under one of those given."""
    wanted = {plain(name) for name in names}
    for _, name, value in _walk(body_of(exchange)):
        short = plain(name)
        if (
            isinstance(value, str)
            and re.fullmatch(r"[\w.~+/=\-]{8,8000}", value)
            and (_TOKEN.fullmatch(short) or short in wanted)
        ):
            return value
    return ""


def _walk(answer: Any) -> list[tuple[int, str, Any]]:
    """Depth, name and value of the plain values of an answer, the outer ones first; of a list its first part."""
    found: list[tuple[int, str, Any]] = []
    queue: list[tuple[int, Any]] = [(0, answer)]
    for depth, item in queue:
        if len(found) > MAX_NODES or len(queue) > MAX_NODES:
            break
        if isinstance(item, dict):
            for name, value in list(item.items())[:100]:
                if isinstance(value, (dict, list)):
                    queue.append((depth + 1, value))
                else:
                    found.append((depth, str(name), value))
        elif isinstance(item, list):
            queue += [(depth + 1, one) for one in item[:1]]
    return found


def _from_location(place: str, exchange: Exchange, learned: Learned) -> list[StateChange]:
    location = exchange.response.header("location") if exchange.response is not None else ""
    last = location.partition("?")[0].rstrip("/").rpartition("/")[2]
    if exchange.status != 201 or not last:
        return []
    return learned.note(place, "id", last, ours=True)


def _names_below(plan: Plan, operation: Operation) -> frozenset[str]:
    """The names by which the things that an operation makes are known elsewhere."""
    return plan.known_by.get(place_of(operation), frozenset())


def _noted(rows: list[StateChange]) -> frozenset[str]:
    return frozenset(change.key.partition(":own:")[2] for change in rows)


def _alike(value: Any, known: Any) -> Any:
    """The known value in the form of the one that stood there."""
    if isinstance(value, int) and not isinstance(value, bool) and isinstance(known, str) and known.isdigit():
        return int(known) if len(known) < 19 else known
    return str(known) if isinstance(value, str) else known
