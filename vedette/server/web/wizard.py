"""The steps of a new target: which are done, which profiles may be used already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.scans.models import ScanProfile
from vedette.server.targets.models import Target
from vedette.server.web.scan_shapes import Stage

FAULTS = (Conflict, Invalid)
MAY_BE_SKIPPED = ("target_unreachable", "target_redirects", "target_exists")
"""What stands in the way of a new target, but may be passed over by whoever knows better."""
_FIRST = {"single": "lightning", "api": "api_lightning"}
UNAUTHORISED = "Needs authorisation"


@dataclass(frozen=True, slots=True)
class Choice:
    """A profile to choose, or why it cannot be chosen yet."""

    profile: ScanProfile
    why: str


def stages(target: Target | None) -> list[Stage]:
    """The steps with their state."""
    if target is None:
        return [Stage("Address", "current"), Stage("Ownership"), Stage("Authorisation"), Stage("First scan")]
    verified, authorised = is_verified(target), bool(target.authorized_by)
    return [
        Stage("Address", "done", target.host),
        Stage("Ownership", "done" if verified else "current", "" if verified else "or pass over: only a light look"),
        Stage("Authorisation", "done" if authorised else "current" if verified else ""),
        Stage("First scan", "current" if authorised else ""),
    ]


def is_verified(target: Target) -> bool:
    """Whether somebody showed that the host is theirs."""
    return bool(target.domain and target.domain.verified)


def profiles(target: Target, every: Sequence[ScanProfile], *, first: bool = False) -> list[Choice]:
    """The profiles, each with the reason why it cannot be used yet. The first scan of a target that sends payloads also
    wants somebody's word that it may be tested."""
    why = "" if is_verified(target) else "Needs ownership"
    if first and not why and not target.authorized_by:
        why = UNAUTHORISED
    return [Choice(one, "" if one.can_scan_unverified else why) for one in every]


def start(target: Target) -> dict[str, Any]:
    """What the form of the first scan begins with."""
    ready = is_verified(target) and target.authorized_by
    return {"profile": target.profile if ready else _FIRST[target.kind], "max_rate": target.max_rate}
