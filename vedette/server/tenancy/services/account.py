"""Settings of an organisation, and its emergency stop."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import AccessSession, Organisation
from vedette.server.tenancy.services import inputs
from vedette.server.tenancy.services.keys import is_operator

SWITCHES = (
    "require_expiration_date",
    "require_approver_name",
    "require_approval_date",
    "self_findings_review_enabled",
    "limit_api_key_days",
    "disable_keys_on_user_disabled",
    "require_second_factor",
)
_DAYS = {"maximum_acceptance_period": True, "max_api_key_days": False}
"""Settings in days, and whether they may be empty."""
MAX_DAYS = 3650


@transaction.atomic
def change_settings(*, actor: Actor, **settings: Any) -> Organisation:
    """Changes the name, the switches (`SWITCHES`), `maximum_acceptance_period` (days or None) or `max_api_key_days`.
    Raises Invalid with every field that is wrong."""
    actor.require("organisation.change")
    organisation = _locked(actor)
    _check(settings)
    if "name" in settings:
        settings["name"] = inputs.text(settings["name"], field="name")
    before = {name: getattr(organisation, name) for name in settings}
    changed = {name: value for name, value in settings.items() if value != before[name]}
    if changed:
        for name, value in changed.items():
            setattr(organisation, name, value)
        organisation.save(update_fields=list(changed))
        _note(
            actor, "organisation.changed", organisation, before={name: before[name] for name in changed}, after=changed
        )
    return organisation


@transaction.atomic
def stop_all(*, actor: Actor) -> Organisation:
    """Lets no scan of the organisation start or go on, until it is lifted. Those that run are stopped by their own
    room."""
    actor.require("organisation.stop_all")
    return _flag(actor, _locked(actor), "paused", on=True, kind="stop_all.set")


@transaction.atomic
def lift_stop(*, actor: Actor) -> Organisation:
    """Allows scans again."""
    actor.require("organisation.stop_all")
    return _flag(actor, _locked(actor), "paused", on=False, kind="stop_all.lifted")


@transaction.atomic
def suspend(*, actor: Actor) -> Organisation:
    """Closes the actor's organisation to its people and keys; for operators of the instance."""
    if not is_operator(actor):
        raise NotAllowed()
    organisation = _locked(actor)
    AccessSession.objects.filter(organisation=organisation).delete()
    return _flag(actor, organisation, "suspended", on=True, kind="organisation.suspended")


@transaction.atomic
def restore(*, actor: Actor) -> Organisation:
    """Opens a suspended organisation again; for operators of the instance."""
    if not is_operator(actor):
        raise NotAllowed()
    return _flag(actor, _locked(actor), "suspended", on=False, kind="organisation.restored")


def _check(settings: dict[str, Any]) -> None:
    faults: dict[str, list[str]] = {}
    for name, value in settings.items():
        if name in SWITCHES:
            fine, wanted = isinstance(value, bool), "Must be true or false."
        elif name in _DAYS:
            fine = (value is None and _DAYS[name]) or (type(value) is int and 1 <= value <= MAX_DAYS)
            wanted = f"Must be a whole number of days from 1 to {MAX_DAYS}."
        elif name == "name":
            fine, wanted = isinstance(value, str), "Must be a text."
        else:
            fine, wanted = False, "There is no such setting."
        if not fine:
            faults[name] = [wanted]
    if faults:
        raise Invalid(fields=faults)


def _locked(actor: Actor) -> Organisation:
    return Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation.pk)


def _flag(actor: Actor, organisation: Organisation, field: str, *, on: bool, kind: str) -> Organisation:
    if getattr(organisation, field) != on:
        setattr(organisation, field, on)
        organisation.save(update_fields=(field,))
        _note(actor, kind, organisation)
    return organisation


def _note(actor: Actor, kind: str, organisation: Organisation, **parts: Any) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=organisation,
        object_kind="organisation",
        object_id=organisation.public_id,
        object_name=organisation.name,
        **parts,
    )
