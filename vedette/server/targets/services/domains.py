"""Domains that people add and remove themselves; those of targets come with them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.targets import domain_login, ownership, queries, rules
from vedette.server.targets.models import Domain, ExtraHost, Target
from vedette.server.targets.values import FieldError
from vedette.server.tenancy.actor import Actor


def add(actor: Actor, *, hostname: object, port: int | None = None, **settings: Any) -> Domain:
    """Adds a host, with a port if needed: in its name, or beside it. `basic_auth_username` and `basic_auth_password`
    are sent when its owner is looked for. Raises Invalid, also under `hostname` for one that exists already."""
    actor.require("domains.change")
    faults: dict[str, list[str]] = {}
    name = ""
    try:
        name = _with_port(rules.extra_host(hostname), port)
    except FieldError as error:
        faults["hostname"] = [str(error)]
    except Invalid as error:
        faults |= error.fields
    faults |= domain_login.fill(Domain(organisation=actor.organisation), settings)
    if faults:
        raise Invalid(fields=faults)
    with transaction.atomic():
        if Domain.objects.filter(organisation=actor.organisation, hostname=name).exists():
            raise Invalid("domain_exists", fields={"hostname": ["This domain exists already."]})
        domain = ownership.domain_for(actor, name)
        if settings:
            domain_login.fill(domain, settings)
            domain.save(update_fields=("basic_username", "basic_password"))
        return domain


def change(actor: Actor, domain: Domain, *, hostname: str = "", port: int | None = None, **settings: Any) -> Domain:
    """Changes what is sent when the owner is looked for; fields as in `add`. What was shown of a domain is of its name
    and port, so these may only be repeated. Raises Invalid, NotAllowed, NotFound."""
    if not queries.domains_for_actor(actor, "domains.change").filter(pk=domain.pk).exists():
        raise NotAllowed(data={"permission": "domains.change"})
    with transaction.atomic():
        locked = Domain.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
        row = locked.filter(pk=domain.pk).first()
        if row is None:
            raise NotFound
        before = domain_login.shown(row)
        faults = domain_login.fill(row, settings)
        if hostname and hostname.strip().lower() != row.hostname:
            faults["hostname"] = ["A domain cannot be renamed: add another one."]
        if port is not None and port != rules.port_of(row.hostname):
            faults["port"] = ["What was shown of a domain is of its port: add another one."]
        if faults:
            raise Invalid(fields=faults)
        after = domain_login.shown(row)
        if after != before:
            row.save(update_fields=("basic_username", "basic_password"))
            ownership.record("domain.changed", actor, row, before=before, after=after)
    return row


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
        ownership.record("domain.deleted", actor, locked, before={"verified": locked.verified, "method": locked.method})
        locked.delete()
        ownership.release(locked)


def _with_port(host: str, port: int | None) -> str:
    """The name under which a domain stands. Raises Invalid under `port` for two ports."""
    name, own = rules.split_port(host)
    if port is not None and own not in ("", str(port)):
        raise Invalid(fields={"port": ["The host name has another port."]})
    return rules.hostname_of(host if port is None else f"{name}:{port}")
