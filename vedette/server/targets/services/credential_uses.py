"""Where stored credentials are used, and whether they may be: read from what is sealed, so that it is never out of
date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import Model

from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.targets import credentials, references, rules, steps
from vedette.server.targets.models import Credential, RequestSetting, Sequence, Target, TargetSecret
from vedette.server.targets.services import request_settings, secrets, stored_values
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor

_PLACES: tuple[tuple[type[Model], str, str], ...] = (
    (TargetSecret, secrets.TABLE, secrets.COLUMN),
    (RequestSetting, request_settings.TABLE, request_settings.COLUMN),
    (Sequence, steps.TABLE, steps.COLUMN),
)
_WRONG = "There is no such credential for this target."


def check(
    actor: Actor, target: Target, values: Mapping[str, Any], path_of: Callable[[str], str] = rules.path_of
) -> None:
    """Raises Invalid, under the paths of the settings, for references that are new in the target and name no credential
    that the actor may see and the target may use. Whoever repeats what stands there needs no right to it. Part of the
    caller's transaction."""
    broken = [name for name, one in values.items() if references.is_broken(one)]
    if broken:
        raise Invalid(fields={path_of(name): [_WRONG] for name in broken})
    wanted = references.ids_in(values)
    new = wanted - of_target(target) if wanted else wanted
    if not new:
        return
    seen = set(credentials.for_actor(actor).filter(public_id__in=new).values_list("pk", flat=True))
    rows = stored_values.usable(target).filter(pk__in=seen).order_by("pk")
    # Whoever deletes one of them at this moment holds or waits for the same row.
    wrong = new - {row.public_id for row in rows.select_for_update(of=("self",), no_key=True)}
    if wrong:
        raise Invalid(
            fields={path_of(name): [_WRONG] for name, one in values.items() if references.ids_in(one) & wrong}
        )


def require(target: Target) -> None:
    """Raises Conflict `credential_missing` when the target refers to a credential that it may not use (any more)."""
    wanted = of_target(target)
    if not wanted:
        return
    found = stored_values.usable(target).filter(public_id__in=wanted).values_list("public_id", flat=True)
    missing = sorted(wanted - set(found))
    if missing:
        named = ", ".join(references.uri(one) for one in missing)
        message = f"The target's settings refer to what it may not use, or what is gone: {named}."
        raise Conflict("credential_missing", message, {"credentials": missing})


def of_target(target: Target) -> frozenset[str]:
    """The ids of the credentials to which the settings of a target refer."""
    # By its relations, which whoever starts many scans has read for all of the targets at once.
    rows = {
        TargetSecret: target.secrets.all(),
        RequestSetting: target.request_settings.all(),
        Sequence: target.sequences.all(),
    }
    found: frozenset[str] = frozenset()
    for model, table, column in _PLACES:
        for row in rows[model]:
            found |= references.ids_in(_text(target, row, table, column))
    return found


def users(credential: Credential) -> list[Target]:
    """The targets that use a credential, archived ones included, by id."""
    texts = _texts(target__organisation=credential.organisation_id, target__deleted_at=None)
    found = {target.pk: target for target, text in texts if credential.public_id in references.ids_in(text)}
    return [found[pk] for pk in sorted(found)]


def _texts(**which: Any) -> Iterator[tuple[Target, str]]:
    for model, table, column in _PLACES:
        rows: Any = model._default_manager.select_related("target__organisation").filter(**which)
        for row in rows.order_by("pk").iterator():
            yield row.target, _text(row.target, row, table, column)


def _text(target: Target, row: Any, table: str, column: str) -> str:
    place = {"table": table, "public_id": row.public_id, "column": column}
    return tenancy.unseal(target.organisation, row.sealed, **place).decode()
