"""A log-in by a folder of a Postman collection, as a client says it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vedette.server.targets.logins import MAX_FOLDER, flag, plain_pairs
from vedette.server.targets.values import FieldError, text_of

MAX_PLACE = 1024

FOLDER, MAPPING, FAIL_FAST = "postman_auth_folder", "postman_auth_var_mapping", "fail_fast"
DEFAULTS: dict[str, Any] = {FOLDER: "", MAPPING: None, FAIL_FAST: False}
"""What stands where nothing was given. The mapping is an object: a variable to the place of its value in an answer (a
dotted path of JSON, `header:NAME` or `cookie:NAME`)."""


def folder_name(value: object) -> str:
    """The name of a folder, those of folders around it before it with slashes between. Raises FieldError."""
    return text_of(value, MAX_FOLDER).strip().strip("/")


def mapping(value: object) -> dict[str, str] | None:
    """Variables with the places of their values: an object, a list of names and values, or either as JSON text. Raises
    FieldError."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise FieldError("Expected an object of variables and places.") from None
    if value is None or value == "":
        return None
    rows = [{"name": name, "value": place} for name, place in value.items()] if isinstance(value, Mapping) else value
    found = {one.name: one.value.strip() for one in plain_pairs(rows)}
    for name, place in found.items():
        if not place or len(place) > MAX_PLACE:
            raise FieldError(f"Say where the value of {name} stands: data.token, header:X-Token or cookie:sid.")
    return found or None


_READERS = {FOLDER: folder_name, MAPPING: mapping, FAIL_FAST: flag(False)}


def read(given: Mapping[str, Any], current: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings given in the place of the current ones, and what is wrong with them, by name."""
    found = {name: current.get(name, default) for name, default in DEFAULTS.items()}
    faults: dict[str, str] = {}
    for name, reader in _READERS.items():
        if name in given:
            try:
                found[name] = reader(given[name])
            except FieldError as error:
                faults[name] = str(error)
    if not found[FOLDER]:
        faults.setdefault(FOLDER, "Name the folder whose requests log in.")
    return found, faults
