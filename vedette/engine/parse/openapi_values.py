"""Values that fit a schema: from its examples, its bounds, its format and its names. Same schema, same value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from vedette.engine.parse import fill, regexfill
from vedette.engine.parse.bounds import Bounds, bounds_of, fits, marked
from vedette.engine.parse.flattening import flattened, listed, reference_of
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
TELLING = ("example", "x-example", "examples", "enum", "const", "default")
"""Words by which a schema tells a value itself."""

_SHAPES = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"),
    "uuid": re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
}


class Sampler:
    """Makes the values of one operation. `given` are those that whoever ordered the scan chose, by name; the names
    that were used are noted in `used`, what is demanded of plain values in `bounds` by place and name. About MAX_NODES
    parts of schemas are looked at: what is not required is left out beyond them, and where a schema holds itself."""

    def __init__(self, document: Document, given: Mapping[str, Any]) -> None:
        self._document = document
        self._given = given
        self._left = MAX_NODES
        self._kept = 0
        self._open: list[str] = []
        self._place = "body"
        self.used: set[str] = set()
        self.bounds: dict[tuple[str, str], Bounds] = {}

    def value(self, schema: Any, name: str = "", *, lean: bool = False) -> Any:
        """A value for a schema; `name` is what it is called where it stands. With `lean` objects hold only what they
        require."""
        return self._value(schema, name, lean, 0)

    def parameter(self, name: str, holder: Mapping[str, Any], schema: Any, place: str = "") -> Any:
        """The value of a parameter or header: given, from the example beside its schema, or from the schema."""
        if name in self._given:
            self.used.add(name)
            return self._given[name]
        self._place = place
        found, example = example_beside(holder, self._document)
        made = self.fitted(schema, example, name) if found else self._value(schema, name, False, 0)
        self._place = "body"
        return made

    def fitted(self, schema: Any, example: Any, name: str = "") -> Any:
        """An example with what contradicts its schema put right: types, choices, what is missing, what only answers
        hold. Descriptions outlive their examples."""
        return self._fitted(schema, example, name, 0) if isinstance(schema, dict) and schema else example

    def names(self, schema: Any) -> list[str]:
        """The names of the properties that a schema tells, those of nested objects included."""
        found: dict[str, None] = {}
        self._names(schema, found, 0)
        return list(found)

    def _names(self, schema: Any, found: dict[str, None], depth: int) -> None:
        flat = self._flat(schema)
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
        flat = self._flat(schema)
        found, value = told(flat)
        if found and not (lean and isinstance(value, dict)):
            return self._fitted(schema, value, name, depth, lean)
        if depth > MAX_DEPTH or self._left <= -MAX_NODES:
            kind = kind_of(flat)
            return {} if kind == "object" else [] if kind == "array" else scalar(flat, kind, name)
        mark = reference_of(schema)
        self._open.append(mark)
        try:
            return self._made(flat, name, lean, depth)
        finally:
            self._open.pop()

    def _made(self, flat: dict[str, Any], name: str, lean: bool, depth: int) -> Any:
        kind = kind_of(flat)
        if kind == "object":
            return self._object(flat, lean, depth)
        if kind == "array":
            least = whole(flat.get("minItems"), 0)
            if not least and self._circles(flat.get("items")):
                return []
            most = max(1, whole(flat.get("maxItems"), MAX_ITEMS))
            count = min(max(1, least), MAX_ITEMS, most)
            items = [self._value(flat.get("items"), name, lean, depth + 1) for _ in range(count)]
            return unlike(items, self._flat(flat.get("items"))) if flat.get("uniqueItems") is True else items
        self._bound(flat, kind, name)
        return scalar(flat, kind, name)

    def _object(self, flat: dict[str, Any], lean: bool, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        required = [name for name in flat.get("required", []) if isinstance(name, str)]
        described = {name: inner for name, inner in flat.get("properties", {}).items() if inner is not False}
        wanted = [name for name in described if name in required or not (lean or self._answers_only(described[name]))]
        kept = self._kept
        for number, name in enumerate(wanted, 1):
            # Each of those that follow is left a part.
            self._kept = kept + len(wanted) - number
            spent = self._left <= self._kept or depth >= MAX_DEPTH
            if name in required or not (spent or self._circles(described[name])):
                made[str(name)] = self._value(described[name], str(name), lean, depth + 1)
        self._kept = kept
        for name in required:
            if name not in described and name not in made:
                made[name] = self._value(flat.get("additionalProperties"), name, lean, depth + 1)
        most = whole(flat.get("maxProperties"), 0)
        if most and len(made) > most:
            made = {name: made[name] for name in sorted(made, key=lambda one: one not in required)[:most]}
        extra = flat.get("additionalProperties")
        if not made and isinstance(extra, dict) and not lean and not self._circles(extra):
            made["key"] = self._value(extra, "key", lean, depth + 1)
        return made

    def _fitted(self, schema: Any, value: Any, name: str, depth: int, lean: bool = False) -> Any:
        flat = self._flat(schema, value)
        if not flat or depth > MAX_DEPTH or self._left <= -MAX_NODES:
            return value
        kind = kind_of(flat) if "type" in flat or "properties" in flat or "items" in flat else ""
        if kind in ("object", "array") and isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            value = parsed(value)
        if kind == "object":
            if isinstance(value, dict):
                return self._fitted_object(flat, value, depth, lean)
        elif kind == "array":
            if isinstance(value, (list, str, int, float)):
                items = value if isinstance(value, list) else [value]
                return [self._fitted(flat.get("items"), item, name, depth + 1, lean) for item in items]
        else:
            self._bound(flat, kind, name)
            return suited(flat, kind, value, name)
        return self._made({key: item for key, item in flat.items() if key not in TELLING}, name, lean, depth)

    def _fitted_object(self, flat: dict[str, Any], value: dict[str, Any], depth: int, lean: bool) -> dict[str, Any]:
        described, required = flat.get("properties", {}), flat.get("required", [])
        closed = flat.get("additionalProperties") is False and described and "patternProperties" not in flat
        made: dict[str, Any] = {}
        for name, item in value.items():
            if name not in described:
                made |= {} if closed else {name: item}
            elif name in required or not self._answers_only(described[name]):
                made[name] = self._fitted(described[name], item, str(name), depth + 1, lean)
        for name in required:
            if name in described and name not in made and not self._answers_only(described[name]):
                made[name] = self._value(described[name], str(name), lean, depth + 1)
        return made

    def _answers_only(self, inner: Any) -> bool:
        resolved = self._document.resolve(inner)
        return any(isinstance(one, dict) and one.get("readOnly") is True for one in (inner, resolved))

    def _circles(self, schema: Any) -> bool:
        """Whether a schema is one of those that it stands in, as an item or by itself."""
        for _ in range(3):
            if reference_of(schema) and reference_of(schema) in self._open:
                return True
            node = self._document.resolve(schema)
            parts = listed(node.get("allOf")) if isinstance(node, dict) else []
            schema = node.get("items") or (parts[0] if len(parts) == 1 else None) if isinstance(node, dict) else None
        return False

    def _bound(self, flat: Mapping[str, Any], kind: str, name: str) -> None:
        if name and (self._place, name) not in self.bounds and len(self.bounds) < MAX_NODES:
            self.bounds[self._place, name] = bounds_of(flat, kind)

    def _flat(self, schema: Any, example: Any = None) -> dict[str, Any]:
        """The schema without references and combinations: of alternatives the one that suits an example, else the
        first."""
        self._left -= 1
        return flattened(self._document, schema, example)


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
    if schema.get("const") is not None:
        return True, bounded(schema["const"])
    for word in ("example", "x-example"):
        if word in schema:
            return True, bounded(schema[word])
    for word in ("examples", "enum"):
        options = schema.get(word)
        if isinstance(options, list) and options:
            return True, bounded(next((option for option in options if option is not None), None))
    if schema.get("default") is not None:
        return True, bounded(schema["default"])
    return False, None


def suited(schema: Mapping[str, Any], kind: str, value: Any, name: str) -> Any:
    """A plain value that was told for a schema, or one that fits it where that contradicts it."""
    if "const" in schema:
        return bounded(schema["const"])
    if options := listed(schema.get("enum")):
        same = (one for one in options if type(one) is type(value) and one == value)
        alike = (one for one in options if one is not None and str(one) == str(value))
        return next(iter((*same, *alike, *(one for one in options if one is not None))), None)
    if value is None:
        nothing = schema.get("nullable") is True or schema.get("x-nullable") is True or _knows_null(schema)
        return None if nothing or not kind else scalar(schema, kind, name)
    if kind in ("integer", "number"):
        number = parsed(value) if isinstance(value, str) else value
        fit = isinstance(number, (int, float)) and not isinstance(number, bool) and _between(schema, kind, number)
        return number if fit else scalar(schema, kind, name)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() != "false"
    if kind == "string":
        if isinstance(value, (dict, list)):
            return scalar(schema, kind, name)
        text = value if isinstance(value, str) else json.dumps(value)
        return text if _keeps(schema, text) else scalar(schema, kind, name)
    return value


def parsed(text: str) -> Any:
    """What a JSON text says; the text itself when it is none."""
    try:
        return bounded(json.loads(text))
    except (ValueError, RecursionError):
        return text


def unlike(items: list[Any], schema: Mapping[str, Any]) -> list[Any]:
    """Items of which no two may be the same: others of the choices where there are some, else counted up or marked,
    else only the first."""
    made: list[Any] = []
    options = [one for one in listed(schema.get("enum")) if one is not None]
    for index, item in enumerate(items):
        other = item
        if options:
            other = options[index] if index < len(options) else item
        elif index and isinstance(item, (int, float)) and not isinstance(item, bool):
            other = item + index
        elif index and isinstance(item, str):
            other = marked(item, str(index), bounds_of(schema, "string"))
        if other not in made:
            made.append(other)
    return made


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
    if isinstance(pattern, str) and len(pattern) < 1000 and not (fits(pattern, text) and len(text) >= shortest):
        text = regexfill.example(pattern, shortest) or text
    if longest and len(text) > longest and not pattern:
        return text[:longest]
    return text + "a" * (min(shortest, 2000) - len(text)) if not pattern else text


def whole(value: Any, otherwise: int) -> int:
    """The value when it is a whole number that a length may be, else the other."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000 else otherwise


def _keeps(schema: Mapping[str, Any], text: str) -> bool:
    shape = _SHAPES.get(str(schema.get("format", "")))
    longest, pattern = whole(schema.get("maxLength"), 0), schema.get("pattern")
    if len(text) < whole(schema.get("minLength"), 0) or (longest and len(text) > longest):
        return False
    return (shape is None or shape.fullmatch(text) is not None) and (
        not isinstance(pattern, str) or fits(pattern, text)
    )


def _knows_null(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    return "null" in kinds if isinstance(kinds, list) else kinds == "null"


def _between(schema: Mapping[str, Any], kind: str, number: float) -> bool:
    low, high = _bound(schema, "minimum", "exclusiveMinimum", 0), _bound(schema, "maximum", "exclusiveMaximum", 0)
    if kind == "integer" and not float(number).is_integer():
        return False
    return (low is None or number >= low) and (high is None or number <= high)


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
