"""The description of an API as somebody hands it in: kept sealed, given back, and told to a job as it is."""

from __future__ import annotations

import json

from django.db import transaction

from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.kernel.ids import new_id
from vedette.server.targets.api_settings import NAME
from vedette.server.targets.models import ApiDescription, Target
from vedette.server.targets.rules import MAX_NAME
from vedette.server.targets.services.permits import permit, record
from vedette.server.targets.values import storable
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor

TABLE = "api_description"
COLUMN = "text"
MAX_BYTES = 4 * 1024 * 1024
_ARCHIVE = (b"PK\x03\x04", b"\x1f\x8b")
_FILE = "api_schema_file"
JSON, YAML = "application/json", "application/yaml"


def store(actor: Actor, target: Target, *, name: str, content: bytes) -> ApiDescription:
    """Keeps a description in the place of the one before. What stands in it is judged by the scan; here it must be
    text. Raises Invalid under `file`, NotAllowed, NotFound."""
    text = _text(content)
    shown = (name if storable(name) else "")[:MAX_NAME] or "description"
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        if locked.kind != "api":
            raise Invalid(fields={"file": ["Only a target of type api has a description."]})
        ApiDescription.objects.filter(target=locked).delete()
        public_id = new_id()
        sealed = tenancy.seal(locked.organisation, text, table=TABLE, public_id=public_id, column=COLUMN)
        row = ApiDescription.objects.create(
            public_id=public_id,
            target=locked,
            name=shown,
            media_type=_media_type(text),
            size=len(content),
            sealed=sealed,
        )
        _name(locked, shown)
        _record("api_description.stored", actor, locked, row)
    return row


def remove(actor: Actor, target: Target) -> None:
    """Takes the description away. Raises NotFound when there is none."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        row = of(locked)
        if row is None:
            raise NotFound
        _record("api_description.deleted", actor, locked, row)
        row.delete()
        _name(locked, "")


def of(target: Target) -> ApiDescription | None:
    """The description of a target, if somebody handed one in."""
    found: ApiDescription | None = getattr(target, "description", None)
    return found


def read(actor: Actor, target: Target) -> str:
    """The text, for those who may change the target: it may hold credentials. Raises NotAllowed, NotFound."""
    return text_of(permit(actor, target))


def text_of(target: Target) -> str:
    """Its text; empty for none."""
    row = of(target)
    if row is None:
        return ""
    return tenancy.unseal(target.organisation, row.sealed, table=TABLE, public_id=row.public_id, column=COLUMN).decode()


def _name(target: Target, name: str) -> None:
    """Notes the name of the file among the settings, so that lists need not ask for it."""
    known = {key: value for key, value in (target.settings.get(NAME) or {}).items() if key != _FILE}
    known |= {_FILE: name} if name else {}
    rest = {key: value for key, value in target.settings.items() if key != NAME}
    target.settings = {**rest, NAME: known} if known else rest
    target.save(update_fields=("settings",))


def _text(content: bytes) -> str:
    if not content.strip():
        raise Invalid(fields={"file": ["The submitted file is empty."]})
    if len(content) > MAX_BYTES:
        raise Invalid(fields={"file": [f"A description has at most {MAX_BYTES // 1024 // 1024} MiB."]})
    if content.startswith(_ARCHIVE):
        raise Invalid(fields={"file": ["Archives are not opened: bundle the description into one JSON or YAML file."]})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(fields={"file": ["A description is text in UTF-8."]}) from None


def _media_type(text: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return YAML
    return JSON


def _record(kind: str, actor: Actor, target: Target, row: ApiDescription) -> None:
    parts = {"name": row.name, "size": row.size}
    record(kind, actor, target, thing=TABLE, public_id=row.public_id, name=row.name, after=parts)
