"""Recorded sequences of a target: added, changed, put in order and removed; and what a job is told of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from vedette.contract.recording import Steps
from vedette.server.kernel import clock, sealing
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.kernel.ids import new_id
from vedette.server.targets import models, references, rules, steps
from vedette.server.targets.logins import Pair, flag, names_secret, plain_pairs
from vedette.server.targets.models import Target
from vedette.server.targets.services import credential_uses, switches
from vedette.server.targets.services.permits import permit, record
from vedette.server.targets.steps import COLUMN, TABLE
from vedette.server.targets.values import FieldError, choice_of, text_of
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor

LOGIN, NAVIGATION = "login", "navigation"
MAX_SEQUENCES = 50
_UNKNOWN = "An obfuscated value stands for no stored one here: give the value itself."


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log-in of a target needs to know: enabled sequences that log in, and whether one types a one-time code
    by itself."""

    logins: int
    otp_steps: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """What is sealed of a sequence: its steps, and what stands for placeholders in them (`[NAME]`)."""

    steps: Steps
    mappings: tuple[Pair, ...] = ()


def _name(value: object) -> str:
    name = text_of(value, rules.MAX_NAME).strip()
    if not name:
        raise FieldError("This field may not be blank.")
    return name


def _index(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SEQUENCES:
        raise FieldError(f"Enter a whole number between 0 and {MAX_SEQUENCES}.")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "kind": lambda value: choice_of(value, (LOGIN, NAVIGATION)),
    "requires_login": flag(False),
    "enabled": flag(True),
    "position": _index,
    "content": steps.read,
    "mappings": plain_pairs,
}
_PATHS = {
    "kind": "type",
    "requires_login": "requires_authentication",
    "position": "index",
    "mappings": "custom_field_mappings",
}
"""Names of fields in errors."""


def add(actor: Actor, target: Target, **fields: Any) -> models.Sequence:
    """Adds a sequence: name, kind, content (JSON text of the steps), requires_login, enabled, position, mappings (a
    list of name, value and `hidden`). Raises Invalid, NotAllowed, NotFound."""
    values = _read({"name": "", "kind": "", "content": "", **fields})
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        known = models.Sequence.objects.filter(target=locked)
        if known.count() >= MAX_SEQUENCES:
            raise Invalid(fields={"name": [f"A target has at most {MAX_SEQUENCES} sequences."]})
        _check_kind(locked, values["kind"])
        recording = _recording(None, locked, values)
        _check_credentials(actor, locked, recording)
        row = models.Sequence(public_id=new_id(), target=locked, position=known.count(), changed_by=actor.user)
        _fill(row, values)
        row.sealed = _sealed(row, recording)
        row.save()
        _arrange(row, values.get("position"))
        switches.settle(actor, locked)
        record("sequence.created", actor, locked, thing=TABLE, public_id=row.public_id, name=row.name, after=_note(row))
    return row


def change(actor: Actor, row: models.Sequence, **fields: Any) -> models.Sequence:
    """Changes the fields given. What was typed may be sent back as it was shown. A log-in that rests on the last
    enabled sequence goes off with it."""
    values = _read(fields)
    with transaction.atomic():
        locked = permit(actor, row.target, lock=True)
        found = _fresh(row, locked)
        before = _note(found)
        _check_kind(locked, values.get("kind", found.kind))
        recording = _recording(found, locked, values)
        _check_credentials(actor, locked, recording)
        _fill(found, values)
        found.sealed = _sealed(found, recording)
        found.changed_at, found.changed_by = clock.now(), actor.user
        found.save()
        _arrange(found, values.get("position"))
        switches.settle(actor, locked)
        record(
            "sequence.changed",
            actor,
            locked,
            thing=TABLE,
            public_id=found.public_id,
            name=found.name,
            before=before,
            after={**_note(found), "content_changed": "content" in values},
        )
    return found


def remove(actor: Actor, row: models.Sequence) -> None:
    """Removes a sequence; a log-in that rests on it goes off."""
    with transaction.atomic():
        locked = permit(actor, row.target, lock=True)
        found = _fresh(row, locked)
        record(
            "sequence.deleted",
            actor,
            locked,
            thing=TABLE,
            public_id=found.public_id,
            name=found.name,
            before=_note(found),
        )
        found.delete()
        _arrange(None, None, target=locked)
        switches.settle(actor, locked)


# Reads


def opened(row: models.Sequence) -> Recording:
    """The steps and mappings of a sequence, in the open."""
    text = tenancy.unseal(
        row.target.organisation, row.sealed, table=TABLE, public_id=row.public_id, column=COLUMN
    ).decode()
    raw = json.loads(text)
    return Recording(raw["steps"], tuple(Pair(*one) for one in raw["mappings"]))


def shown(row: models.Sequence) -> tuple[str, list[Pair]]:
    """Its steps as JSON text and its mappings, both without what was typed."""
    recording, organisation = opened(row), row.target.organisation
    text = steps.shown(recording.steps, lambda value: tenancy.obfuscated(organisation, value))
    pairs = []
    for one in recording.mappings:
        hide = one.hidden and one.value and not references.is_reference(one.value)
        pairs.append(Pair(one.name, tenancy.obfuscated(organisation, one.value) if hide else one.value, one.hidden))
    return text, pairs


def enabled(target: Target, kind: str) -> list[models.Sequence]:
    """The enabled sequences of a kind, in order."""
    # All of them, as lists of targets read them along.
    return [row for row in target.sequences.all() if row.kind == kind and row.enabled]


def facts(target: Target) -> Facts:
    """What the log-in of a target needs to know of its sequences."""
    rows = enabled(target, LOGIN)
    return Facts(len(rows), any(step.get("type") == "fill_otp" for row in rows for step in opened(row).steps))


# Details


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = fields.keys() - _READERS.keys()
    if unknown:
        raise TypeError(f"a sequence has no such fields: {', '.join(sorted(unknown))}")
    wrong: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            values[name] = _READERS[name](value)
            if name == "mappings":
                values[name] = _mappings(value, values[name])
        except FieldError as error:
            wrong[_PATHS.get(name, name)] = [str(error)]
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _mappings(given: Sequence[Mapping[str, Any]], pairs: list[Pair]) -> list[Pair]:
    hidden = [
        one.get("hidden") is True or names_secret(pair.name) for one, pair in zip(given or (), pairs, strict=True)
    ]
    return [Pair(pair.name, pair.value, hide) for pair, hide in zip(pairs, hidden, strict=True)]


def _check_kind(target: Target, kind: str) -> None:
    if kind == NAVIGATION and target.kind == "api":
        raise Invalid(fields={"type": ["Navigation sequences are for web targets only."]})


def _recording(row: models.Sequence | None, target: Target, values: Mapping[str, Any]) -> Recording:
    """What is to be sealed: given values, those that stand for stored ones resolved, and the rest as it was."""
    stored = opened(row) if row is not None else Recording([])
    secrets = [*steps.all_typed(stored.steps), *(one.value for one in stored.mappings)]
    by_shown = {tenancy.obfuscated(target.organisation, value): value for value in secrets}

    def plain(value: str) -> str:
        if not sealing.is_obfuscated(value):
            return value
        if value not in by_shown:
            raise FieldError(_UNKNOWN)
        return by_shown[value]

    try:
        found = steps.replaced(values["content"], plain) if "content" in values else stored.steps
    except FieldError as error:
        raise Invalid(fields={"content": [str(error)]}) from None
    if "mappings" not in values:
        return Recording(found, stored.mappings)
    try:
        given: list[Pair] = values["mappings"]
        pairs = [Pair(one.name, plain(one.value), one.hidden or sealing.is_obfuscated(one.value)) for one in given]
    except FieldError as error:
        raise Invalid(fields={"custom_field_mappings": [str(error)]}) from None
    return Recording(found, tuple(pairs))


def _check_credentials(actor: Actor, target: Target, recording: Recording) -> None:
    texts = {
        "content": steps.all_typed(recording.steps),
        "custom_field_mappings": [one.value for one in recording.mappings],
    }
    credential_uses.check(actor, target, texts, str)


def _fill(row: models.Sequence, values: Mapping[str, Any]) -> None:
    for name in ("name", "kind", "requires_login", "enabled"):
        if name in values:
            setattr(row, name, values[name])


def _sealed(row: models.Sequence, recording: Recording) -> bytes:
    mappings = [[one.name, one.value, one.hidden] for one in recording.mappings]
    text = json.dumps({"steps": recording.steps, "mappings": mappings})
    return tenancy.seal(row.target.organisation, text, table=TABLE, public_id=row.public_id, column=COLUMN)


def _fresh(row: models.Sequence, target: Target) -> models.Sequence:
    found = models.Sequence.objects.filter(pk=row.pk, target=target).first()
    if found is None:
        raise NotFound
    found.target = target
    return found


def _arrange(row: models.Sequence | None, index: int | None, *, target: Target | None = None) -> None:
    """Numbers the sequences of a target anew, with this one moved to the index given, if any."""
    owner = target if row is None else row.target
    others = list(models.Sequence.objects.filter(target=owner).order_by("position", "id"))
    if row is not None and index is not None:
        others = [one for one in others if one.pk != row.pk]
        others.insert(index, row)
    for position, one in enumerate(others):
        if one.position != position:
            models.Sequence.objects.filter(pk=one.pk).update(position=position)
        if row is not None and one.pk == row.pk:
            row.position = position


def _note(row: models.Sequence) -> dict[str, Any]:
    names = ("name", "kind", "requires_login", "enabled")
    return {name: getattr(row, name) for name in names}
