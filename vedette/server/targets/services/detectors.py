"""Signs that nobody is logged in any more: added, changed and removed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from vedette.contract.job import DETECTOR_KINDS
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets import rules
from vedette.server.targets.models import LogoutDetector, Target
from vedette.server.targets.services import switches
from vedette.server.targets.services.permits import permit, record
from vedette.server.targets.values import FieldError, choice_of, text_of
from vedette.server.tenancy.actor import Actor

MAX_DETECTORS = 50
_STATUS = re.compile(r"[1-5][0-9]{2}")


def _value(value: object) -> str:
    text = text_of(value, rules.MAX_URL).strip()
    if not text:
        raise FieldError("This field may not be blank.")
    return text


_READERS: dict[str, Callable[[Any], str]] = {
    "kind": lambda value: choice_of(value, DETECTOR_KINDS),
    "value": _value,
}


def add(actor: Actor, target: Target, *, kind: object, value: object) -> LogoutDetector:
    """Adds a detector. Raises Invalid, NotAllowed, NotFound."""
    values = _read({"kind": kind, "value": value})
    _judge(values)
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        if LogoutDetector.objects.filter(target=locked).count() >= MAX_DETECTORS:
            raise Invalid(fields={"value": [f"A target has at most {MAX_DETECTORS} log-out detectors."]})
        row = LogoutDetector.objects.create(target=locked, **values)
        _record("logout_detector.created", actor, locked, row, after=values)
    return row


def change(actor: Actor, row: LogoutDetector, **fields: Any) -> LogoutDetector:
    """Changes kind and value, as far as they are given."""
    values = _read(fields)
    with transaction.atomic():
        locked = permit(actor, row.target, lock=True)
        found = _fresh(row, locked)
        before = {"kind": found.kind, "value": found.value}
        _judge({**before, **values})
        for name, value in values.items():
            setattr(found, name, value)
        found.save()
        _record("logout_detector.changed", actor, locked, found, before=before, after={**before, **values})
    return found


def remove(actor: Actor, row: LogoutDetector) -> None:
    """Removes a detector; with the last one, log-out detection goes off."""
    with transaction.atomic():
        locked = permit(actor, row.target, lock=True)
        found = _fresh(row, locked)
        _record("logout_detector.deleted", actor, locked, found, before={"kind": found.kind, "value": found.value})
        found.delete()
        switches.settle(actor, locked)


def _read(fields: Mapping[str, Any]) -> dict[str, str]:
    wrong: dict[str, list[str]] = {}
    values: dict[str, str] = {}
    for name, value in fields.items():
        try:
            values[name] = _READERS[name](value)
        except FieldError as error:
            wrong["type" if name == "kind" else name] = [str(error)]
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _judge(values: Mapping[str, str]) -> None:
    """Whether the value can be one of its kind. An address may be a part of one, or a pattern."""
    kind, value = values["kind"], values["value"]
    if kind == "status_code" and not _STATUS.fullmatch(value):
        raise Invalid(fields={"value": ["Enter a status between 100 and 599."]})
    if kind == "header" and not value.partition(":")[0].strip():
        raise Invalid(fields={"value": ["Enter a header: Name, or Name: value."]})


def _fresh(row: LogoutDetector, target: Target) -> LogoutDetector:
    found = LogoutDetector.objects.filter(pk=row.pk, target=target).first()
    if found is None:
        raise NotFound
    return found


def _record(kind: str, actor: Actor, target: Target, row: LogoutDetector, **parts: dict[str, Any]) -> None:
    record(kind, actor, target, thing="logout_detector", public_id=row.public_id, name=row.value[:100], **parts)
