"""What the addresses of the target list and the scan list say: which rows, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from vedette.server.scans import charts as scan_charts
from vedette.server.targets import queries
from vedette.server.targets.models import Target
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.web.labels import SEVERITY_WORDS

SHOW = {
    "": "All targets",
    "active": "Being scanned",
    "trouble": "Last scan in trouble",
    "stale": "Not well scanned in 30 days",
    "never": "Never scanned",
}
RISKS = {"critical": 40, "high": 30, "medium": 20, "low": 10, "none": 0, "unknown": None}
VERIFIED = {"yes": True, "no": False}
DEFAULT_ORDER = "name"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address of the list asks for; empty fields leave all."""

    q: str = ""
    label: str = ""
    team: str = ""
    risk: str = ""
    verified: str = ""
    show: str = ""
    order: str = DEFAULT_ORDER

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.q or self.label or self.team or self.risk or self.verified or self.show)


def read(given: Mapping[str, str]) -> Chosen:
    """What an address asks for; words that mean nothing are left out."""

    def among(name: str, words: Mapping[str, object]) -> str:
        return given.get(name, "") if given.get(name, "") in words else ""

    order = given.get("order", "")
    return Chosen(
        q=given.get("q", "").strip()[:200],
        label=given.get("label", ""),
        team=given.get("team", ""),
        risk=among("risk", RISKS),
        verified=among("verified", VERIFIED),
        show=among("show", SHOW),
        order=order if order in queries.ORDERINGS else DEFAULT_ORDER,
    )


def rows(actor: Actor, chosen: Chosen) -> QuerySet[Target]:
    """The targets that the actor may see and the address means."""
    criteria = queries.TargetFilter(
        labels=(chosen.label,) if chosen.label else (),
        teams=(chosen.team,) if chosen.team else (),
        risks=(RISKS[chosen.risk],) if chosen.risk else (),
        verified=VERIFIED.get(chosen.verified),
        search=chosen.q,
    )
    found = queries.listed(actor, criteria=criteria, order=chosen.order)
    return scan_charts.by_scans(actor, found, chosen.show)


def choices(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, as values and words; a filter with nothing to choose is left out."""
    words = {**{word: word.capitalize() for word in reversed(SEVERITY_WORDS.values()) if word != "info"}}
    found = {
        "show": list(SHOW.items())[1:],
        "risk": [*words.items(), ("none", "Nothing open"), ("unknown", "Never assessed")],
        "verified": [("yes", "Ownership shown"), ("no", "Not shown")],
        "label": [(one.public_id, one.name) for one in tenancy.labels_for_actor(actor, "target")],
        "team": [(one.public_id, one.name) for one in tenancy.teams_for_actor(actor)],
    }
    return {name: offered for name, offered in found.items() if offered}
