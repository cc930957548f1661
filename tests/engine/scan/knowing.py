"""Findings of one run as what the next one knows, and what became of them."""

from __future__ import annotations

from typing import Any

from tests.engine.scan.scanning import Ran, job_for, ran
from tests.sites.mending import SESSION, Mending
from vedette.contract import events as kinds
from vedette.contract import wire
from vedette.contract.job import Job, JobKind, Known, Login, Setting

CHECKS = (
    "xss", "sqli-error", "redirect", "disclosure", "cookies-no-httponly", "headers-nosniff-missing",
    "files-env-exposed",
)  # fmt: skip


def known_of(result: Ran) -> tuple[Known, ...]:
    """What was found last of each identity, sent over the wire once."""
    found = {event.finding.id: event.finding for event in result.of(kinds.FindingSeen)}
    known = [
        Known(id=one.id, check=one.check, location=one.location, request=one.request, technologies=one.technologies)
        for one in found.values()
    ]
    return tuple(wire.loads(Known, wire.dumps(one)) for one in known)


def scan_job(site: Mending, *known: Known, **changes: Any) -> Job:
    """A full scan."""
    return job_for(site.url, **{"checks": CHECKS, "known": known, **changes})


def retest_job(site: Mending, *known: Known, **changes: Any) -> Job:
    """A retest."""
    return job_for(site.url, **{"checks": (), "known": known, "kind": JobKind.RETEST, **changes})


_FOUND: dict[str, tuple[Known, ...]] = {}
"""What was found on the site as it is at first, by its address."""


async def found_on(site: Mending, **changes: Any) -> tuple[Known, ...]:
    """What a scan finds. A site that nobody has changed or visited is the one that was scanned before at its place."""
    if changes or site.server.log or site.mended or site.members:
        return await _found_on(site, **changes)
    if site.url not in _FOUND:
        _FOUND[site.url] = await _found_on(site)
    return _FOUND[site.url]


async def _found_on(site: Mending, **changes: Any) -> tuple[Known, ...]:
    return known_of(await ran(scan_job(site, **changes), secrets=changes.get("cookies") and {"session": SESSION}))


def outcomes(result: Ran) -> dict[str, str]:
    """Outcome by the finding's id; each told once."""
    events = result.of(kinds.Rechecked)
    told = {event.finding: event.outcome for event in events}
    assert len(told) == len(events)
    return told


def on(known: tuple[Known, ...], check: str, path: str = "") -> Known:
    """The one finding of a check, on a path when there are several."""
    (one,) = [one for one in known if one.check == check and path in one.location.url]
    return one


def as_member(site: Mending) -> dict[str, Any]:
    """Changes of a job that logs in by a cookie."""
    login = Login(kind="static", check_url=site.url + "members")
    return {"login": login, "cookies": (Setting(name="sid", secret="session"),)}
