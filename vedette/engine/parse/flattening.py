"""One schema out of references and combinations: what its parts demand together, and one of its alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.engine.parse.references import Document

MAX_DEPTH = 10
MAX_PARTS = 150
_ALTERNATIVES = ("oneOf", "anyOf")
_COMBINING = ("allOf", *_ALTERNATIVES)
_SAYING_NOTHING = ("$ref", "description", "summary", "title", "deprecated", "externalDocs")


def flattened(document: Document, schema: Any, example: Any = None) -> dict[str, Any]:
    """The schema without references and combinations: of parts all, of alternatives the one that suits an example
    best, else the first that is not nothing. `properties` is an object and `required` a list, where they are there."""
    return _Flattening(document).flat(schema, example, 0)


def reference_of(schema: Any) -> str:
    """Where a schema leads to; empty for one that stands for itself."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return reference if isinstance(reference, str) else ""


def listed(value: Any) -> list[Any]:
    """The value when it is a list, cut; else none."""
    return value[:50] if isinstance(value, list) else []


class _Flattening:
    """`left` counts down how many parts may still be looked at."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.left = MAX_PARTS
        self.told: list[str] = []

    def flat(self, schema: Any, example: Any, depth: int) -> dict[str, Any]:
        self.left -= 1
        reference = reference_of(schema)
        node = self.document.resolve(schema)
        if not isinstance(node, dict) or depth > MAX_DEPTH or self.left <= 0:
            return {}
        beside = {key: value for key, value in schema.items() if key not in _SAYING_NOTHING} if reference else {}
        if beside:
            made = self.flat(beside, example, depth + 1)
            _merge(made, self.flat({"$ref": reference}, example, depth + 1))
            return made
        made = {key: value for key, value in node.items() if key not in _COMBINING}
        made["properties"] = dict(made["properties"]) if isinstance(made.get("properties"), dict) else {}
        made["required"] = [name for name in listed(made.get("required")) if isinstance(name, str)]
        for part in listed(node.get("allOf")):
            _merge(made, self.flat(part, example, depth + 1))
        for word in _ALTERNATIVES:
            self._choose(made, word, listed(node.get(word)), example, depth)
        if not any(node.get(word) for word in _ALTERNATIVES):
            self._inherit(made, reference, example, depth)
        return made

    def _choose(self, made: dict[str, Any], word: str, options: list[Any], example: Any, depth: int) -> None:
        real = [one for one in options if not (isinstance(one, dict) and one.get("type") == "null")]
        if not real:
            return
        parts = [self.flat(one, example, depth + 1) for one in (real if example is not None else real[:1])]
        best = max(range(len(parts)), key=lambda index: (suits(parts[index], example), -index))
        chosen = parts[best]
        _merge(made, chosen)
        if word == "oneOf" and len(real) > 1:
            # What only another alternative asks for would make two of them true.
            others = {name for one in real if one is not real[best] for name in self._required(one)}
            for name in others - set(made["required"]) - set(chosen.get("properties", {})):
                made["properties"].pop(name, None)
        self._name(made, reference_of(real[best]))

    def _required(self, schema: Any) -> list[str]:
        node = self.document.resolve(schema)
        names = node.get("required") if isinstance(node, dict) and not node.get("properties") else None
        return [name for name in listed(names) if isinstance(name, str)]

    def _name(self, made: dict[str, Any], reference: str) -> None:
        """Says in the property that tells alternatives apart which one it is."""
        name, mapping = _discriminator(made)
        inner = self.document.resolve(made["properties"].get(name)) if name else None
        if not name or not reference or (isinstance(inner, dict) and ("const" in inner or len(_enum(inner)) == 1)):
            return
        short = reference.rpartition("/")[2]
        key = next((str(key) for key, to in mapping.items() if to in (reference, short)), short)
        options = _enum(inner) if isinstance(inner, dict) else []
        if not options or key in options:
            made["properties"][name] = {"type": "string", "const": key}

    def _inherit(self, made: dict[str, Any], reference: str, example: Any, depth: int) -> None:
        """A base of others stands for the first of those that its discriminator names."""
        name, mapping = _discriminator(made)
        if not name or not reference or reference in self.told:
            return
        self.told.append(reference)
        chosen = example.get(name) if isinstance(example, dict) else None
        key = chosen if isinstance(chosen, str) and chosen in mapping else next(iter(mapping), None)
        target = mapping.get(key) if key is not None else None
        if isinstance(target, str) and target not in (reference, reference.rpartition("/")[2]):
            target = target if target.startswith("#") else f"{reference.rpartition('/')[0]}/{target}"
            _merge(made, self.flat({"$ref": target}, example, depth + 1))
            made["properties"][name] = {"type": "string", "const": str(key)}
        else:
            self._name(made, reference)


def suits(schema: Mapping[str, Any], example: Any) -> int:
    """How well an example suits a flat schema; the higher the better."""
    if example is None or not schema:
        return 0
    kinds = schema.get("type")
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    kind = names.get(type(example), "")
    wanted = kinds if isinstance(kinds, list) else [kinds]
    fitting = kind in wanted or (kind == "integer" and "number" in wanted) or (not kinds and kind == "object")
    options = _enum(schema) or ([schema["const"]] if "const" in schema else [])
    score = (10 if fitting else -10) + (20 if example in options else -20 if options else 0)
    if not isinstance(example, dict):
        return score
    properties = schema.get("properties", {})
    score += sum(1 if name in properties else -1 for name in example)
    score -= sum(3 for name in schema.get("required", []) if name not in example)
    for name, inner in properties.items():
        if name in example and isinstance(inner, dict):
            told = _enum(inner) or ([inner["const"]] if "const" in inner else [])
            score += 0 if not told else 20 if example[name] in told else -20
    return score


def _discriminator(schema: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    told = schema.get("discriminator")
    if isinstance(told, str):
        return told, {}
    if not isinstance(told, dict) or not isinstance(told.get("propertyName"), str):
        return "", {}
    mapping = told.get("mapping")
    return told["propertyName"], mapping if isinstance(mapping, dict) else {}


def _enum(schema: Mapping[str, Any]) -> list[Any]:
    return listed(schema.get("enum"))


def _merge(made: dict[str, Any], part: dict[str, Any]) -> None:
    own, other = made.get("properties", {}), part.get("properties", {})
    both = {
        name: {"allOf": [own[name], inner], "readOnly": own[name].get("readOnly") or inner.get("readOnly")}
        for name, inner in other.items()
        if name in own and isinstance(own[name], dict) and isinstance(inner, dict) and own[name] != inner
    }
    made["properties"] = {**other, **own, **both}
    made["required"] = list(dict.fromkeys((*made.get("required", []), *part.get("required", []))))
    for key, value in part.items():
        made.setdefault(key, value)
