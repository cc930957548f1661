"""The log-in of an API by a folder of its Postman collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from vedette.contract.job import FolderLogin, Setting
from vedette.engine.parse import postman_folders
from vedette.server.kernel.errors import Invalid
from vedette.server.targets import api_settings, folder_logins, logins
from vedette.server.targets import protections as known
from vedette.server.targets.folder_logins import FAIL_FAST, FOLDER, MAPPING
from vedette.server.targets.models import Target
from vedette.server.targets.protections import POSTMAN
from vedette.server.targets.services import descriptions, protections
from vedette.server.targets.services.permits import permit
from vedette.server.tenancy.actor import Actor

_NO_COLLECTION = "Only an API that is described by a Postman collection can log in so."


def change(actor: Actor, target: Target, given: Mapping[str, Any], *, enabled: bool | None = None) -> Target:
    """Changes the settings given (names of `folder_logins.DEFAULTS`) and leaves the others. The first time, the log-in
    is switched on unless `enabled` says otherwise. Raises Invalid under their names or `enabled`; NotAllowed,
    NotFound."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        current = known.of(locked.settings, POSTMAN)
        if not current and not given.get(FOLDER) and not given.get(MAPPING):
            return protections.switch(actor, locked, POSTMAN, enabled=True) if enabled else locked
        found, faults = folder_logins.read(given, current)
        if not is_possible(locked):
            faults[FOLDER] = _NO_COLLECTION
        names = folders(locked)
        if FOLDER not in faults and names and found[FOLDER] not in names:
            faults[FOLDER] = f"The collection has no folder of this name, but: {', '.join(names[:20])}."
        if faults:
            raise Invalid(fields={name: [message] for name, message in faults.items()})
        on = enabled if enabled is not None else bool(current.get("enabled", True))
        if {"enabled": on, **found} != current:
            protections.keep(actor, locked, POSTMAN, {"enabled": on, **found})
    return locked


def is_possible(target: Target) -> bool:
    """Whether the target is described by a Postman collection."""
    return target.kind == "api" and api_settings.of(target.settings, "api_schema_type") == "postman"


def folders(target: Target) -> list[str]:
    """The folders of the collection that was handed in; none when it is only known by its address."""
    root = postman_folders.parsed(descriptions.text_of(target)) if is_possible(target) else None
    return postman_folders.folders(root) if root is not None else []


def folder_of(target: Target) -> FolderLogin | None:
    """What a job is told; None when nothing of it is in force."""
    if not known.is_on(target.settings, POSTMAN) or not is_possible(target):
        return None
    found = known.of(target.settings, POSTMAN)
    places = found[MAPPING] or {}
    return FolderLogin(
        name=found[FOLDER],
        mapping=tuple(Setting(name=name, value=place) for name, place in places.items()),
        fail_fast=found[FAIL_FAST],
        check_folder=logins.of(target.settings, logins.CHECK_FOLDER),
    )
