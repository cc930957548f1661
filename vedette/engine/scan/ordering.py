"""In what order the operations of an API are called: what is needed before what needs it, deletes last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from vedette.engine.parse.operation import Operation

MAX_SOURCES = 5
_PASSWORDS = frozenset({"password", "passwd", "pwd", "passphrase", "pass"})
_ENTRY = re.compile(
    r"log-?_?in|sign-?_?in|authenticate|(?:^|[/_.\-])(?:auth|token|sessions?)(?:$|[/_.\-])", re.IGNORECASE
)
_JOINING = re.compile(r"register|registration|sign-?_?up|enrol", re.IGNORECASE)
_RESETTING = re.compile(r"reset|forg[eo]t|recover|change|verif|confirm|check|validat", re.IGNORECASE)
_LEAVING = re.compile(r"log-?_?(?:out|off)|sign-?_?out|revoke|disconnect", re.IGNORECASE)
_MAKING = re.compile(r"^(?:create|add|new|register|insert|make|save|upsert)(?=[A-Z_]|$)")
_REMOVING = re.compile(r"^(?:delete|remove|destroy|drop|purge|clear)(?=[A-Z_]|$)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_RANK = {"POST": 0, "PUT": 1, "GET": 2, "HEAD": 3, "OPTIONS": 4, "PATCH": 5}
OPEN, JOIN, ENTER, USE, LEAVE, DELETE = range(6)
"""The stages: what needs nothing, making an account, logging in, all else, logging out, deleting."""


def plain(name: str) -> str:
    """A name as it is compared: `user_id`, `userId` and `user-id` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(word: str) -> str:
    """A word's singular, as far as that can be told: `categories` of many is one `category`."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 2 else word


def resource(place: str) -> str:
    """What a path is a collection of, in the singular: `/shop/v1/users/{}/orders` holds each an `order`."""
    words = [part for part in place.split("/") if part and part != "{}" and not re.fullmatch(r"v\d+(?:\.\d+)?", part)]
    return singular(plain(words[-1])) if words else ""


@dataclass(frozen=True, slots=True)
class Need:
    """A value that must name something that exists: its name, the place of its collection, and the places from which
    such a thing may come."""

    name: str
    place: str
    sources: tuple[str, ...] = ()


@dataclass(slots=True)
class Plan:
    """`order` are the indexes of the operations in the order of their calls, `needs` what each needs, `creators` the
    indexes of those that make what it needs, those of its last need first; `stages` the stage of each. `known_by` are
    the compared names by which the things of a place are known, `wanted` all such names."""

    operations: Sequence[Operation]
    order: list[int] = field(default_factory=list)
    needs: dict[int, list[Need]] = field(default_factory=dict)
    creators: dict[int, list[int]] = field(default_factory=dict)
    stages: list[int] = field(default_factory=list)
    known_by: dict[str, frozenset[str]] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()


def place_of(operation: Operation) -> str:
    """Where the things of an operation live: its path template; of a GraphQL operation the kind of thing."""
    if operation.kind == "graphql":
        return "/" + (plain(operation.resource) or plain(_REMOVING.sub("", operation.id)))
    return operation.template.rstrip("/")


def leaves(value: Any, aliases: dict[str, str], name: str = "") -> Iterator[str]:
    """The names under which a body holds plain values, each as often as it stands there."""
    stack: list[tuple[str, Any]] = [(name, value)]
    while stack:
        key, item = stack.pop()
        if isinstance(item, dict):
            stack += [(str(inner), one) for inner, one in reversed(list(item.items()))]
        elif isinstance(item, list):
            stack += [(key, one) for one in reversed(item)]
        elif key:
            yield aliases.get(key, key)


def sent_names(operation: Operation) -> list[str]:
    """The names of the values in an operation's body and query, each once."""
    names = [one.name for one in operation.parameters if one.place == "query"]
    return list(dict.fromkeys((*names, *leaves(operation.body, dict(operation.aliases)))))


def makes(operation: Operation) -> bool:
    """Whether an operation may bring something new about."""
    if operation.kind == "graphql":
        return bool(_MAKING.search(operation.id))
    return operation.method == "POST"


def deletes(operation: Operation) -> bool:
    """Whether an operation takes something away."""
    if operation.kind == "graphql":
        return bool(operation.tags) and bool(_REMOVING.search(operation.id))
    return operation.method == "DELETE"


def stage_of(operation: Operation) -> int:
    """The stage in which an operation is called."""
    text = f"{operation.path if operation.kind != 'graphql' else ''} {_CAMEL.sub('-', operation.id)} {operation.name}"
    if deletes(operation):
        return DELETE
    if _LEAVING.search(text):
        return LEAVE
    with_password = any(plain(name) in _PASSWORDS for name in sent_names(operation))
    of_accounts = with_password and not operation.holes and not _RESETTING.search(text)
    if of_accounts and (stage := _account_stage(operation, text)):
        return stage
    needs_nothing = not operation.writes and not operation.holes and not operation.secured
    return OPEN if needs_nothing else USE


def _account_stage(operation: Operation, text: str) -> int:
    """Whether what takes a password makes an account or logs in to one; 0 for neither."""
    if _JOINING.search(text):
        return JOIN if makes(operation) else 0
    if _ENTRY.search(text):
        return ENTER
    if not makes(operation):
        return 0
    gives_token = any("token" in plain(name) for name in operation.answers)
    # Who registers is asked for more than a name and a password.
    return ENTER if gives_token and len(sent_names(operation)) <= 2 else JOIN


def plan(operations: Sequence[Operation]) -> Plan:
    """The plan for the operations of one description. Same operations, same plan."""
    made = Plan(operations, stages=[stage_of(one) for one in operations])
    makers = _Makers(operations, made.stages)
    for index, operation in enumerate(operations):
        needs: list[Need] = []
        creators: list[int] = []
        for name, place in _named(operation):
            found = [other for other in makers.of(name, place) if other != index]
            sources = tuple(dict.fromkeys((place, *(place_of(operations[other]) for other in found))))
            needs.append(Need(name, place, sources))
            creators[:0] = found[:1]
        made.needs[index], made.creators[index] = needs, list(dict.fromkeys(creators))
    made.order = _ordered(made)
    known: dict[str, set[str]] = {}
    for need in (need for needs in made.needs.values() for need in needs):
        for source in need.sources if need.place else ():
            known.setdefault(source, set()).update((plain(need.name), *short_names(need)))
    made.known_by = {place: frozenset(names) for place, names in known.items()}
    made.wanted = frozenset(plain(need.name) for needs in made.needs.values() for need in needs)
    return made


def _named(operation: Operation) -> Iterator[tuple[str, str]]:
    """Names of values that stand for things, with the place of their collection; empty for one that is not known."""
    segments = operation.path.split("/")
    for index, segment in enumerate(segments):
        for hole in Operation("", "", f"x://x/{segment}").holes:
            before = "/".join(segments[:index])
            yield hole, Operation("", "", f"x://x{before or '/'}").template.rstrip("/")
    for name in sent_names(operation):
        if name not in operation.holes and is_reference(name):
            own = plain(name) == "id"
            if own and operation.kind != "graphql":
                continue
            yield name, place_of(operation) if own else ""


def short_names(need: Need) -> tuple[str, ...]:
    """What the thing itself may call the name by which others know it: an issue's `issue_number` is its `number`."""
    kind = resource(need.place)
    rest = plain(need.name).removeprefix(kind) if kind else ""
    return (rest,) if rest not in ("", "id", "uuid", "guid", plain(need.name)) else ()


def is_reference(name: str) -> bool:
    """Whether a name says that its value is that of some thing's identity."""
    return re.search(r"(?:^|[_\-])(?:id|uuid|guid)s?$|[a-z0-9](?:Id|ID|Uuid|UUID)s?$", name) is not None


class _Makers:
    """Which operations make things, by the places where those live and by what those are."""

    def __init__(self, operations: Sequence[Operation], stages: Sequence[int]) -> None:
        self._operations = operations
        self._exact: dict[str, list[int]] = {}
        self._kinds: dict[str, list[int]] = {}
        self._words: dict[str, list[int]] = {}
        for index, operation in enumerate(operations):
            if makes(operation) and stages[index] not in (ENTER, LEAVE, DELETE):
                place = place_of(operation)
                self._exact.setdefault(place, []).append(index)
                self._kinds.setdefault(resource(place), []).append(index)
                for name in {plain(one): None for one in (*sent_names(operation), *operation.answers)}:
                    self._words.setdefault(name, []).append(index)

    def of(self, name: str, place: str) -> list[int]:
        """Those that may make what the name stands for in a place: made right there first, then below it with that
        very name, then of that kind."""
        found = list(self._exact.get(place, [])) if place else []
        wanted = plain(name)
        below = [index for index in self._words.get(wanted, [])[:50] if self._below(index, place)]
        stem = re.sub(r"(?:id|uuid|guid)s?$", "", wanted)
        kin = self._kinds.get(stem, []) if stem else []
        return list(dict.fromkeys((*found, *below, *kin)))[:MAX_SOURCES]

    def _below(self, index: int, place: str) -> bool:
        return bool(place) and place_of(self._operations[index]).startswith(place + "/")


def _ordered(made: Plan) -> list[int]:
    """By stage, then by how much each needs; what it needs goes before it. A circle of needs is cut where it closes."""
    operations = made.operations

    def rank(index: int) -> tuple[int, int, int, int]:
        one = operations[index]
        holes = -len(one.holes) if made.stages[index] == DELETE else len(one.holes)
        return made.stages[index], holes, _RANK.get(one.method, 9), index

    done: dict[int, None] = {}
    begun: set[int] = set()
    for first in sorted(range(len(operations)), key=rank):
        stack = [first]
        while stack:
            index = stack[-1]
            waiting = [
                other for other in made.creators[index]
                if other not in begun and made.stages[index] != DELETE
            ] if index not in begun else []  # fmt: skip
            begun.add(index)
            if waiting:
                stack += sorted(waiting, key=rank, reverse=True)
                continue
            stack.pop()
            done.setdefault(index)
    return list(done)
