"""Blackout periods of targets and of organisations: set, taken away, and asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid
from vedette.server.targets import blackouts
from vedette.server.targets.blackouts import FIELDS, Period
from vedette.server.targets.models import BlackoutPeriod, Target
from vedette.server.targets.values import FieldError
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Organisation

NAME = "blackout_period"


def of_target(target: Target) -> BlackoutPeriod | None:
    """The period of a target, if it has one; no query where it was read with the target."""
    return getattr(target, "blackout", None)


def of_organisation(organisation: Organisation) -> BlackoutPeriod | None:
    """The period that holds for all targets of an organisation, if there is one."""
    rows = BlackoutPeriod.objects.select_related("changed_by")
    return rows.filter(organisation=organisation, target=None).first()


def shown(row: BlackoutPeriod | None) -> dict[str, Any] | None:
    """The fields of a period as logs and forms write them."""
    if row is None:
        return None
    fields = {name: getattr(row, name) for name in FIELDS}
    return fields | {"begin": f"{row.begin:%H:%M:%S}", "cease": f"{row.cease:%H:%M:%S}"}


def period_of(row: BlackoutPeriod) -> Period:
    """The period as it is reckoned with."""
    return Period(row.begin, row.cease, tuple(row.weekdays), row.timezone)


def in_force(target: Target) -> list[Period]:
    """The enabled periods of a target and its organisation."""
    about = Q(target=target) | Q(organisation=target.organisation_id, target=None)
    return [period_of(row) for row in BlackoutPeriod.objects.filter(about, enabled=True)]


def read(row: BlackoutPeriod | None, given: object) -> dict[str, Any] | None:
    """The fields of a period that a client gives, on top of the present one. Raises FieldError."""
    return blackouts.read(given, {name: getattr(row, name) for name in FIELDS} if row else None)


def put(actor: Actor, target: Target, fields: Mapping[str, Any] | None) -> tuple[Any, Any] | None:
    """Gives a locked target this period, or none; what was there before and is now, or None when nothing changed. In
    the caller's transaction."""
    return _put(actor, target.organisation, target, of_target(target), fields)


def change_organisation(*, actor: Actor, given: object) -> BlackoutPeriod | None:
    """Sets the period in which nothing of the organisation is scanned (`begin`, `cease`, `weekdays`, `enabled`,
    `timezone`), or takes it away (None). Raises Invalid, NotAllowed."""
    actor.require("organisation.change")
    with transaction.atomic():
        # Whoever sets it at the same moment waits for the same row.
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation.pk)
        row = of_organisation(organisation)
        try:
            fields = read(row, given)
        except FieldError as error:
            raise Invalid(fields={NAME: [str(error)]}) from None
        moved = _put(actor, organisation, None, row, fields)
        if moved is not None:
            audit.record(
                kind="blackout.changed",
                actor=actor,
                organisation=organisation,
                object_kind="organisation",
                object_id=organisation.public_id,
                object_name=organisation.name,
                before={NAME: moved[0]},
                after={NAME: moved[1]},
            )
    return of_organisation(organisation)


def _put(
    actor: Actor,
    organisation: Organisation,
    target: Target | None,
    row: BlackoutPeriod | None,
    fields: Mapping[str, Any] | None,
) -> tuple[Any, Any] | None:
    before = shown(row)
    if fields is None:
        if row is None:
            return None
        BlackoutPeriod.objects.filter(pk=row.pk).delete()
        _forget(target)
        return before, None
    wanted = row or BlackoutPeriod(organisation=organisation, target=target)
    for name, value in fields.items():
        setattr(wanted, name, value)
    after = shown(wanted)
    if after == before:
        return None
    wanted.changed_at, wanted.changed_by, wanted.changed_by_key = clock.now(), actor.user, actor.own_key
    wanted.save()
    return before, after


def _forget(target: Target | None) -> None:
    """Drops what the row of the target remembers of a period that is gone."""
    if target is not None:
        target._state.fields_cache.pop("blackout", None)


def enabled(organisations: Iterable[int], targets: Iterable[int]) -> list[BlackoutPeriod]:
    """The enabled periods of these organisations and targets, by primary keys."""
    about = Q(target__in=list(targets)) | Q(organisation__in=list(organisations), target=None)
    return list(BlackoutPeriod.objects.filter(about, enabled=True))
