"""What `vedette keys rotate` does once Django is up."""

from __future__ import annotations

from django.db import transaction

from vedette.server.commands import standing
from vedette.server.kernel import sealing
from vedette.server.tenancy.models import Organisation


def rotate() -> int:
    """A new key on the ring, and every organisation's data key wrapped with it. Values stay as they are sealed: only
    the wrapping changes, so that an interruption loses nothing. One that was interrupted is brought to its end with the
    key that it made. Returns how many organisations were wrapped anew."""
    standing.usable()
    ring = sealing.instance_ring()
    if not _left_behind(ring):
        ring.rotate()
    count = 0
    for pk in _left_behind(ring):
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update(no_key=True).get(pk=pk)
            organisation.data_key = ring.rewrap(bytes(organisation.data_key), organisation.public_id)
            organisation.save(update_fields=("data_key",))
        count += 1
    return count


def _left_behind(ring: sealing.KeyRing) -> list[int]:
    """Organisations whose key is not wrapped with the current one."""
    rows = Organisation.objects.order_by("pk").values_list("pk", "data_key")
    return [pk for pk, wrapped in rows if wrapped and ring.key_of(wrapped) != ring.current]
