"""Other hosts that belong to a target: added, changed and removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets import ownership, rules
from vedette.server.targets.items import COOKIE, HEADER, request_items
from vedette.server.targets.models import ExtraHost, Target
from vedette.server.targets.rules import Errors
from vedette.server.targets.services import credential_uses, request_settings
from vedette.server.targets.services.permits import permit
from vedette.server.targets.services.reach import check_reach
from vedette.server.targets.values import FieldError, flag_of, text_of
from vedette.server.tenancy.actor import Actor

MAX_HOSTS = 100
_ITEMS = {"headers": HEADER, "cookies": COOKIE}
_READERS: dict[str, Callable[[Any], Any]] = {
    "host": rules.extra_host,
    "name": lambda value: text_of(value, rules.MAX_NAME).strip(),
    "desc": lambda value: text_of(value, rules.MAX_DESC),
    "include": flag_of,
    "headers": lambda value: request_items(HEADER, value),
    "cookies": lambda value: request_items(COOKIE, value),
}


def add(
    actor: Actor, target: Target, *, host: object, skip_reachability_check: bool = False, **fields: Any
) -> ExtraHost:
    """Adds a host (`name` or `name:port`) to a target, with a domain of its own; it is requested only when `include` is
    set and the domain verified. Fields as in `change`.

    May wait for a worker's answer, so never call this within a transaction. Raises Invalid, NotAllowed, NotFound.
    """
    values = _read({**fields, "host": host})
    items = _items(values)
    permit(actor, target)
    if not skip_reachability_check:
        _reach(actor, target, values["host"])
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        if locked.kind == "api":
            raise Invalid(fields={"host": ["Extra hosts are for web targets only."]})
        _check_room(locked, values["host"])
        domain = ownership.domain_for(actor, rules.hostname_of(values["host"]))
        row = ExtraHost(target=locked, domain=domain, changed_by=actor.user, changed_by_key=actor.own_key, **values)
        row.save()
        _record("extra_host.created", actor, row, after={**values, **_replace(actor, row, items)})
    return row


def change(actor: Actor, extra_host: ExtraHost, **fields: Any) -> ExtraHost:
    """Changes the fields given: host, name, desc, include, and headers and cookies (lists of RequestItem, replaced as a
    whole), which are sent to this host alone."""
    values = _read(fields)
    items = _items(values)
    with transaction.atomic():
        target = permit(actor, extra_host.target, lock=True)
        row = ExtraHost.objects.select_related("domain", "changed_by").filter(pk=extra_host.pk).first()
        if row is None:
            raise NotFound
        row.target = target
        sent = _replace(actor, row, items)
        changed = {name: value for name, value in values.items() if value != getattr(row, name)}
        if not changed and not sent:
            return row
        before = {name: getattr(row, name) for name in changed}
        if "host" in changed:
            _check_room(target, changed["host"], besides=row)
            row.domain = ownership.domain_for(actor, rules.hostname_of(changed["host"]))
        for name, value in changed.items():
            setattr(row, name, value)
        row.changed_at, row.changed_by, row.changed_by_key = clock.now(), actor.user, actor.own_key
        row.save()
        _record("extra_host.changed", actor, row, before=before, after={**changed, **sent})
    return row


def remove(actor: Actor, extra_host: ExtraHost) -> None:
    """Takes a host away from its target; its domain stays."""
    with transaction.atomic():
        permit(actor, extra_host.target, lock=True)
        row = ExtraHost.objects.select_related("target__organisation").filter(pk=extra_host.pk).first()
        if row is None:
            raise NotFound
        _record("extra_host.deleted", actor, row, before={"host": row.host, "name": row.name})
        row.delete()


def _read(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = fields.keys() - _READERS.keys()
    if unknown:
        raise TypeError(f"an extra host has no such fields: {', '.join(sorted(unknown))}")
    errors = Errors()
    values: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            values[name] = _READERS[name](value)
        except FieldError as error:
            # Names of an extra host's fields stand at the top, unlike those of a site.
            errors.fields.setdefault(name, []).append(str(error))
    errors.check()
    return values


def _items(values: dict[str, Any]) -> dict[str, Any]:
    """Takes headers and cookies out of the values."""
    return {name: values.pop(name) for name in _ITEMS if name in values}


def _replace(actor: Actor, row: ExtraHost, items: dict[str, Any]) -> dict[str, list[str]]:
    """The names that stand there now, for those lists that changed."""
    changed: dict[str, list[str]] = {}
    credential_uses.check(actor, row.target, items, str)
    for name, given in items.items():
        try:
            if request_settings.replace(row, _ITEMS[name], given):
                changed[f"{_ITEMS[name]}_names"] = [item.name for item in given]
        except FieldError as error:
            raise Invalid(fields={name: [str(error)]}) from None
    return changed


def _check_room(target: Target, host: str, *, besides: ExtraHost | None = None) -> None:
    if host == target.host or rules.hostname_of(host) == target.host:
        raise Invalid(fields={"host": ["This is the host of the target itself."]})
    others = ExtraHost.objects.filter(target=target)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.filter(host=host).exists():
        raise Invalid(fields={"host": ["The target has this host already."]})
    if besides is None and others.count() >= MAX_HOSTS:
        raise Invalid(fields={"host": [f"A target has at most {MAX_HOSTS} extra hosts."]})


def _reach(actor: Actor, target: Target, host: str) -> None:
    """No word from a worker is no obstacle: the next scan will tell."""
    origins = rules.extra_origins(host)
    scheme = target.url.partition(":")[0]
    origin = next((origin for origin in origins if origin.startswith(f"{scheme}:")), origins[0])
    result = check_reach(actor, f"{origin}/")
    if result.ok is False:
        raise Invalid("target_unreachable", result.reason, fields={"host": [result.reason]})


def _record(kind: str, actor: Actor, row: ExtraHost, **parts: dict[str, Any]) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=row.target.organisation,
        object_kind="extra_host",
        object_id=row.public_id,
        object_name=row.host,
        target_id=row.target.public_id,
        **parts,
    )
