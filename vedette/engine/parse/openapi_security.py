"""What an OpenAPI operation asks for before it answers."""

from __future__ import annotations

from typing import Any

from vedette.engine.parse.operation import Secured
from vedette.engine.parse.references import Document

MAX_SCHEMES = 5


def secured_by(document: Document, operation: dict[str, Any]) -> tuple[Secured, ...]:
    """The first way in that an operation, or else the whole description, names; empty when it is open."""
    ways = operation.get("security", document.root.get("security"))
    if not isinstance(ways, list) or not ways or not all(ways):
        return ()
    first = ways[0]
    names = list(first)[:MAX_SCHEMES] if isinstance(first, dict) else []
    return tuple(one for name in names if (one := _scheme(document, str(name))) is not None)


def _scheme(document: Document, name: str) -> Secured | None:
    components = document.root.get("components")
    places = [components.get("securitySchemes") if isinstance(components, dict) else None]
    places.append(document.root.get("securityDefinitions"))
    node = next((document.resolve(place[name]) for place in places if isinstance(place, dict) and name in place), None)
    if not isinstance(node, dict):
        document.note(f"the security scheme {name[:100]} is not described")
        return None
    kind, scheme = str(node.get("type", "")).lower(), str(node.get("scheme", "")).lower()
    if kind == "basic" or (kind == "http" and scheme == "basic"):
        return Secured("basic", scheme=name)
    if kind == "apikey":
        place, header = str(node.get("in", "header")), str(node.get("name", "")) or "X-API-Key"
        if place == "header" and header.lower() == "authorization":
            return Secured("bearer", header, scheme=name)
        return Secured("key", header, place, name)
    return Secured("bearer", scheme=name)
