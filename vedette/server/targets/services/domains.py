"""Domains that people add and remove themselves; those of targets come with them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from vedette.server.audit import services as audit
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.targets import ownership, queries, rules
from vedette.server.targets.models import Domain, ExtraHost, Target
from vedette.server.targets.values import FieldError
from vedette.server.tenancy.actor import Actor

_BASIC = "Basic authentication cannot be set here yet: give an Authorization header that logs in to the target."
NOT_YET = {
    "basic_auth_username": _BASIC,
    "basic_auth_password": _BASIC,
    "port": "Give the port with the host name, as in shop.example:8443.",
}
"""Settings without any work behind them: they may be given when they are empty."""


def add(actor: Actor, *, hostname: object, **settings: Any) -> Domain:
    """Adds a host, with a port if needed. Raises Invalid, also under `hostname` for one that exists already."""
    actor.require("domains.change")
    faults = _refused(settings)
    try:
        name = rules.hostname_of(rules.extra_host(hostname))
    except FieldError as error:
        faults["hostname"] = [str(error)]
    if faults:
        raise Invalid(fields=faults)
    with transaction.atomic():
        if Domain.objects.filter(organisation=actor.organisation, hostname=name).exists():
            raise Invalid("domain_exists", fields={"hostname": ["This domain exists already."]})
        return ownership.domain_for(actor, name)


def change(actor: Actor, domain: Domain, *, hostname: str = "", **settings: Any) -> Domain:
    """Nothing of a domain can be changed: what was shown of it is of its name. The same values are taken,
    others refused. Raises Invalid, NotAllowed."""
    if not queries.domains_for_actor(actor, "domains.change").filter(pk=domain.pk).exists():
        raise NotAllowed(data={"permission": "domains.change"})
    faults = _refused(settings)
    if hostname and hostname.strip().lower() != domain.hostname:
        faults["hostname"] = ["A domain cannot be renamed: add another one."]
    if faults:
        raise Invalid(fields=faults)
    return domain


def remove(actor: Actor, domain: Domain) -> None:
    """Removes a domain that no target needs any more. Raises Conflict `in_use`."""
    actor.require("domains.change")
    with transaction.atomic():
        own = Domain.objects.filter(pk=domain.pk, organisation=actor.organisation)
        locked = own.select_for_update(no_key=True).first()
        if locked is None:
            raise NotFound
        live = Q(target__archived_at=None)
        used = Target.objects.filter(domain=locked, archived_at=None).exists()
        if used or ExtraHost.objects.filter(live, domain=locked).exists():
            raise Conflict("in_use", "Targets or extra hosts use this domain: delete them first.")
        Target.objects.filter(domain=locked).update(domain=None)
        ExtraHost.objects.filter(domain=locked).update(domain=None)
        audit.record(
            kind="domain.deleted",
            actor=actor,
            organisation=actor.organisation,
            object_kind="domain",
            object_id=locked.public_id,
            object_name=locked.hostname,
            before={"verified": locked.verified, "method": locked.method},
        )
        locked.delete()
        ownership.release(locked)


def _refused(settings: dict[str, Any]) -> dict[str, list[str]]:
    return {name: [NOT_YET[name]] for name, value in settings.items() if value and name in NOT_YET}
