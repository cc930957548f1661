"""Facts about scans for the domain log."""

from __future__ import annotations

from typing import Any

from vedette.server.audit import services as audit
from vedette.server.scans.models import Scan
from vedette.server.tenancy.actor import Actor


def note(scan: Scan, kind: str, *, actor: Actor | None = None, data: dict[str, Any] | None = None) -> None:
    """A fact about a scan, in the caller's transaction."""
    one = fact(kind, scan, data)
    audit.record_all(actor=actor, organisation=scan.organisation, object_kind="scan", facts=[one])


def fact(kind: str, scan: Scan, data: dict[str, Any] | None = None) -> audit.Fact:
    """The same, to be recorded together with others."""
    return audit.Fact(
        kind=kind,
        object_id=scan.public_id,
        object_name=scan.target.name or scan.target.url,
        target_id=scan.target.public_id,
        data={"status": scan.status, **(data or {})},
    )
