"""Lists of targets as files: JSON as this dialect shows targets, or a table with a column `url`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from rest_framework.exceptions import ValidationError

from vedette.server.api.probely.schemas.target import TargetSchema
from vedette.server.api.probely.shapes import target as shape
from vedette.server.kernel.errors import Invalid

_SITE = ("url", "name", "desc")
_PLAIN = ("type", "scan_profile")
_SEVERAL = ("labels", "teams")
_BETWEEN = ";"
"""Stands between the labels, or the teams, of one cell."""
_FORMULA = ("'=", "'+", "'-", "'@")

Body = Mapping[str, Any]


def bodies(content: bytes) -> list[Body]:
    """The targets in a file, each as the body that would add it alone. Raises Invalid under `file`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong("The file is no text in UTF-8.") from None
    if "\0" in text:
        raise _wrong("Null characters are not allowed.")
    return _objects(text) if text.lstrip()[:1] in ("[", "{") else _lines(text)


def values(body: Body, team_of: Callable[[str], str], check: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
    """What the targets room takes; `team_of` gives the id for the name or id of a team, `check` looks at what was read.
    Raises Invalid."""
    named = [team_of(one) if isinstance(one, str) else one for one in body.get("teams") or ()]
    given = TargetSchema(data={**body, "teams": named} if named else body)
    try:
        given.is_valid(raise_exception=True)
    except ValidationError as error:
        raise Invalid(fields=_flat(error.detail)) from None
    check(given.validated_data)
    return shape.changes(given.validated_data)


def _objects(text: str) -> list[Body]:
    try:
        found = json.loads(text)
        text.encode()
    except (ValueError, RecursionError):
        raise _wrong("The file is no JSON that could be read.") from None
    rows = found.get("results") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _wrong("Give a list of targets, or an object with such a list as its results.")
    return [row if "site" in row else _body(row) for row in rows]


def _lines(text: str) -> list[Body]:
    first = text.partition("\n")[0]
    between = max((",", ";", "\t"), key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=between, restkey="")
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        rows = list(reader)
    except csv.Error:
        raise _wrong("The file is no table that could be read.") from None
    if "url" not in names:
        raise _wrong("The first line names the columns; one of them must be url.")
    return [_body({name: _cell(one) for name, one in row.items() if isinstance(one, str)}) for row in rows]


def _cell(text: str) -> str:
    # Tables of ours have a sign in front of what a spreadsheet would take for a formula.
    text = text.strip()
    return text[1:] if text.startswith(_FORMULA) else text


def _body(row: Mapping[str, Any]) -> Body:
    """The body for a plain row; empty cells say nothing."""
    known = {name: value for name, value in row.items() if value not in ("", None)}
    found: dict[str, Any] = {"site": {name: known[name] for name in _SITE if name in known}}
    found |= {name: known[name] for name in _PLAIN if name in known}
    for name in _SEVERAL:
        if name in known:
            found[name] = _several(known[name])
    if "labels" in found:
        found["labels"] = [{"name": one} if isinstance(one, str) else one for one in found["labels"]]
    return found


def _several(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [one.strip() for one in value.split(_BETWEEN) if one.strip()]
    return value if isinstance(value, list) else [value]


def _flat(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Faults under their paths: `{"site": {"url": [...]}}` becomes `site.url`."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            found |= _flat(inner, f"{path}.{name}" if path else str(name))
        return found
    if isinstance(detail, list) and any(isinstance(one, dict) for one in detail):
        texts = [text for one in detail for inner in _flat(one).values() for text in inner]
        return {path: texts}
    return {path: [str(one) for one in detail]}


def _wrong(message: str) -> Invalid:
    return Invalid(fields={"file": [message]})
