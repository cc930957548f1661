"""A value in the form of the XML that its OpenAPI schema describes: attributes, names, wrappers and namespaces."""

from __future__ import annotations

from typing import Any

from vedette.engine.parse.flattening import flattened
from vedette.engine.parse.references import Document

MAX_DEPTH = 12


class XmlShape:
    """Puts a value into form: attributes begin with `@`, elements bear their XML names. `renamed` are the names given,
    each with that of the schema."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.renamed: dict[str, str] = {}

    def of(self, schema: Any, value: Any, depth: int = 0) -> Any:
        """The value of an element whose content a schema describes."""
        if depth > MAX_DEPTH or not isinstance(value, dict) or "$file" in value:
            return value
        properties = flattened(self._document, schema, value).get("properties", {})
        made: dict[str, Any] = {}
        for key, item in value.items():
            self._add(made, str(key), properties.get(key), item, depth)
        return made

    def root(self, name: str, schema: Any, value: Any) -> dict[str, Any]:
        """The document of a value: its root's name under `$xml`, its content under `$value`."""
        told = _xml(self._document.resolve(schema))
        if isinstance(value, list):
            inner: dict[str, Any] = {}
            self._items(inner, name, self._document.resolve(schema), value, 0)
            return {"$xml": _named(told, name), "$value": inner}
        made = self.of(schema, value)
        return {"$xml": _named(told, name), "$value": {**_spaces(told), **made} if isinstance(made, dict) else made}

    def _add(self, made: dict[str, Any], key: str, schema: Any, value: Any, depth: int) -> None:
        told = _xml(schema)
        name = _named(told, key)
        if told.get("attribute") is True and not isinstance(value, (dict, list)):
            made[self._known(f"@{name}", key)] = value
        elif not isinstance(value, list):
            inner = self.of(schema, value, depth + 1)
            made[self._known(name, key)] = {**_spaces(told), **inner} if isinstance(inner, dict) else inner
        elif told.get("wrapped") is True:
            wrapper: dict[str, Any] = _spaces(told)
            self._items(wrapper, name, schema, value, depth)
            made[name] = wrapper
        else:
            self._items(made, key, schema, value, depth)

    def _items(self, made: dict[str, Any], name: str, schema: Any, values: list[Any], depth: int) -> None:
        inner = flattened(self._document, schema).get("items")
        told = _xml(self._document.resolve(inner)) | _xml(inner)
        made[self._known(_named(told, name), name)] = [self.of(inner, one, depth + 1) for one in values]

    def _known(self, name: str, key: str) -> str:
        if name != key:
            self.renamed[name] = key
        return name


def _xml(schema: Any) -> dict[str, Any]:
    told = schema.get("xml") if isinstance(schema, dict) else None
    return told if isinstance(told, dict) else {}


def _named(told: dict[str, Any], key: str) -> str:
    name, prefix = told.get("name"), told.get("prefix")
    plain = name if isinstance(name, str) and name else key
    return f"{prefix}:{plain}" if isinstance(prefix, str) and prefix else plain


def _spaces(told: dict[str, Any]) -> dict[str, Any]:
    space, prefix = told.get("namespace"), told.get("prefix")
    if not isinstance(space, str) or not space:
        return {}
    return {f"@xmlns:{prefix}" if isinstance(prefix, str) and prefix else "@xmlns": space}
