"""Addresses to which scans of a part of a target are narrowed: added, changed and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets import inside, rules
from vedette.server.targets.models import ReducedScope, Target
from vedette.server.targets.services.permits import permit, record
from vedette.server.targets.values import FieldError, flag_of
from vedette.server.tenancy.actor import Actor

MAX_URLS = 100


def add(actor: Actor, target: Target, *, url: object, enabled: object = True) -> ReducedScope:
    """Adds an address within the scope of the target. Raises Invalid, NotAllowed, NotFound."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        values = _read(locked, {"url": url, "enabled": enabled})
        known = ReducedScope.objects.filter(target=locked)
        if known.filter(url=values["url"]).exists():
            raise Invalid(fields={"url": ["This address is there already."]})
        if known.count() >= MAX_URLS:
            raise Invalid(fields={"url": [f"At most {MAX_URLS} addresses are possible."]})
        row = ReducedScope.objects.create(target=locked, **values)
        _record("reduced_scope.created", actor, locked, row, after=values)
    return row


def change(actor: Actor, row: ReducedScope, **fields: Any) -> ReducedScope:
    """Changes url and enabled, as far as they are given."""
    with transaction.atomic():
        locked = permit(actor, row.target, lock=True)
        found = _fresh(row, locked)
        values = _read(locked, fields)
        before = {name: getattr(found, name) for name in values}
        for name, value in values.items():
            setattr(found, name, value)
        found.save()
        _record("reduced_scope.changed", actor, locked, found, before=before, after=values)
    return found


def remove(actor: Actor, row: ReducedScope) -> None:
    """Removes an address."""
    with transaction.atomic():
        locked = permit(actor, row.target, lock=True)
        found = _fresh(row, locked)
        _record("reduced_scope.deleted", actor, locked, found, before={"url": found.url, "enabled": found.enabled})
        found.delete()


def chosen(target: Target, given: Sequence[Mapping[str, Any]] | None) -> tuple[str, ...]:
    """The addresses of one scan: those given (by `url`, or by the `id` of one of the target's) that are not switched
    off, else the target's own enabled ones. Raises Invalid under `reduced_scopes`."""
    rows = list(ReducedScope.objects.filter(target=target).order_by("id"))
    if given is None:
        return tuple(row.url for row in rows if row.enabled)
    by_id = {row.public_id: row.url for row in rows}
    found: dict[str, None] = {}
    for one in given[: MAX_URLS + 1]:
        if one.get("enabled") is False:
            continue
        try:
            found[_url(target, one.get("url") or by_id.get(str(one.get("id") or ""), ""))] = None
        except FieldError as error:
            raise Invalid(fields={"reduced_scopes": [str(error)]}) from None
    if len(found) > MAX_URLS:
        raise Invalid(fields={"reduced_scopes": [f"At most {MAX_URLS} addresses are possible."]})
    return tuple(found)


def _read(target: Target, fields: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            values[name] = _url(target, value) if name == "url" else flag_of(value)
        except FieldError as error:
            wrong[name] = [str(error)]
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _url(target: Target, value: object) -> str:
    found = rules.site_url(value)
    told = inside.answer(target, found)
    if not told.inside:
        raise FieldError(told.reason)
    return found


def _fresh(row: ReducedScope, target: Target) -> ReducedScope:
    found = ReducedScope.objects.filter(pk=row.pk, target=target).first()
    if found is None:
        raise NotFound
    return found


def _record(kind: str, actor: Actor, target: Target, row: ReducedScope, **parts: dict[str, Any]) -> None:
    record(kind, actor, target, thing="reduced_scope", public_id=row.public_id, name=row.url[:100], **parts)
