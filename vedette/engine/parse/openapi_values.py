"""Values that fit a schema: from its examples, its bounds, its format and its names. Same schema, same value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.engine.parse import fill, regexfill
from vedette.engine.parse.forms import Field
from vedette.engine.parse.references import Document
from vedette.engine.parse.tree_text import bounded

MAX_DEPTH = 10
MAX_NODES = 400
MAX_ITEMS = 5
_FORMATS = {
    "date": "2024-05-17",
    "date-time": "2024-05-17T10:30:00Z",
    "time": "10:30:00Z",
    "duration": "P1D",
    "email": "jane.doe@example.com",
    "idn-email": "jane.doe@example.com",
    "hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://www.example.com/",
    "url": "https://www.example.com/",
    "uri-reference": "/",
    "uuid": "6f1c2b9e-3d54-4a7b-9c1e-2f8a5d7e9b10",
    "byte": "c2FtcGxl",
    "binary": "sample",
    "password": fill.PASSWORD,
    "phone": "5550100234",
}
_WEIGHTED = ("oneOf", "anyOf")


class Sampler:
    """Makes the values of one operation. `given` are those that whoever ordered the scan chose, by name; the names
    that were used are noted in `used`. At most MAX_NODES parts of schemas are looked at."""

    def __init__(self, document: Document, given: Mapping[str, Any]) -> None:
        self._document = document
        self._given = given
        self._left = MAX_NODES
        self.used: set[str] = set()

    def value(self, schema: Any, name: str = "", *, lean: bool = False) -> Any:
        """A value for a schema; `name` is what it is called where it stands. With `lean` objects hold only what they
        require."""
        return self._value(schema, name, lean, 0)

    def parameter(self, name: str, holder: Mapping[str, Any], schema: Any) -> Any:
        """The value of a parameter or header: given, from the example beside its schema, or from the schema."""
        if name in self._given:
            self.used.add(name)
            return self._given[name]
        found, example = example_beside(holder, self._document)
        return example if found else self._value(schema, name, False, 0)

    def names(self, schema: Any) -> list[str]:
        """The names of the properties that a schema tells, those of nested objects included."""
        found: dict[str, None] = {}
        self._names(schema, found, 0)
        return list(found)

    def _names(self, schema: Any, found: dict[str, None], depth: int) -> None:
        flat = self._flat(schema, 0)
        if depth > 4 or self._left <= 0:
            return
        for name, inner in flat.get("properties", {}).items():
            found.setdefault(str(name))
            self._names(inner, found, depth + 1)
        if isinstance(flat.get("items"), dict):
            self._names(flat["items"], found, depth + 1)

    def _value(self, schema: Any, name: str, lean: bool, depth: int) -> Any:
        if name in self._given and name:
            self.used.add(name)
            return self._given[name]
        flat = self._flat(schema, 0)
        found, value = told(flat)
        if found and not (lean and isinstance(value, dict)):
            return value
        kind = kind_of(flat)
        if depth > MAX_DEPTH or self._left <= 0:
            return {} if kind == "object" else [] if kind == "array" else "test"
        if kind == "object":
            return self._object(flat, lean, depth)
        if kind == "array":
            count = min(max(1, whole(flat.get("minItems"), 1)), MAX_ITEMS)
            return [self._value(flat.get("items"), name, lean, depth + 1) for _ in range(count)]
        return scalar(flat, kind, name)

    def _object(self, flat: dict[str, Any], lean: bool, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        required = [name for name in flat.get("required", []) if isinstance(name, str)]
        for name, inner in flat.get("properties", {}).items():
            if lean and name not in required:
                continue
            resolved = self._document.resolve(inner)
            if isinstance(resolved, dict) and resolved.get("readOnly") is True and name not in required:
                continue
            made[str(name)] = self._value(inner, str(name), lean, depth + 1)
        extra = flat.get("additionalProperties")
        if not made and isinstance(extra, dict) and not lean:
            made["key"] = self._value(extra, "key", lean, depth + 1)
        return made

    def _flat(self, schema: Any, depth: int) -> dict[str, Any]:
        """The schema without references and combinations: of alternatives the first, of parts all."""
        self._left -= 1
        node = self._document.resolve(schema)
        if not isinstance(node, dict) or depth > MAX_DEPTH or self._left <= 0:
            return {}
        flat = {key: value for key, value in node.items() if key not in ("allOf", *_WEIGHTED)}
        if not isinstance(flat.get("properties", {}), dict):
            flat["properties"] = {}
        if not isinstance(flat.get("required", []), list):
            flat["required"] = []
        parts = list(_listed(node.get("allOf")))
        parts += [part for word in _WEIGHTED for part in _chosen(_listed(node.get(word)))]
        for part in parts:
            _merge(flat, self._flat(part, depth + 1))
        return flat


def example_beside(holder: Mapping[str, Any], document: Document) -> tuple[bool, Any]:
    """Whether a parameter or media type has an example of its own, and it."""
    if "example" in holder:
        return True, bounded(holder["example"])
    examples = holder.get("examples")
    for one in examples.values() if isinstance(examples, dict) else ():
        resolved = document.resolve(one)
        if isinstance(resolved, dict) and "value" in resolved:
            return True, bounded(resolved["value"])
    return False, None


def told(schema: Mapping[str, Any]) -> tuple[bool, Any]:
    """Whether a schema tells a value itself, and it."""
    for word in ("example", "x-example"):
        if word in schema:
            return True, bounded(schema[word])
    for word in ("examples", "enum"):
        options = schema.get(word)
        if isinstance(options, list) and options:
            return True, bounded(next((option for option in options if option is not None), None))
    for word in ("const", "default"):
        if schema.get(word) is not None:
            return True, bounded(schema[word])
    return False, None


def kind_of(schema: Mapping[str, Any]) -> str:
    """The schema's type; of several the first that is not null. Told by what else it says when it names none."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "string")
    if isinstance(kind, str):
        return kind
    if schema.get("properties") or isinstance(schema.get("additionalProperties"), dict):
        return "object"
    if "items" in schema:
        return "array"
    numeric = any(word in schema for word in ("minimum", "maximum", "multipleOf"))
    return "number" if numeric else "string"


def scalar(schema: Mapping[str, Any], kind: str, name: str) -> Any:
    """A string, number or truth value within the schema's bounds."""
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    if kind in ("integer", "number"):
        return _number(schema, kind)
    if kind == "file":
        return {"$file": "sample\n"}
    text = _FORMATS.get(str(schema.get("format", "")), "")
    pattern = schema.get("pattern")
    shortest, longest = whole(schema.get("minLength"), 0), whole(schema.get("maxLength"), 0)
    if not text:
        one = Field(name, minlength=min(shortest, 2000), maxlength=longest)
        text = fill.value_for(one)
    if isinstance(pattern, str) and len(pattern) < 1000 and not _fits(pattern, text):
        text = regexfill.example(pattern) or text
    return text[:longest] if longest and not pattern else text


def whole(value: Any, otherwise: int) -> int:
    """The value when it is a whole number that a length may be, else the other."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000 else otherwise


def _fits(pattern: str, text: str) -> bool:
    # JSON Schema's patterns match anywhere unless they are anchored.
    left, right = ("" if pattern.startswith("^") else ".*"), ("" if pattern.endswith("$") else ".*")
    return regexfill.accepts(f"{left}(?:{pattern}){right}", text)


def _number(schema: Mapping[str, Any], kind: str) -> int | float:
    low, high = _bound(schema, "minimum", "exclusiveMinimum", 1), _bound(schema, "maximum", "exclusiveMaximum", -1)
    value: float = 1
    if low is not None and value < low:
        value = low
    if high is not None and value > high:
        value = high
    step = schema.get("multipleOf")
    if isinstance(step, (int, float)) and not isinstance(step, bool) and step > 0 and value / step < 1e12:
        value = -(-value // step) * step
    return int(value) if kind == "integer" or float(value).is_integer() else value


def _bound(schema: Mapping[str, Any], word: str, exclusive: str, by: int) -> float | None:
    strict, plain = schema.get(exclusive), schema.get(word)
    if isinstance(strict, (int, float)) and not isinstance(strict, bool) and abs(strict) < 1e15:
        return strict + by
    if not isinstance(plain, (int, float)) or isinstance(plain, bool) or abs(plain) >= 1e15:
        return None
    return plain + by if strict is True else plain


def _listed(value: Any) -> list[Any]:
    return value[:50] if isinstance(value, list) else []


def _chosen(options: list[Any]) -> list[Any]:
    """Of alternatives the first that is not nothing."""
    real = [one for one in options if not (isinstance(one, dict) and one.get("type") == "null")]
    return real[:1]


def _merge(flat: dict[str, Any], part: dict[str, Any]) -> None:
    flat["properties"] = {**part.get("properties", {}), **flat.get("properties", {})}
    flat["required"] = [*flat.get("required", []), *part.get("required", [])]
    for key, value in part.items():
        flat.setdefault(key, value)
