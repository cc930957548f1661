"""What the overview shows: tiles, first steps, the latest facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from vedette.server.audit import queries as audit
from vedette.server.audit import rules as audit_rules
from vedette.server.audit.models import DomainEvent
from vedette.server.findings import charts
from vedette.server.findings import queries as findings
from vedette.server.scans import charts as scan_charts
from vedette.server.scans import queries as scans
from vedette.server.targets import queries as targets
from vedette.server.tenancy.actor import Actor

FEED = 12
_ICONS = (
    ("finding.detected", "findings", "bad"),
    ("finding.fixed", "ok", "ok"),
    ("finding.reopened", "reopened", "bad"),
    ("finding.accepted", "flag", "warn"),
    ("finding.", "findings", "quiet"),
    ("scan.failed", "failed", "bad"),
    ("scan.completed", "ok", "ok"),
    ("scan.", "scans", "accent"),
    ("stop_all.", "stop", "warn"),
    ("domain.verified", "verified", "ok"),
    ("domain.", "world", "quiet"),
    ("target.", "targets", "accent"),
    ("key.", "key", "quiet"),
    ("session.failed", "warning", "warn"),
    ("session.", "lock", "quiet"),
    ("person.", "user", "quiet"),
    ("role.", "users", "quiet"),
    ("organisation.", "building", "quiet"),
    ("", "info", "quiet"),
)
"""The start of a kind, its icon and tone; the first that fits counts."""
_PAGES = {"scan": "web:scans-page", "target": "web:targets-page", "finding": "web:findings-page"}


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with a name; `tone` colours the icon when the number needs attention."""

    name: str
    icon: str
    value: int
    note: str
    url: str
    tone: str = ""
    delta: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the feed."""

    icon: str
    tone: str
    text: str
    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first things to do; `url` is empty before its turn."""

    name: str
    text: str
    done: bool
    url: str
    action: str


def tiles(actor: Actor) -> list[Tile]:
    """The five numbers on top, those that the actor may see."""
    found = []
    if actor.anywhere("findings.view"):
        worst = findings.FindingFilter(states=("notfixed",), severities=(30, 40))
        number, page = sum(findings.counts(actor, worst).values()), reverse("web:findings")
        url = f"{page}?severity=critical&severity=high&state=notfixed"
        found.append(Tile("Open critical and high", "findings", number, "…", url, "bad" if number else "", delta=True))
    if actor.anywhere("scans.view"):
        running = scans.running_count(actor)
        url = f"{reverse('web:scans')}?show=active"
        found.append(Tile("Scans under way", "scans", running, "running, paused or queued", url))
        bad = scan_charts.troubled(actor).count()
        url = f"{reverse('web:scans')}?show=trouble"
        found.append(Tile("Failed or incomplete", "half", bad, "scans in the last 7 days", url, "warn" if bad else ""))
    if actor.anywhere("targets.view"):
        stale = scan_charts.stale_targets(actor).count()
        url = f"{reverse('web:targets')}?show=stale"
        found.append(Tile("Not well scanned", "clock", stale, "targets in 30 days", url, "warn" if stale else ""))
    if actor.anywhere("findings.view"):
        soon = charts.expiring(actor)
        url = f"{reverse('web:findings')}?state=accepted"
        note = f"within {charts.EXPIRES_SOON_DAYS} days"
        found.append(Tile("Accepted risks that end", "flag", soon, note, url, "warn" if soon else ""))
    return found


def steps(actor: Actor) -> list[Step]:
    """What a new organisation does first; empty once a scan was asked for, and for those who may not begin."""
    if scans.for_actor(actor).exists() or not actor.anywhere("targets.create"):
        return []
    rows = targets.for_actor(actor).order_by("-id")
    target = rows.first()
    new = reverse("web:targets-new")
    begin = reverse("web:targets-begin", args=[target.public_id]) if target else ""
    verified = rows.filter(domain__verified=True).exists()
    return [
        Step("Add a target", "The address of a site that you own or may test.", bool(target), new, "Add a target"),
        Step("Show that it is yours", "A small file, a tag or a DNS record.", verified, begin, "Show ownership"),
        Step(
            "Run the first scan",
            "Watch it find its way, then look at what it proved.",
            False,
            f"{begin}#scan" if verified else "",
            "Prepare the scan",
        ),
    ]


def feed(actor: Actor) -> list[Fact]:
    """The latest facts, for those who may read the log."""
    return [_fact(event) for event in audit.for_actor(actor)[:FEED]]


def _fact(event: DomainEvent) -> Fact:
    icon, tone = next((icon, tone) for start, icon, tone in _ICONS if event.kind.startswith(start))
    text = audit_rules.sentence(event.kind, actor=event.actor_name, object_name=event.object_name)
    page = _PAGES.get(event.object_kind)
    url = reverse(page, args=[event.object_id]) if page and event.object_id else ""
    return Fact(icon, tone, text, event.at, url)
