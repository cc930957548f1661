"""Putting targets away and taking them back: an archived one is in no list, cannot be scanned and takes no place in its
teams; its settings, scans and findings are kept, and are there again once it is active."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid, NotFound
from vedette.server.targets import ownership, queries, rules
from vedette.server.targets.models import Target
from vedette.server.targets.services import belongings
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Team

PERMISSION = "targets.delete"


def archive(actor: Actor, public_ids: Sequence[str]) -> list[str]:
    """Archives all of these targets or none, and returns their ids. Raises NotFound with `invalid_ids`, NotAllowed,
    Conflict `scan_running`."""
    with transaction.atomic():
        found = _lock(actor, public_ids, queries.for_actor)
        running = [target.public_id for target in found if target.running_scan_id is not None]
        if running:
            message = "A scan of this target is running: stop it first."
            raise Conflict("scan_running", message, {"running_ids": running})
        for target in found:
            _set(actor, target, "target.archived", archived=True)
    return [target.public_id for target in found]


def activate(actor: Actor, public_ids: Sequence[str]) -> list[str]:
    """Takes all of these archived targets back or none, and returns their ids. Raises NotFound with `invalid_ids`,
    NotAllowed, LimitReached for a team that is full."""
    with transaction.atomic():
        found = _lock(actor, public_ids, queries.archived)
        for target in found:
            _check_room(target)
            _own(actor, target)
            _set(actor, target, "target.restored", archived=False)
    return [target.public_id for target in found]


def _lock(actor: Actor, public_ids: Sequence[str], rows_of: Callable[[Actor, str], QuerySet[Target]]) -> list[Target]:
    """The rows, locked in one order, given back in the order asked for."""
    wanted = list(dict.fromkeys(public_ids))
    if len(wanted) > rules.MAX_BULK:
        raise Invalid(fields={"ids": [f"At most {rules.MAX_BULK} targets at once are possible."]})
    rows = rows_of(actor, "targets.view").select_related("organisation").filter(public_id__in=wanted).order_by("pk")
    found = {row.public_id: row for row in rows.select_for_update(of=("self",), no_key=True)}
    missing = [public_id for public_id in wanted if public_id not in found]
    if missing:
        raise NotFound(data={"invalid_ids": missing})
    for row in found.values():
        actor.require(PERMISSION, target_id=row.pk, team_ids=list(row.teams.values_list("pk", flat=True)))
    return [found[public_id] for public_id in wanted]


def _check_room(target: Target) -> None:
    for team in Team.objects.select_for_update(no_key=True).filter(targets=target).order_by("pk"):
        belongings.check_quota(team)


def _own(actor: Actor, target: Target) -> None:
    """Its domain and those of its hosts may have been removed meanwhile."""
    if target.domain_id is None:
        target.domain = ownership.domain_for(actor, target.host)
    for host in target.extra_hosts.filter(domain=None).order_by("pk"):
        host.domain = ownership.domain_for(actor, rules.hostname_of(host.host))
        host.save(update_fields=("domain",))


def _set(actor: Actor, target: Target, kind: str, *, archived: bool) -> None:
    now = clock.now()
    target.archived_at = now if archived else None
    target.changed_at, target.changed_by, target.changed_by_key = now, actor.user, actor.own_key
    target.save(update_fields=("archived_at", "domain", "changed_at", "changed_by", "changed_by_key"))
    audit.record(
        kind=kind,
        actor=actor,
        organisation=target.organisation,
        object_kind="target",
        object_id=target.public_id,
        object_name=str(target),
        target_id=target.public_id,
    )
