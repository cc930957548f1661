"""Whether this instance can be worked with: its schema is that of this version, and its key ring opens its secrets."""

from __future__ import annotations

from django.conf import settings

from vedette.cli.problem import Problem
from vedette.server.kernel import schema, sealing
from vedette.server.tenancy.models import Organisation

PREPARE = "`vedette up` prepares it."


def usable() -> None:
    """Raises Problem when schema or key ring do not fit. Changes nothing."""
    found = schema.look()
    refuse_newer(found)
    if found.pending:
        raise Problem(found.fault, PREPARE)
    open_keys(create=False)


def refuse_newer(found: schema.Schema) -> None:
    """Raises Problem for a database of a newer version: this one would misread it."""
    if found.unknown:
        raise Problem(found.fault, "Install that version again, or restore a backup from before the upgrade.")


def open_keys(*, create: bool) -> sealing.KeyRing:
    """The key ring, after trying it on every organisation. Makes one (if `create`) only where nothing was sealed yet;
    raises Problem when it is lost, damaged, or another instance's."""
    path = settings.VEDETTE.master_keys
    wrapped = dict(Organisation.objects.order_by("pk").values_list("public_id", "data_key"))
    if wrapped and not path.exists():
        raise Problem(
            f"The key ring {path} is missing, but this database holds secrets that only it opens.",
            "Put it back from a backup, or name its place in VEDETTE_MASTER_KEYS. No new one was made.",
        )
    try:
        ring = sealing.KeyRing(path, create=create)
    except sealing.SealError as error:
        hint = "Put it back from a backup." if path.exists() else PREPARE
        raise Problem(f"The key ring cannot be used: {error}.", hint) from None
    for public_id, data_key in wrapped.items():
        _try(ring, bytes(data_key), public_id)
    return ring


def _try(ring: sealing.KeyRing, data_key: bytes, public_id: str) -> None:
    try:
        if data_key:
            ring.unwrap(data_key, public_id)
    except sealing.SealError as error:
        raise Problem(
            f"The key ring {settings.VEDETTE.master_keys} does not open the keys of organisation {public_id}: {error}.",
            "It is another instance's, or an older copy from before a rotation.",
        ) from None
