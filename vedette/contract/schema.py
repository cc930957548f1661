"""The JSON schema (draft 2020-12) of any record, drawn from the record itself."""

from __future__ import annotations

import dataclasses
import types
import typing
from enum import Enum
from typing import Any

from vedette.contract import events, wire
from vedette.contract.job import SCHEMA

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", bytes: "string", type(None): "null"}


def schema_of(cls: type, title: str = "") -> dict[str, Any]:
    """The schema of one record with the records it holds under `$defs`."""
    found: dict[str, Any] = {}
    root = _describe(cls, found)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title or cls.__name__,
        "version": SCHEMA,
        **root,
        "$defs": dict(sorted(found.items())),
    }


def _describe(hint: Any, found: dict[str, Any]) -> dict[str, Any]:
    if hint is Any:
        return {}
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_describe(arg, found) for arg in args]}
    if origin is dict:
        return {"type": "object", "additionalProperties": _describe(args[1], found)}
    if origin is tuple and args[-1] is not Ellipsis:
        items = [_describe(arg, found) for arg in args]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin in (list, tuple):
        return {"type": "array", "items": _describe(args[0], found)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [item.value for item in hint]}
    if hint is events.Event:
        return {"oneOf": [_describe(cls, found) for cls in wire.event_kinds().values()]}
    return _reference(hint, found)


def _reference(cls: Any, found: dict[str, Any]) -> dict[str, Any]:
    name = cls.__name__
    if name not in found:
        found[name] = {}  # holds the place, for records that hold themselves
        hints = typing.get_type_hints(cls)
        fields = dataclasses.fields(cls)
        properties = {field.name: _describe(hints[field.name], found) for field in fields}
        if issubclass(cls, events.Event):
            properties = {"kind": {"const": cls.kind}, **properties}
        required = [
            field.name
            for field in fields
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        ]
        found[name] = {
            "type": "object",
            "description": (cls.__doc__ or "").strip().split("\n")[0],
            "properties": properties,
            "required": required,
        }
    return {"$ref": f"#/$defs/{name}"}
