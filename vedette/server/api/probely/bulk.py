"""The same for several scans. All are judged before the first is touched, so that a wrong one leaves the rest alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vedette.server.kernel.errors import Conflict
from vedette.server.scans import rules
from vedette.server.scans.models import Scan
from vedette.server.scans.services import lifecycle
from vedette.server.targets.models import Target


def act(action: str, scans: Sequence[Scan], service: Callable[[Scan], Scan]) -> list[Scan]:
    """Pauses, resumes or cancels all of them. Raises Conflict when one is in no state for it."""
    for scan in scans:
        if not rules.allows(action, scan.status):
            message = f"Scan {scan.public_id} is {scan.status} and cannot {action}."
            raise Conflict("invalid_state", message, {"scan": scan.public_id, "status": scan.status})
    return [service(scan) for scan in scans]


def start(targets: Sequence[Target], service: Callable[[Target], Scan]) -> list[Scan]:
    """Starts a scan of each. Raises Conflict when one of them is being scanned already."""
    busy = [target.public_id for target in targets if target.running_scan_id is not None]
    if busy:
        raise Conflict("scan_active", f"{lifecycle.BUSY} ({', '.join(busy)})", {"targets": busy})
    return [service(target) for target in targets]
