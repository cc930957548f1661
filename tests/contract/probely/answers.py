"""Judges answers by the OpenAPI document: they hold what it says, and nothing that it does not know."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from functools import cache
from typing import Any

import jsonschema

from tests.contract.probely.table import document, documented, key_of, shape_of


def faults(shape: str, answer: Any) -> list[str]:
    """What is wrong with an answer of this shape, as the table names shapes. Empty when nothing is."""
    if shape == "-":
        return [] if answer is None else ["there is a body"]
    if "/" in shape:
        return [] if answer is not None else ["there is no body"]
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator(shape).iter_errors(answer)]


def undocumented(method: str, path: str, status: int, media: str, body: bytes) -> list[str]:
    """What is wrong with an answer of an operation of the document."""
    answers = documented()[key_of(method, path)]["responses"]
    answer = answers.get(str(status)) or answers["default"]
    if not body:
        return [] if shape_of(answer) == "-" else [f"there is no body with {status}"]
    kind = media.partition(";")[0].strip()
    if not any(fnmatch(kind, one) for one in answer.get("content", {})):
        return [f"{media} is not documented"]
    return faults(shape_of(answer), json.loads(body)) if kind == "application/json" else []


@cache
def _validator(shape: str) -> jsonschema.Draft202012Validator:
    name = shape.strip("[]")
    known: Any = {} if name == "any" else {"type": name}
    if name in document()["components"]["schemas"]:
        known = {"$ref": f"#/components/schemas/{name}"}
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
