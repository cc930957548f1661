"""The address of the list of findings, read: which findings are meant, in which order, and how to say so.

Every part may stand several times (`?state=notfixed&severity=high&severity=critical&q=login`). What cannot be read is
left out: an address is typed by people and old links are followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from vedette.server.definitions import queries as definitions
from vedette.server.findings import search
from vedette.server.findings.queries import NOBODY, RETESTING, FindingFilter
from vedette.server.findings.rules import STATES as STORED_STATES
from vedette.server.kernel import ids
from vedette.server.targets import queries as targets
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.web.labels import PROOFS, SEVERITIES, SEVERITY_WORDS, STATES, severity_of

LENGTH = 50
DEFAULT_SORT = "-severity"
SORTS = ("severity", "title", "target", "state", "created", "last_found", "number")
ME, NONE = "me", "none"
OPEN, ANY_STATE = "state=notfixed", "all"
_NUMBERS = {word: number for number, word in SEVERITY_WORDS.items()}
_STATES = (*STORED_STATES, RETESTING)
_MOST = 50
"""Values that one part of an address may have, a quarter of the choices that a menu offers at most."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition as people read it; `query` is the address without it."""

    name: str
    value: str
    query: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Values that may be added to the address under `name`."""

    name: str
    label: str
    choices: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. `given` are its readable conditions, by name, in a fixed order."""

    given: Mapping[str, tuple[str, ...]]
    sort: str
    page: int
    filter: FindingFilter = field(default_factory=FindingFilter)

    @property
    def conditions(self) -> str:
        """The conditions alone, as a query string; what a saved view keeps."""
        query = QueryDict(mutable=True)
        for name, values in self.given.items():
            query.setlist(name, list(values))
        return query.urlencode()

    @property
    def text(self) -> str:
        """The free text."""
        return " ".join(self.given.get("q", ()))

    def without(self, name: str, value: str) -> str:
        """The address with one condition taken away."""
        kept = {
            other: tuple(one for one in values if (other, one) != (name, value)) for other, values in self.given.items()
        }
        return f"?{_written(kept, self.sort)}"

    @property
    def address(self) -> str:
        """The query string that says the same, as short as it can be; the page is left out."""
        return _written(self.given, self.sort)


def _written(given: Mapping[str, tuple[str, ...]], sort: str) -> str:
    query = QueryDict(mutable=True)
    for name, values in given.items():
        query.setlist(name, list(values))
    if not query.get("state"):
        query["state"] = ANY_STATE  # an empty address means the open ones
    if sort != DEFAULT_SORT:
        query["sort"] = sort
    return query.urlencode()


def read(actor: Actor, query: QueryDict) -> Asked:
    """The address, read for this actor (`assignee=me` is theirs)."""
    given: dict[str, tuple[str, ...]] = {}
    for name, fits in _PARTS.items():
        values = [_worded(name, value) for value in query.getlist(name)[:_MOST]]
        kept = tuple(value for value in dict.fromkeys(values) if fits(value))
        if kept:
            given[name] = kept
    sort = query.get("sort", "")
    number = query.get("page", "1")
    return Asked(
        given=given,
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        page=max(int(number[:9]), 1) if number.isascii() and number.isdigit() else 1,
        filter=_filter(actor, given),
    )


def _worded(name: str, value: str) -> str:
    return severity_of(value) if name == "severity" else " ".join(value.split()) if name == "q" else value.strip()


def _one_of(*values: str) -> Callable[[str], bool]:
    return lambda value: value in values


_PARTS: dict[str, Callable[[str], bool]] = {
    "q": lambda value: 0 < len(value) <= search.MAX_TEXT,
    "state": _one_of(*_STATES),
    "severity": _one_of(*_NUMBERS),
    "target": ids.is_id,
    "label": ids.is_id,
    "assignee": lambda value: value in (ME, NONE) or ids.is_id(value),
    "check": lambda value: definitions.for_check(value).known,
    "proof": _one_of(*PROOFS),
    "scan": ids.is_id,
    "new": _one_of("yes", "no"),
    "review": _one_of("pending", "accepted", "rejected"),
    "reachable": _one_of("yes", "no"),
}


def _filter(actor: Actor, given: Mapping[str, tuple[str, ...]]) -> FindingFilter:
    people = {ME: actor.id, NONE: NOBODY}
    proofs = given.get("proof", ())
    return FindingFilter(
        search=" ".join(given.get("q", ())),
        states=given.get("state", ()),
        severities=tuple(_NUMBERS[word] for word in given.get("severity", ())),
        targets=given.get("target", ()),
        labels=given.get("label", ()),
        assignees=tuple(people.get(value, value) for value in given.get("assignee", ())),
        checks=given.get("check", ()),
        proofs=proofs,
        scans=given.get("scan", ()),
        new=_truth(given.get("new", ())),
        review_statuses=given.get("review", ()),
        reachable=_truth(given.get("reachable", ())),
        include_tentative="tentative" in proofs,
    )


def _truth(values: tuple[str, ...]) -> bool | None:
    return None if not values else values[0] == "yes"


# How the conditions are told and offered

_MENUS = {
    "state": "State",
    "severity": "Severity",
    "target": "Target",
    "assignee": "Assignee",
    "label": "Label",
    "check": "Check",
    "proof": "Proof",
    "new": "New",
    "review": "Review",
    "reachable": "Place",
}
_YES_NO = {
    "new": {"yes": "Found for the first time", "no": "Known from before"},
    "reachable": {"yes": "Place answers", "no": "Place was not found again"},
}
_REVIEWS = {"pending": "Review pending", "accepted": "Review accepted", "rejected": "Review rejected"}
Choices = Mapping[str, Mapping[str, str]]


def choices(actor: Actor, asked: Asked) -> Choices:
    """The values that make sense for this actor, by name of the condition, each with its words."""
    named = targets.TargetFilter(ids=asked.given.get("target", ()))
    shown = ("public_id", "name", "url")
    sites = [
        *targets.listed(actor, order="name").only(*shown)[: 4 * _MOST],
        *(targets.listed(actor, criteria=named).only(*shown) if named.ids else ()),
    ]
    people = [one.user for one in tenancy.members_for_actor(actor)[: 4 * _MOST]]
    labels = tenancy.labels_for_actor(actor, "finding")[: 4 * _MOST]
    return {
        "state": {key: STATES[key].word for key in _STATES},
        "severity": {key: label.word for key, label in SEVERITIES.items()},
        "target": {one.public_id: str(one) for one in sites},
        "assignee": {ME: "Me", NONE: "Nobody"}
        | {one.public_id: str(one) for one in people if one.public_id != actor.id},
        "label": {one.public_id: one.name for one in labels},
        "check": {one.check_id: one.name for one in definitions.all_definitions()},
        "proof": {key: label.word for key, label in PROOFS.items()},
        "review": _REVIEWS,
        **_YES_NO,
    }


def menus(asked: Asked, words: Choices) -> list[Menu]:
    """What may be added, without what is there already."""
    found = []
    for name, label in _MENUS.items():
        fresh = [one for one in words[name].items() if one[0] not in asked.given.get(name, ())]
        if fresh:
            found.append(Menu(name, label, fresh))
    return found


def chips(asked: Asked, words: Choices) -> list[Chip]:
    """The conditions but the free text, in words."""
    labels = _MENUS | {"scan": "Scan"}
    return [
        Chip(labels[name], words.get(name, {}).get(value, value), asked.without(name, value))
        for name, values in asked.given.items()
        if name != "q"
        for value in values
    ]
