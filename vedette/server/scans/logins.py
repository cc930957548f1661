"""How a scan logged in and what it was told beforehand: attempts with their steps, sequences, descriptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vedette.server.kernel.errors import NotFound
from vedette.server.scans.models import Scan, ScanEvent, ScanFilm, ScanPicture
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor

KINDS = ("login_attempt", "login_step", "sequence_played", "description_read")
SHOWN = 60
MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened. `ok` is None for what can neither succeed nor fail; `picture` tells whether there is one
    under `number`; `details` are lines of their own."""

    number: int
    at: datetime
    kind: str
    ok: bool | None
    title: str
    url: str = ""
    text: str = ""
    details: tuple[str, ...] = ()
    picture: bool = False


def story(actor: Actor, scan: Scan) -> list[Told]:
    """What happened last, in order; pictures only for those who may see evidence."""
    rows = list(ScanEvent.objects.filter(scan=scan, kind__in=KINDS).order_by("-number")[:SHOWN])[::-1]
    pictured: set[int] = set()
    if rows and may_see(actor, scan):
        pictured = set(ScanPicture.objects.filter(scan=scan).values_list("number", flat=True))
    return [_told(row, json.loads(row.body), picture=row.number in pictured) for row in rows]


def may_see(actor: Actor, scan: Scan) -> bool:
    """Whether pictures and film may be seen: they show what evidence shows."""
    return may_see_of(actor, scan.target)


def may_see_of(actor: Actor, target: Target) -> bool:
    """The same for all scans of a target."""
    teams = [team.pk for team in target.teams.all()]
    return actor.may("findings.evidence", target_id=target.pk, team_ids=teams)


def picture(actor: Actor, scan: Scan, number: int) -> bytes:
    """A picture (PNG) by the number of its event. Raises NotFound."""
    found = ScanPicture.objects.filter(scan=scan, number=number).first() if may_see(actor, scan) else None
    if found is None:
        raise NotFound
    return bytes(found.png)


def film(actor: Actor, target: Target, scan: str = "") -> bytes:
    """The film (WebM) of a scan's log-in by the scan's public id, or the newest of the target. Raises NotFound."""
    rows = ScanFilm.objects.filter(scan__target=target).order_by("-scan")
    found = (rows.filter(scan__public_id=scan) if scan else rows).first() if may_see_of(actor, target) else None
    if found is None:
        raise NotFound
    return bytes(found.webm)


def _told(row: ScanEvent, body: Mapping[str, Any], *, picture: bool) -> Told:
    at = datetime.fromtimestamp(row.at, UTC)
    url, reason = str(body.get("url", "")), str(body.get("reason", ""))
    if row.kind == "login_step":
        title = str(body.get("label", ""))
        return Told(row.number, at, row.kind, None, title, url, str(body.get("detail", "")), picture=picture)
    ok = bool(body.get("ok"))
    if row.kind == "login_attempt":
        who = "The second user" if body.get("user") == "B" else "The scan"
        title = f"{who} logged in" if ok else f"{who} could not log in"
        return Told(row.number, at, row.kind, ok, title, url, reason)
    if row.kind == "sequence_played":
        title = f"Sequence {body.get('name', '')} was replayed" if ok else f"Sequence {body.get('name', '')} failed"
        return Told(row.number, at, row.kind, ok, title, url, reason)
    problems = tuple(str(one) for one in body.get("problems") or ())
    count = int(body.get("operations") or 0)
    title = f"{count} operation{'' if count == 1 else 's'} read from {body.get('source', '')}"
    more = f"{len(problems)} could not be read whole." if problems else ""
    return Told(row.number, at, row.kind, bool(count), title, text=more, details=problems[:MAX_PROBLEMS])
