"""Judges answers by the OpenAPI document: they hold what it says, and nothing that it does not know."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema

from tests.contract.probely.table import document


def faults(shape: str, answer: Any) -> list[str]:
    """What is wrong with an answer of this shape, as the table names shapes. Empty when nothing is."""
    if shape == "-":
        return [] if answer is None else ["there is a body"]
    if "/" in shape:
        return [] if answer is not None else ["there is no body"]
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator(shape).iter_errors(answer)]


@cache
def _validator(shape: str) -> jsonschema.Draft202012Validator:
    name = shape.strip("[]")
    known: Any = {"$ref": f"#/components/schemas/{name}"} if name else {"type": "string"}
    root = {"type": "array", "items": known} if shape.startswith("[") else known
    return jsonschema.Draft202012Validator({**root, "components": _strict(document()["components"])})


def _strict(schema: Any) -> Any:
    """The schema in the words of JSON Schema, whose objects take no names but their own."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _strict(value) for name, value in schema.items() if name not in ("nullable", "readOnly")}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    if schema.get("nullable") is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made
