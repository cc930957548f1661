"""The store of credentials: added, changed, deleted; used by reference, so that one change reaches all targets."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock, sealing
from vedette.server.kernel.errors import Conflict, Invalid, NotFound
from vedette.server.kernel.ids import new_id
from vedette.server.targets import queries, references, rules
from vedette.server.targets.logins import MAX_PAIR_VALUE
from vedette.server.targets.models import Credential, Target
from vedette.server.targets.services import credential_uses, stored_values
from vedette.server.targets.values import FieldError, flag_of, text_of
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Team

PERMISSION = "credentials.change"
_NAMED = 10
_KEEP: Any = object()


def create(
    actor: Actor, *, name: object, value: object, desc: object = "", sensitive: object = True, team: str = ""
) -> Credential:
    """Stores a credential; `team` is a public id, empty for the whole account. Raises Invalid, NotAllowed."""
    given = _read({"name": name, "value": value, "desc": desc, "sensitive": sensitive})
    found = _team(actor, team)
    _require(actor, found)
    text = given.pop("value")
    row = Credential(
        public_id=new_id(),
        organisation=actor.organisation,
        team=found,
        changed_by=actor.user,
        changed_by_key=actor.own_key,
        **given,
    )
    _seal(row, text)
    with transaction.atomic():
        _save(row)
        _record("credential.created", actor, row, after=_snapshot(row))
    return row


def change(actor: Actor, row: Credential, *, team: str | None = None, **fields: Any) -> Credential:
    """Changes the fields given: name, value, desc, sensitive, team (a public id, empty for the whole account). What is
    shown in the place of a secret value leaves it as it is. A sensitive value becomes readable only by being given
    anew. Raises Invalid, NotAllowed, Conflict `in_use` for a team to which targets that use it do not belong."""
    if sealing.is_obfuscated(str(fields.get("value"))):
        del fields["value"]
    given = _read(fields)
    with transaction.atomic():
        locked = _lock(actor, row)
        before = _snapshot(locked)
        if locked.sensitive and given.get("sensitive") is False and "value" not in given:
            raise Invalid(fields={"is_sensitive": ["Give the value anew to make it readable."]})
        text = given.pop("value", None)
        for name, value in given.items():
            setattr(locked, name, value)
        if team is not None:
            _move(actor, locked, _team(actor, team))
        if text is not None:
            _seal(locked, text)
        after = _snapshot(locked)
        if text is None and after == before:
            return locked
        locked.changed_at, locked.changed_by, locked.changed_by_key = clock.now(), actor.user, actor.own_key
        _save(locked)
        _record("credential.changed", actor, locked, before=before, after=after, data={"replaced": text is not None})
    return locked


def delete(actor: Actor, row: Credential) -> None:
    """Deletes a credential that no target uses. Raises NotAllowed, Conflict `in_use` with the targets."""
    with transaction.atomic():
        locked = _lock(actor, row)
        used = credential_uses.users(locked)
        if used:
            raise _in_use(actor, used, "Targets use this credential")
        _record("credential.deleted", actor, locked, before=_snapshot(locked))
        locked.delete()


def _move(actor: Actor, row: Credential, team: Team | None) -> None:
    if (team.pk if team else None) == row.team_id:
        return
    _require(actor, team)
    if team is not None:
        outside = [one for one in credential_uses.users(row) if not one.teams.filter(pk=team.pk).exists()]
        if outside:
            raise _in_use(actor, outside, f"Targets outside the team {team.name} use this credential")
    row.team = team


def _in_use(actor: Actor, used: list[Target], what: str) -> Conflict:
    """Names those that the actor may see, and counts the others."""
    seen = set(queries.for_actor(actor).filter(pk__in=[one.pk for one in used]).values_list("pk", flat=True))
    shown = [one for one in used if one.pk in seen]
    named = [f"{one} ({one.public_id})" for one in shown[:_NAMED]]
    if len(used) > len(named):
        named.append(f"{len(used) - len(named)} more, archived or not to be seen by you")
    data = {"targets": [one.public_id for one in shown]}
    return Conflict("in_use", f"{what}: {', '.join(named)}.", data)


def _read(given: dict[str, Any]) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for name, value in given.items():
        try:
            found[name] = _READERS[name](value)
        except FieldError as error:
            wrong[_WIRE.get(name, name)] = [str(error)]
    if wrong:
        raise Invalid(fields=wrong)
    return found


def _name(value: object) -> str:
    text = text_of(value, rules.MAX_NAME).strip()
    if not text:
        raise FieldError("This field may not be blank.")
    return text


def _value(value: object) -> str:
    text = text_of(value, MAX_PAIR_VALUE)
    if not text:
        raise FieldError("This field may not be blank.")
    if any(ord(one) < 0x20 for one in text):
        raise FieldError("Control characters are not allowed.")
    if references.ids_in(text):
        raise FieldError("A credential cannot refer to another one.")
    return text


_READERS = {
    "name": _name,
    "value": _value,
    "desc": lambda value: text_of(value, rules.MAX_DESC),
    "sensitive": flag_of,
}
_WIRE = {"desc": "description", "sensitive": "is_sensitive"}


def _team(actor: Actor, public_id: str) -> Team | None:
    if not public_id:
        return None
    try:
        return tenancy.get_team(actor, public_id)
    except NotFound:
        raise Invalid(fields={"team": ["There is no such team."]}) from None


def _require(actor: Actor, team: Team | None) -> None:
    actor.require(PERMISSION, team_ids=(team.pk,) if team else ())


def _lock(actor: Actor, row: Credential) -> Credential:
    rows = Credential.objects.select_related("organisation", "team").filter(organisation=actor.organisation)
    locked = rows.select_for_update(of=("self",), no_key=True).filter(pk=row.pk).first()
    if locked is None:
        raise NotFound
    _require(actor, locked.team)
    return locked


def _seal(row: Credential, value: str) -> None:
    place = {"table": stored_values.TABLE, "public_id": row.public_id, "column": stored_values.COLUMN}
    row.sealed = tenancy.seal(row.organisation, value, **place)


def _save(row: Credential) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid(fields={"name": ["A credential with this name exists already."]}) from None


def _snapshot(row: Credential) -> dict[str, Any]:
    team = row.team.name if row.team else ""
    return {"name": row.name, "desc": row.desc, "sensitive": row.sensitive, "team": team}


def _record(kind: str, actor: Actor, row: Credential, **parts: Any) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=row.organisation,
        object_kind="credential",
        object_id=row.public_id,
        object_name=row.name,
        **parts,
    )
