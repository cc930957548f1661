"""Pure rules of scans: states and what may be done in each, built-in profiles, how a profile becomes a job's limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from vedette.contract.checkinfo import Severity
from vedette.contract.job import Limits, Profile

STATUSES = (
    "queued",
    "started",
    "pausing",
    "paused",
    "resuming",
    "canceling",
    "canceled",
    "finishing_up",
    "under_review",
    "completed",
    "completed_with_errors",
    "failed",
)
ACTIVE = ("queued", "started", "pausing", "paused", "resuming", "canceling", "finishing_up")
FINAL = ("canceled", "completed", "completed_with_errors", "failed", "under_review")

ALLOWED: dict[str, tuple[str, ...]] = {
    "pause": ("started", "resuming"),
    "resume": ("paused",),
    "cancel": ("queued", "started", "pausing", "paused", "resuming"),
}
"""What may be asked of a scan, by its status."""

PAUSED_BY_HAND = timedelta(days=7)
OWNERSHIP_FRESH = timedelta(days=30)

SEVERITIES = {Severity.CRITICAL: 40, Severity.HIGH: 30, Severity.MEDIUM: 20, Severity.LOW: 10, Severity.INFO: 0}
COUNT_FIELDS = {40: "criticals", 30: "highs", 20: "mediums", 10: "lows"}


def allows(action: str, status: str) -> bool:
    """Whether the action is possible in this status."""
    return status in ALLOWED[action]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A profile that comes with the product. `base` is the engine's profile; one of type `api` is for APIs alone: it
    calls what their description tells, and crawls nothing."""

    key: str
    name: str
    description: str
    type: str = "web"
    base: str = ""
    can_scan_unverified: bool = False
    payloads: int = 20
    methods: str = "all"


_WEB = (
    Builtin(
        "lightning",
        "Lightning",
        "Looks at what the site sends anyway: transport security, headers, cookies. Sends no payload.",
        can_scan_unverified=True,
        payloads=10,
        methods="safe",
    ),
    Builtin("safe", "Safe", "All tests that write nothing: only GET and HEAD requests.", payloads=10, methods="safe"),
    Builtin("normal", "Normal", "All tests; goes deep where an input reacts."),
    Builtin("full", "Full", "All tests at full depth on every input.", payloads=30),
)
_API_TEXTS = {
    "lightning": "Calls the operations that read, and looks at what they send anyway. Sends no payload.",
    "safe": "Calls and tests the operations that read: only GET and HEAD requests.",
    "normal": "Calls all operations of the description, and tests their inputs; goes deep where one reacts.",
    "full": "All tests at full depth on every input of every operation, of those that delete too.",
}
BUILTIN = (
    *(replace(one, base=one.key) for one in _WEB),
    *(
        replace(one, key=f"api_{one.key}", name=f"API {one.name.lower()}", description=text, type="api", base=one.key)
        for one in _WEB
        for text in (f"{_API_TEXTS[one.key]} Nothing else is crawled.",)
    ),
)

_SPEED: dict[int, tuple[int, float]] = {10: (5, 25.0), 20: (10, 50.0), 30: (20, 50.0)}
"""Speed of a profile -> connections and requests a second and host. 50 a second stays the ceiling."""


def limits_of(options: dict[str, Any], *, max_rate: int | None, slice_s: float, loopback: bool = False) -> Limits:
    """The limits that a frozen profile and the target's own ceiling make. This machine itself needs no ceiling."""
    concurrency, rate = _SPEED.get(int(options.get("speed") or 20), _SPEED[20])
    ceilings = [] if loopback else [rate]
    delay = int(options.get("delay") or 0)
    if delay:
        concurrency = 1
        ceilings.append(1000 / delay)
    if max_rate:
        ceilings.append(float(max_rate))
    return Limits(
        concurrency=concurrency,
        rate=min(ceilings, default=0.0),
        max_pages=int(options.get("max_urls") or 5000),
        max_time_s=float(options.get("max_run_time") or 0),
        slice_s=slice_s,
    )


def engine_profile(options: dict[str, Any]) -> Profile:
    """The engine's profile: the base, narrowed by a promise to write nothing and widened by thorough payloads."""
    base = Profile(options.get("base") or "normal")
    if base is Profile.LIGHTNING:
        return base
    if options.get("methods") == "safe":
        return Profile.SAFE
    if int(options.get("payloads") or 20) >= 30:
        return Profile.FULL
    return base


def fits(profile_type: str, target_kind: str) -> bool:
    """Whether a profile of this type can scan a target of this kind. One for APIs finds nothing to call elsewhere; one
    for web sites crawls an API beside calling what its description tells."""
    return profile_type != "api" or target_kind == "api"


def final_status(*, verdict: str, cancelled: bool, fail_fast: bool, pending_reviews: int) -> str:
    """What a scan that came to its end is: completed is not clean, and a scan with gaps fails where the target is set
    to fail fast."""
    if cancelled:
        return "canceled"
    if verdict == "failed" or (verdict == "incomplete" and fail_fast):
        return "failed"
    return "under_review" if pending_reviews else "completed"


def risk_of(counts: dict[int, int]) -> int:
    """The worst severity with an open finding; 0 for none."""
    return max((severity for severity, count in counts.items() if count and severity), default=0)
