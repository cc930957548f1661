"""What can be done with a target or scan right now; what cannot says why, instead of being left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from vedette.server.scans import rules
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.web.labels import SCAN_STATUSES, label_of

NOT_ALLOWED = "You have no right to do this here"
STOPPED = "All scans are stopped"
UNDER_WAY = "A scan is under way"
UNVERIFIED = "Ownership is not shown yet"
IDLE = "No scan is running"


@dataclass(frozen=True, slots=True)
class Action:
    """An entry of a menu or a button. `why` says why it cannot be used; empty when it can. `dialog`: the address gives
    the content of a dialog, else it takes a POST. `confirm` is asked first."""

    label: str
    icon: str
    url: str
    why: str = ""
    dialog: bool = False
    danger: bool = False
    confirm: str = ""


def of_target(actor: Actor, target: Target, unverified: Collection[str]) -> list[Action]:
    """The menu of a target; `unverified` are the profiles that may scan what nobody was shown to own."""
    scan = target.running_scan
    start = _why_start(actor, target)
    locked = not (target.domain and target.domain.verified) and target.profile not in unverified
    return [
        Action("Scan now", "play", _url("targets-scan", target), start or (UNVERIFIED if locked else "")),
        Action("Scan with…", "settings", _url("targets-scan-with", target), start, dialog=True),
        *_of_running(actor, target, scan),
    ]


def of_scan(actor: Actor, scan: Scan) -> list[Action]:
    """The buttons of a scan that is under way; none for one that is over."""
    return [] if scan.status in rules.FINAL else _of_running(actor, scan.target, scan, every=False)


def may_start(actor: Actor, target: Target) -> bool:
    """Whether the actor may start scans of this target at all."""
    return actor.may("scans.start", target_id=target.pk, team_ids=[team.pk for team in target.teams.all()])


def may_change(actor: Actor, target: Target) -> bool:
    """Whether the actor may change this target."""
    return actor.may("targets.change", target_id=target.pk, team_ids=[team.pk for team in target.teams.all()])


def _why_start(actor: Actor, target: Target) -> str:
    if not may_start(actor, target):
        return NOT_ALLOWED
    if actor.organisation.paused:
        return STOPPED
    return UNDER_WAY if target.running_scan_id else ""


def _of_running(actor: Actor, target: Target, scan: Scan | None, *, every: bool = True) -> list[Action]:
    words = ["resume", "cancel"] if scan and scan.status == "paused" else ["pause", "cancel"]
    if scan and not every:
        words = [word for word in words if rules.allows(word, scan.status)] or ["cancel"]
    return [_control(actor, target, scan, word) for word in words]


def _control(actor: Actor, target: Target, scan: Scan | None, word: str) -> Action:
    label, icon = {"pause": ("Pause", "pause"), "resume": ("Resume", "play"), "cancel": ("Stop", "stop")}[word]
    url = reverse("web:scans-control", args=[scan.public_id, word]) if scan else ""
    asked = "It cannot be resumed afterwards; what it found stays." if word == "cancel" else ""
    return Action(label, icon, url, _why_control(actor, target, scan, word), danger=word == "cancel", confirm=asked)


def _why_control(actor: Actor, target: Target, scan: Scan | None, word: str) -> str:
    if scan is None:
        return IDLE
    if not actor.may("scans.control", target_id=target.pk, team_ids=[team.pk for team in target.teams.all()]):
        return NOT_ALLOWED
    if word == "resume" and actor.organisation.paused:
        return STOPPED
    status = label_of(SCAN_STATUSES, scan.status).word.lower()
    return "" if rules.allows(word, scan.status) else f"The scan is {status}"


def _url(name: str, target: Target) -> str:
    return reverse(f"web:{name}", args=[target.public_id])
