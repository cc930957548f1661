"""The table of this dialect's operations: `operations.tsv` holds what the vendor documents, one line each, and
`older.tsv` what only clients and older documents know.

A line has seven columns with a tab between them: method, path, status of success, shape of the answer, permission,
kind, service.

- The shape is a name of the OpenAPI document, `[Name]` for a list of it, `string`, `object` or `any` for what has none,
  a media type, or `-` for no body.
- The permission is what the caller must hold: a name of `tenancy/rules.py`, `any` for every valid key, `secret` where
  the address itself is one.
- The kind says what stands behind an answer: `effect` (it does something that is seen elsewhere), `derived` (made of
  what other calls left), `constant-by-nature` (the same for everybody), `later` (not routed yet).
- The service is what an effect rests on, below `vedette.server`.

A new operation: its line here, and its exercise in `exercises/`. `python -m tests.contract.probely.table` counts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vedette.server import api

LISTED = 371
"""As many operations the vendor documents."""
KINDS = ("effect", "derived", "constant-by-nature", "later")
ROUTED = KINDS[:-1]
_HERE = Path(__file__).parent
_NAME = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Row:
    """One operation."""

    method: str
    path: str
    code: int
    shape: str
    permission: str
    kind: str
    service: str

    @property
    def key(self) -> str:
        """Method and path, whatever the names in it are: `GET /targets/{}/`."""
        return key_of(self.method, self.path)


def key_of(method: str, path: str) -> str:
    """Method and path without the names in it."""
    return f"{method.upper()} {_NAME.sub('{}', path).rstrip('/')}/"


def _read(name: str) -> tuple[Row, ...]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple(Row(method, path, int(code), *rest) for method, path, code, *rest in cells)


@cache
def listed() -> tuple[Row, ...]:
    """What the vendor documents."""
    return _read("operations.tsv")


@cache
def older() -> tuple[Row, ...]:
    """What only clients and older documents know, as far as it is routed."""
    return _read("older.tsv")


def routed() -> list[Row]:
    """All rows that are more than a plan."""
    return [row for row in (*listed(), *older()) if row.kind in ROUTED]


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of the dialect."""
    found: dict[str, Any] = json.loads((Path(api.__path__[0]) / "probely" / "openapi.json").read_text("utf-8"))
    return found


@cache
def documented() -> dict[str, dict[str, Any]]:
    """The operations of the document by their keys."""
    return {
        key_of(method, path): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def shape_of(answer: dict[str, Any]) -> str:
    """How the table names an answer of the document."""
    for media, content in answer.get("content", {}).items():
        if media != "application/json":
            return str(media)
        schema = content["schema"]
        item = schema.get("items", schema)
        name = str(item.get("$ref", item.get("type", "any"))).rpartition("/")[2]
        return f"[{name}]" if schema.get("type") == "array" else name
    return "-"


def told() -> str:
    """How many of the vendor's operations there are of each kind."""
    counted = Counter(row.kind for row in listed())
    lines = [f"{kind:20}{counted[kind]:4}/{LISTED}" for kind in KINDS]
    return "\n".join([*lines, f"{'older addresses':20}{len(older()):4}"])


if __name__ == "__main__":
    print(told())
