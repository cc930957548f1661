"""Completed is not clean: the one rule that names a scan's verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The four ends of a scan."""

    CLEAN = "clean"
    FINDINGS = "findings"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


MIN_LOGGED_IN_SHARE = 0.95
MAX_TROUBLED_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the verdict is drawn from. Shares are between 0 and 1; `findings` counts those shown by default,
    `unsettled` the known findings of a retest that could not be tested again, `gaps` are sentences on what else was not
    looked at."""

    findings: int = 0
    endpoints: int = 0
    requests: int = 0
    troubled_requests: int = 0
    login_requested: bool = False
    login_failed: str = ""
    logged_in_share: float = 1.0
    limits_reached: tuple[str, ...] = ()
    checks_crashed: tuple[str, ...] = ()
    barren_start_urls: tuple[str, ...] = ()
    units_left: int = 0
    notes: tuple[str, ...] = ()
    fatal: str = ""
    cancelled: bool = False
    unsettled: int = 0
    sequences_failed: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


def decide(health: Health) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict with its reasons, worst first; the reasons of a clean scan are only remarks."""
    if health.fatal:
        return Verdict.FAILED, (health.fatal, *health.notes)
    reasons = _gaps(health)
    if reasons:
        return Verdict.INCOMPLETE, (*reasons, *health.notes)
    return (Verdict.FINDINGS if health.findings else Verdict.CLEAN), health.notes


def _gaps(health: Health) -> list[str]:
    reasons: list[str] = []
    if health.cancelled:
        reasons.append("The scan was stopped before its end.")
    if health.login_requested and health.login_failed:
        reasons.append(f"The log-in failed: {health.login_failed}")
    elif health.login_requested and health.logged_in_share < MIN_LOGGED_IN_SHARE:
        reasons.append(f"Only {health.logged_in_share:.0%} of the requests were made while logged in.")
    if health.requests and health.troubled_requests / health.requests > MAX_TROUBLED_SHARE:
        share = health.troubled_requests / health.requests
        reasons.append(f"{share:.0%} of the requests ended blocked, timed out or in error.")
    reasons += [f"A recorded sequence could not be replayed. {failed}" for failed in health.sequences_failed]
    reasons += [f"The limit {limit} ended the scan with work still queued." for limit in health.limits_reached]
    reasons += [f"The check {check} crashed." for check in health.checks_crashed]
    reasons += [f"The start URL {url} gave no endpoint." for url in health.barren_start_urls]
    reasons += health.gaps
    if health.units_left:
        reasons.append(f"{_count(health.units_left, 'test')} could not be run because the target did not answer.")
    if health.unsettled:
        reasons.append(f"{_count(health.unsettled, 'known finding')} could not be tested again.")
    return reasons


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"
