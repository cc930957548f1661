"""Labels: coloured words on targets, findings and people."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.tenancy import rules
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Label
from vedette.server.tenancy.services import inputs

_TAKEN = "A label with this name exists already."
_WEARERS = {
    "target": ("targets.change", "targets.create"),
    "finding": ("findings.change",),
    "user": ("people.change", "keys.change"),
}


@transaction.atomic
def create(*, actor: Actor, kind: str, name: str, color: str = "") -> Label:
    """A new label for `target`, `finding` or `user`. Raises Invalid for a name that exists."""
    actor.require("labels.change")
    return _create(actor, kind, name, color)


@transaction.atomic
def ensure(*, actor: Actor, kind: str, name: str, color: str = "") -> Label:
    """The label of this name, whatever its case, made when there is none. Whoever may put labels of a kind on
    something may use new ones."""
    name = inputs.text(name, field="name")
    found = _find(actor, _kind(kind), name)
    if found is not None:
        return found
    if not any(actor.anywhere(permission) for permission in ("labels.change", *_WEARERS[kind])):
        raise NotAllowed()
    try:
        return _create(actor, kind, name, color)
    except Invalid:
        # Somebody else may have made it in this moment.
        found = _find(actor, kind, name)
        if found is None:
            raise
        return found


@transaction.atomic
def change(*, actor: Actor, label: Label, name: str | None = None, color: str | None = None) -> Label:
    """Changes a label wherever it is used."""
    actor.require("labels.change")
    label = _locked(actor, label)
    before = {"name": label.name, "color": label.color}
    if name is not None:
        label.name = inputs.text(name, field="name")
    if color is not None:
        label.color = _color(color)
    after = {"name": label.name, "color": label.color}
    if after != before:
        _save(actor, label)
        _note(actor, "label.changed", label, before=before, after=after)
    return label


@transaction.atomic
def delete(*, actor: Actor, label: Label) -> None:
    """Deletes a label and takes it off everything."""
    actor.require("labels.change")
    label = _locked(actor, label)
    _note(actor, "label.deleted", label, before={"kind": label.kind, "color": label.color})
    label.delete()


def _create(actor: Actor, kind: str, name: str, color: str) -> Label:
    label = Label(
        organisation=actor.organisation, kind=_kind(kind), name=inputs.text(name, field="name"), color=_color(color)
    )
    _save(actor, label)
    _note(actor, "label.created", label, after={"kind": kind, "color": label.color})
    return label


def _find(actor: Actor, kind: str, name: str) -> Label | None:
    return Label.objects.filter(organisation=actor.organisation, kind=kind, name__iexact=name).first()


def _kind(kind: str) -> str:
    if kind not in rules.LABEL_KINDS:
        raise Invalid(fields={"kind": [f"Must be one of {', '.join(rules.LABEL_KINDS)}."]})
    return kind


def _color(color: str) -> str:
    if not rules.LABEL_COLOR.fullmatch(color):
        raise Invalid(fields={"color": ["Up to 40 letters, digits and the signs # _ - are allowed."]})
    return color


def _locked(actor: Actor, label: Label) -> Label:
    fresh = Label.objects.select_for_update(no_key=True).filter(pk=label.pk, organisation=actor.organisation).first()
    if fresh is None:
        raise NotAllowed()
    return fresh


def _save(actor: Actor, label: Label) -> None:
    label.changed_at, label.changed_by, label.changed_by_key = clock.now(), actor.user, actor.own_key
    try:
        with transaction.atomic():
            label.save()
    except IntegrityError:
        raise Invalid(fields={"name": [_TAKEN]}) from None


def _note(actor: Actor, kind: str, label: Label, **parts: Any) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=actor.organisation,
        object_kind="label",
        object_id=label.public_id,
        object_name=label.name,
        **parts,
    )
