"""What the address of the list of assets says: which rows, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from django.db.models import QuerySet

from vedette.contract.discovery import SCORES
from vedette.server.discovery import queries, rules
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.web.labels import ASSET_STATES
from vedette.server.web.target_filters import RISKS

STATES = {"": rules.SHOWN, "new": ("NEW",), "hidden": ("HIDDEN",), "archived": ("ARCHIVED",), "all": ()}
"""What each choice of state shows; without one, what nobody took out of sight."""

TARGET = {"yes": True, "no": False}
DEFAULT_ORDER = "-last_seen"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address of the list asks for; empty fields leave all (an empty state: what is in sight)."""

    q: str = ""
    state: str = ""
    type: str = ""
    score: str = ""
    risk: str = ""
    target: str = ""
    domain: str = ""
    label: str = ""
    new: str = ""
    order: str = DEFAULT_ORDER

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "order")


def read(given: Mapping[str, str]) -> Chosen:
    """What an address asks for; words that mean nothing are left out."""

    def among(name: str, words: Mapping[str, object] | tuple[str, ...]) -> str:
        return given.get(name, "") if given.get(name, "") in words else ""

    order = given.get("order", "")
    return Chosen(
        q=given.get("q", "").strip()[:200],
        state=among("state", STATES),
        type=among("type", rules.TYPES),
        score=among("score", SCORES),
        risk=among("risk", RISKS),
        target=among("target", TARGET),
        domain=given.get("domain", ""),
        label=given.get("label", ""),
        new=given.get("new", ""),
        order=order if order in queries.ORDERINGS else DEFAULT_ORDER,
    )


def rows(actor: Actor, chosen: Chosen) -> QuerySet[DiscoveryAsset]:
    """The assets that the actor may see and the address means."""
    criteria = queries.AssetFilter(
        states=STATES[chosen.state],
        types=(chosen.type,) if chosen.type else (),
        scores=(chosen.score,) if chosen.score else (),
        risks=(RISKS[chosen.risk],) if chosen.risk else (),
        has_target=TARGET.get(chosen.target),
        domains=(chosen.domain,) if chosen.domain else (),
        labels=(chosen.label,) if chosen.label else (),
        new_of=chosen.new,
        search=chosen.q,
    )
    return queries.listed(actor, criteria=criteria, order=chosen.order)


def choices(actor: Actor) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """What the filters offer: by name, the word for none and the values with theirs. One with nothing to choose is left
    out."""
    found = {
        "state": ("In sight", [*((key.lower(), one.word) for key, one in ASSET_STATES.items() if key != "ACTIVE")]),
        "type": ("Web and API", [("web", "Web"), ("api", "API")]),
        "score": ("Any score", [(letter, letter) for letter in SCORES]),
        "target": ("Target or not", [("yes", "Is a target"), ("no", "Is none yet")]),
        "domain": ("Any domain", [(one.public_id, one.hostname) for one in queries.domains(actor)]),
        "label": ("Any label", [(one.public_id, one.name) for one in tenancy.labels_for_actor(actor, "target")]),
    }
    found["state"][1].append(("all", "All of them"))
    return {name: offered for name, offered in found.items() if offered[1]}
