"""Who may change what belongs to a target, and the note of it in the log."""

from __future__ import annotations

from typing import Any

from vedette.server.audit import services as audit
from vedette.server.kernel import clock, unique
from vedette.server.kernel.errors import NotAllowed, NotFound
from vedette.server.targets import queries
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor


def permit(actor: Actor, target: Target, *, lock: bool = False) -> Target:
    """The target as it stands, locked if wanted. Raises NotAllowed, NotFound."""
    rows = queries.for_actor(actor, "targets.change").select_related("organisation").filter(pk=target.pk)
    found = unique.find(rows.select_for_update(of=("self",), no_key=True) if lock else rows)
    if found is not None:
        return found
    if queries.for_actor(actor).filter(pk=target.pk).exists():
        raise NotAllowed(data={"permission": "targets.change"})
    raise NotFound


def record(
    kind: str, actor: Actor, target: Target, *, thing: str, public_id: str, name: str, **parts: dict[str, Any]
) -> None:
    """Notes that something of a target was changed, in the caller's transaction; the target counts as changed too."""
    target.changed_at, target.changed_by, target.changed_by_key = clock.now(), actor.user, actor.own_key
    target.save(update_fields=("changed_at", "changed_by", "changed_by_key"))
    audit.record(
        kind=kind,
        actor=actor,
        organisation=target.organisation,
        object_kind=thing,
        object_id=public_id,
        object_name=name,
        target_id=target.public_id,
        **parts,
    )
