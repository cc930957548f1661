"""What the address of the scan list says: which scans, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from vedette.server.scans import charts, queries, rules
from vedette.server.scans import filters as profile_filters
from vedette.server.scans.models import Scan
from vedette.server.tenancy.actor import Actor

SHOW = {
    "": "All",
    "active": "Under way",
    "trouble": "In trouble",
    "done": "Completed",
    "canceled": "Cancelled",
}
DEFAULT_ORDER = "-created"
ORDERS = ("created", "-created", "status", "-status", "target", "-target", "completed", "-completed")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address of the list asks for; empty fields leave all."""

    q: str = ""
    show: str = ""
    profile: str = ""
    target: str = ""
    order: str = DEFAULT_ORDER


def read(given: Mapping[str, str]) -> Chosen:
    """What an address asks for; words that mean nothing are left out."""
    show, order = given.get("show", ""), given.get("order", "")
    return Chosen(
        q=given.get("q", "").strip()[:200].replace("\0", ""),
        show=show if show in SHOW else "",
        profile=given.get("profile", "")[:40].replace("\0", ""),
        target=given.get("target", "")[:12].replace("\0", ""),
        order=order if order in ORDERS else DEFAULT_ORDER,
    )


def rows(actor: Actor, chosen: Chosen) -> QuerySet[Scan]:
    """The scans that the actor may see and the address means."""
    statuses = {"active": rules.ACTIVE, "done": ("completed", "under_review"), "canceled": ("canceled",)}
    wanted = queries.ScanFilter(
        targets=(chosen.target,) if chosen.target else (),
        profiles=(chosen.profile,) if chosen.profile else (),
        statuses=statuses.get(chosen.show, ()),
        search=chosen.q,
    )
    found = charts.troubled(actor, days=None) if chosen.show == "trouble" else queries.for_actor(actor)
    return queries.ordered(queries.filtered(found, wanted), chosen.order)


def profiles(actor: Actor) -> list[tuple[str, str]]:
    """The profiles to choose from, as keys and names."""
    return [
        (one.key, one.name) for one in profile_filters.profiles(actor, profile_filters.ProfileFilter(archived=None))
    ]
