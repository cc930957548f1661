"""A finding as its page and the side panel show it, and the views that stand above the list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from vedette.server.definitions import queries as definitions
from vedette.server.findings import queries
from vedette.server.findings.history import Moment
from vedette.server.findings.models import Finding
from vedette.server.findings.rules import ACCEPTED, DECISIONS
from vedette.server.tenancy.actor import Actor
from vedette.server.web import exchange_shapes, rights
from vedette.server.web.finding_forms import FORMS
from vedette.server.web.finding_query import Asked
from vedette.server.web.labels import PROOFS, SEVERITIES, STATES, Label, label_of, severity_of

BUILT_IN = (
    ("All", "state=all"),
    ("Open", "state=notfixed"),
    ("Mine", "state=notfixed&assignee=me"),
    ("Needs triage", "state=notfixed&assignee=none"),
    ("New", "state=notfixed&new=yes"),
    ("Accepted", "state=accepted"),
)


@dataclass(frozen=True, slots=True)
class View:
    """A link to a filter; `id` is that of a view of one's own."""

    name: str
    url: str
    current: bool
    id: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done to a finding; `why` says why not."""

    word: str
    label: str
    icon: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A moment of the history in words; `scan` is a public id."""

    moment: Moment
    label: Label
    changes: list[tuple[str, str, str]]


def severity_word(number: int) -> str:
    """The word of a severity."""
    return SEVERITIES[severity_of(number)].word


def views(actor: Actor, asked: Asked) -> list[View]:
    """The views that everybody has, then one's own."""
    now, home = _parts(asked.conditions), reverse("web:findings")
    found = [View(name, f"{home}?{query}", _parts(query) == now) for name, query in BUILT_IN]
    own = queries.saved_views(actor)
    return found + [View(one.name, f"{home}?{one.query}", _parts(one.query) == now, one.public_id) for one in own]


def _parts(query: str) -> set[tuple[str, str]]:
    parts = {(name, value) for name, values in QueryDict(query).lists() for value in values}
    return parts - {("state", "all")}


def whole(actor: Actor, row: Finding) -> dict[str, Any]:
    """What page and panel both show."""
    may = rights.over(actor, row)
    definition = definitions.for_check(row.check_id, row.title)
    return {
        "finding": row,
        "may": may,
        "definition": definition,
        "actions": actions(row, may),
        "retest_refusal": _why_no_retest(row, may),
        "decision": queries.decision(row) if row.state in DECISIONS else None,
    }


def decisive(actor: Actor, row: Finding) -> exchange_shapes.StepShape | None:
    """The step that shows most: the last that is no control."""
    steps = exchange_shapes.steps(queries.steps(actor, row))
    return next((step for step in reversed(steps) if not step.control), steps[-1] if steps else None)


_ACTIONS = (
    ("accept", "Accept risk until…", "flag"),
    ("invalid", "False positive because…", "ban"),
    ("reopen", "Withdraw the decision…", "reopened"),
    ("assign", "Assign…", "user"),
    ("severity", "Severity…", "severity-high"),
    ("labels", "Labels…", "tag"),
    ("review", "Review…", "eye"),
)


def actions(row: Finding, may: Collection[str]) -> list[Action]:
    """What can be done, in the order of a menu; what makes no sense in this state is left out."""
    decided = row.state in DECISIONS
    fits = {
        "accept": True,
        "invalid": row.state != "invalid",
        "reopen": decided,
        "review": row.review_status == "pending",
    }
    found = []
    for word, label, icon in _ACTIONS:
        if fits.get(word, True):
            shown = "Change the acceptance…" if word == "accept" and row.state == ACCEPTED else label
            why = "" if FORMS[word].needs in may else "You have no right to do this here"
            found.append(Action(word, shown, icon, why))
    return found


def _why_no_retest(row: Finding, may: Collection[str]) -> str:
    if not {"scans.start", "findings.change"} <= set(may):
        return "You have no right to do this here"
    if row.retesting:
        return "It is being tested again"
    return "A scan of this target is under way" if row.target.running_scan_id else ""


_MOMENTS = {
    "found": Label("Found for the first time", "findings", "bad"),
    "seen": Label("Seen again", "eye", "bad"),
    "gone": Label("Not provable any more", "ok", "ok"),
    "fixed": Label("Fixed: the same check could not prove it any more", "ok", "ok"),
    "unreachable": Label("The place was not found again", "plug", "quiet"),
    "untested": Label("Not tested again", "help", "quiet"),
    "reopened": Label("Open again", "reopened", "bad"),
    "accepted": Label("Risk accepted", "flag", "warn"),
    "invalid": Label("Marked as a false positive", "ban", "quiet"),
    "note": Label("Noted", "message", "accent"),
    "assign": Label("Assigned", "user", "accent"),
    "update": Label("Changed", "edit", "accent"),
    "retest": Label("Retest asked for", "retest", "accent"),
    "retest_failed": Label("The retest came to no result", "warning", "warn"),
}
_FIELDS = {
    "change_reason": "Reason",
    "expiration_date": "Until",
    "approver_name": "Approved by",
    "approval_date": "Approved on",
    "review_status": "Review",
    "review_reason": "Reason of review",
}


def lines(moments: Collection[Moment]) -> list[Line]:
    """The history in words."""
    return [Line(one, label_of(_MOMENTS, one.kind), _changes(one)) for one in moments]


def _changes(moment: Moment) -> list[tuple[str, str, str]]:
    names = list(dict.fromkeys([*moment.before, *moment.after]))
    told = []
    for name in names:
        before, after = (_worded(name, values.get(name)) for values in (moment.before, moment.after))
        if before != after and after != moment.text:
            told.append((_FIELDS.get(name, name.replace("_", " ").capitalize()), before, after))
    return told


def _worded(name: str, value: object) -> str:
    if value in (None, "", []):
        return ""
    if name == "severity":
        return label_of(SEVERITIES, severity_of(value)).word
    if name in ("state", "proof"):
        return label_of(STATES if name == "state" else PROOFS, value).word
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
