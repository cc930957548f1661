"""Pictures and films of log-ins: kept beside the events of a scan, a bounded number of bounded size."""

from __future__ import annotations

from collections.abc import Sequence

from vedette.server.kernel import clock
from vedette.server.scans.models import Scan, ScanFilm, ScanPicture
from vedette.server.targets.models import Target
from vedette.server.targets.services import login_check

MAX_BYTES = 2 * 1024 * 1024
MAX_PICTURES = 60
MAX_FILM = 10 * 1024 * 1024
MAX_FILMS = 3
"""Films of a target: those of its newest scans stay."""


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


def is_film(content: bytes) -> bool:
    """Whether it is a WebM of a size that is kept. Nothing else is ever shown as a film."""
    return content.startswith(b"\x1a\x45\xdf\xa3") and len(content) <= MAX_FILM


def keep_film(scan: Scan, webm: bytes) -> None:
    """Keeps the film of a scan's log-in, in the transaction of the caller, and lets the oldest of its target go."""
    ScanFilm.objects.update_or_create(scan=scan, defaults={"webm": webm})
    Scan.objects.filter(pk=scan.pk).update(filmed=True)
    Target.objects.filter(pk=scan.target_id).update(login_filmed_at=clock.now())
    filmed = Scan.objects.filter(target=scan.target_id, filmed=True).order_by("-pk")
    old = list(filmed.values_list("pk", flat=True)[MAX_FILMS:])
    if old:
        ScanFilm.objects.filter(scan__in=old).delete()
        Scan.objects.filter(pk__in=old).update(filmed=False)
