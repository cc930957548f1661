"""Pictures of log-ins: kept beside the events of a scan, a bounded number of bounded size."""

from __future__ import annotations

from collections.abc import Sequence

from vedette.server.scans.models import Scan, ScanPicture
from vedette.server.targets.services import login_check

MAX_BYTES = 2 * 1024 * 1024
MAX_PICTURES = 60


def is_picture(content: bytes) -> bool:
    """Whether it is a PNG of a size that is kept."""
    return login_check.is_picture(content) and len(content) <= MAX_BYTES


def keep(scan: Scan, found: Sequence[tuple[int, bytes]]) -> None:
    """Keeps pictures by the numbers of their events, in the transaction of the caller. The first ones stay: a log-in
    that is done again and again looks the same."""
    if not found:
        return
    room = MAX_PICTURES - ScanPicture.objects.filter(scan=scan).count()
    rows = [ScanPicture(scan=scan, number=number, png=png) for number, png in found[: max(0, room)]]
    ScanPicture.objects.bulk_create(rows)
