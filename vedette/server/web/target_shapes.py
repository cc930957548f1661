"""Targets as lists and their own pages show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from vedette.server.scans import filters as scan_filters
from vedette.server.scans import watching
from vedette.server.scans.models import ScanLive
from vedette.server.targets import ownership
from vedette.server.targets.models import Domain, Target
from vedette.server.tenancy.actor import Actor
from vedette.server.web import actions
from vedette.server.web.actions import Action
from vedette.server.web.labels import SEVERITIES, SEVERITY_WORDS, Label

TYPES = {"single": "Web", "api": "API", "host": "Host"}

_STRANGER = (
    "No client certificate, signature or log-in of a target goes along: where nobody gets in so, add a record instead, "
    "or give the domain its basic authentication."
)
METHODS = {
    "file": ("File", f"Put a text file of this name and content at the top of the site. {_STRANGER}"),
    "meta_tag": ("Meta tag", f"Put this tag into the head of the start page. {_STRANGER}"),
    "dns_txt": ("DNS TXT record", "Add a TXT record with this value to the domain."),
    "dns_cname": ("DNS CNAME record", "Add a CNAME record of this name that points to the domain itself."),
}
_RECORD = {"dns_txt": ("Name", "Value"), "dns_cname": ("Name", "Points to")}


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target in a list."""

    target: Target
    type: str
    health: Label
    counts: dict[int, int]
    verified: bool
    live: ScanLive | None
    actions: list[Action]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to show who owns a domain: what to place where, each with its caption; `content` may be empty."""

    method: str
    name: str
    help: str
    place_label: str
    place: str
    content_label: str
    content: str


def rows(actor: Actor, targets: Sequence[Target]) -> list[TargetRow]:
    """Targets with their live numbers and what can be done with each."""
    lives = watching.live_of(target.running_scan_id for target in targets if target.running_scan_id)
    unverified = profiles_for_unverified(actor)
    return [_row(actor, target, lives, unverified) for target in targets]


def _row(actor: Actor, target: Target, lives: Mapping[int, ScanLive], unverified: Collection[str]) -> TargetRow:
    return TargetRow(
        target=target,
        type=TYPES.get(target.kind, target.kind),
        health=health(target),
        counts=counts(target),
        verified=bool(target.domain and target.domain.verified),
        live=lives.get(target.running_scan_id or 0),
        actions=actions.of_target(actor, target, unverified),
    )


def profiles_for_unverified(actor: Actor) -> set[str]:
    """The profiles that may scan what nobody was shown to own."""
    return {
        one.key for one in scan_filters.profiles(actor, scan_filters.ProfileFilter(verified_only=False, archived=False))
    }


def counts(target: Target) -> dict[int, int]:
    """Open findings per severity."""
    return {40: target.criticals, 30: target.highs, 20: target.mediums, 10: target.lows}


def health(target: Target) -> Label:
    """In one sign: does scanning it work, and what did the last scan leave open?"""
    last = target.last_scan
    if last is None:
        return Label("Never scanned", "pending", "quiet")
    if last.status == "failed" or last.verdict == "failed":
        return Label("The last scan failed", "failed", "bad")
    if last.verdict == "incomplete":
        return Label("The last scan left gaps", "half", "warn")
    if target.risk:
        label = SEVERITIES[SEVERITY_WORDS[target.risk]]
        return Label(f"Worst open finding: {label.word.lower()}", label.icon, label.tone)
    return Label("Nothing open", "ok", "ok")


def ways(domain: Domain) -> list[Way]:
    """The ways to show who owns a domain."""
    found = []
    for one in ownership.instructions(domain):
        name, text = METHODS[one.method]
        place, content = _RECORD.get(one.method, ("Address", "Content"))
        found.append(Way(one.method, name, text, place, one.place, content, one.content))
    return found
