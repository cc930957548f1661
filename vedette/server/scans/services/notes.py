"""Facts about scans for the domain log."""

from __future__ import annotations

from typing import Any

from vedette.server.audit import services as audit
from vedette.server.scans.models import Scan
from vedette.server.tenancy.actor import Actor


def note(scan: Scan, kind: str, *, actor: Actor | None = None, data: dict[str, Any] | None = None) -> None:
    """A fact about a scan, in the caller's transaction."""
    audit.record(
        kind=kind,
        actor=actor,
        organisation=scan.organisation,
        object_kind="scan",
        object_id=scan.public_id,
        object_name=scan.target.name or scan.target.url,
        target_id=scan.target.public_id,
        data={"status": scan.status, **(data or {})},
    )
