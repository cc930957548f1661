"""The queries and mutations of a GraphQL schema, given as the answer to an introspection or in the schema language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_ast_schema,
    build_client_schema,
    get_introspection_query,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    parse,
)

from vedette.engine.parse import fill
from vedette.engine.parse.forms import Field
from vedette.engine.parse.graphql_document import whole
from vedette.engine.parse.operation import Operation, Reading

MAX_TEXT = 10_000_000
MAX_TOKENS = 150_000
MAX_OPERATIONS = 1_000
MAX_DEPTH = 3
MAX_FIELDS = 40
MAX_INPUT_DEPTH = 4
MAX_NODES = 300
MAX_SELECTION = 20_000
INTROSPECTION = get_introspection_query(descriptions=False)
"""What asks a server for its schema."""

_SCALARS: dict[str, Any] = {"Int": 1, "Float": 1.5, "Boolean": True, "ID": "1"}
_CUSTOM: tuple[tuple[str, Any], ...] = (
    ("datetime", "2024-05-17T10:30:00Z"),
    ("timestamp", "2024-05-17T10:30:00Z"),
    ("date", "2024-05-17"),
    ("time", "10:30:00"),
    ("uuid", "6f1c2b9e-3d54-4a7b-9c1e-2f8a5d7e9b10"),
    ("email", "jane.doe@example.com"),
    ("url", "https://www.example.com/"),
    ("uri", "https://www.example.com/"),
    ("json", {}),
    ("int", 1),
    ("long", 1),
    ("decimal", 1.5),
    ("float", 1.5),
)


def read(text: str, url: str, values: Mapping[str, str]) -> Reading:
    """The operations of a schema; all of them are POST requests to `url`. `values` are those chosen for arguments by
    `argument` or `field.argument`."""
    if len(text) > MAX_TEXT:
        return Reading([], [f"The schema is too large: at most {MAX_TEXT:,} characters are read."])
    try:
        problems: list[str] = []
        schema = _schema(text, problems)
        found = _operations(schema, url, values, problems)
    except RecursionError:
        return Reading([], ["The schema is nested too deeply."])
    except (GraphQLError, TypeError, ValueError, KeyError, AttributeError) as error:
        return Reading([], [f"The schema cannot be read: {(str(error).splitlines() or ['it is broken'])[0][:300]}."])
    if not found:
        problems.append("The schema names no query and no mutation.")
    if schema.subscription_type is not None and (count := len(schema.subscription_type.fields)):
        problems.append(f"Subscriptions need a connection of their own and are left out: {count}.")
    return Reading(found, problems)


def _schema(text: str, problems: list[str]) -> GraphQLSchema:
    if text.lstrip()[:1] == "{":
        try:
            raw = json.loads(text)
        except ValueError:
            whole(parse(text, no_location=True, max_tokens=MAX_TOKENS))
            raise
        if isinstance(raw, dict) and not raw.get("data") and raw.get("errors"):
            raise ValueError(_refused(raw["errors"]))
        if isinstance(raw, dict) and isinstance(raw.get("data"), dict):
            raw = raw["data"]
        if not isinstance(raw, dict) or not isinstance(raw.get("__schema"), dict):
            raise ValueError("it is no answer to an introspection: it holds no `__schema`")
        return build_client_schema({"__schema": raw["__schema"]}, assume_valid=True)
    document, missing = whole(parse(text, no_location=True, max_tokens=MAX_TOKENS))
    problems += missing
    return build_ast_schema(document, assume_valid_sdl=True)


def _refused(errors: Any) -> str:
    first = errors[0] if isinstance(errors, list) and errors else errors
    said = str(first.get("message") if isinstance(first, dict) else first)[:150].rstrip(".")
    return f"the server does not tell its schema, it says: {said}. Give the schema in a file"


def _operations(schema: GraphQLSchema, url: str, values: Mapping[str, str], problems: list[str]) -> list[Operation]:
    found: list[Operation] = []
    selections = _Selections()
    for word, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        for name, field in (root.fields if root is not None else {}).items():
            if len(found) >= MAX_OPERATIONS:
                problems.append(f"{word} {name}: it and those after it were left out: more than {MAX_OPERATIONS}.")
                return found
            try:
                found.append(_operation(selections, word, name, field, url, values))
            except (GraphQLError, TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
                if len(problems) < 50:
                    problems.append(f"{word} {name}: it cannot be read: {str(error)[:200] or 'it is broken'}.")
    return found


def _operation(
    selections: _Selections, word: str, name: str, field: GraphQLField, url: str, values: Mapping[str, str]
) -> Operation:
    # One name for each argument of each field: what is found in a variable then stands for that field alone.
    variables = {f"{name}_{argument}": (argument, one) for argument, one in field.args.items()}
    given = {argument for argument in field.args if argument in values or f"{name}.{argument}" in values}
    made = {key: _argument(name, argument, one, values) for key, (argument, one) in variables.items()}
    needed = {key for key, (argument, one) in variables.items() if is_required_argument(one) or argument in given}
    declared = ", ".join(f"${key}: {one.type}" for key, (_, one) in variables.items())
    passed = ", ".join(f"{argument}: ${key}" for key, (argument, _) in variables.items())
    selected = selections.of(field.type)
    head = f"{word} {name}({declared})" if declared else f"{word} {name}"
    query = f"{head} {{ {name}{f'({passed})' if passed else ''}{selected} }}"
    lean = {key: value for key, value in made.items() if key in needed}
    return Operation(
        name=f"{word} {name}",
        method="POST",
        url=url,
        media="application/json",
        body={"query": query, "variables": made, "operationName": name},
        lean=None if lean == made else {"query": query, "variables": lean, "operationName": name},
        tags=(name,) if word == "mutation" else (),
        answers=tuple(_names(field)),
        aliases=tuple((key, argument) for key, (argument, _) in variables.items()),
        given=frozenset(given),
        kind="graphql",
        id=name,
        resource=get_named_type(field.type).name if not is_leaf_type(get_named_type(field.type)) else "",
    )


def _argument(field: str, name: str, argument: GraphQLArgument, values: Mapping[str, str]) -> Any:
    chosen = values.get(f"{field}.{name}", values.get(name))
    return _typed(argument.type, chosen) if chosen is not None else _value(argument.type, name, 0, [MAX_NODES])


def _typed(kind: Any, text: str) -> Any:
    """A value that was given as text, as the type of its argument."""
    if get_named_type(kind).name in ("Int", "Float", "Boolean") or not is_leaf_type(get_named_type(kind)):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _value(kind: Any, name: str, depth: int, left: list[int]) -> Any:
    """A value of a type; `left` counts down how many parts there may still be."""
    left[0] -= 1
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type, name, depth, left)
    if isinstance(kind, GraphQLList):
        return [_value(kind.of_type, name, depth + 1, left)] if depth < MAX_INPUT_DEPTH else []
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values), None)
    if isinstance(kind, GraphQLInputObjectType):
        if depth > 2 * MAX_INPUT_DEPTH:
            return {}
        deep = depth >= MAX_INPUT_DEPTH
        fields = list(kind.fields.items())[:MAX_FIELDS]
        if kind.is_one_of:
            # Exactly one must be given: a plain one where there is one.
            fields = sorted(fields, key=lambda pair: not is_leaf_type(get_named_type(pair[1].type)))
            return {key: _value(one.type, key, depth + 1, left) for key, one in fields[:1]}
        return {
            key: _value(one.type, key, depth + 1, left)
            for key, one in fields
            if left[0] > 0 and (is_required_input_field(one) or (not deep and is_leaf_type(get_named_type(one.type))))
        }
    return _scalar(kind, name)


def _scalar(kind: Any, name: str) -> Any:
    label = kind.name if isinstance(kind, GraphQLScalarType) else "String"
    if label in _SCALARS:
        return _SCALARS[label]
    if label != "String":
        for word, value in _CUSTOM:
            if word in label.lower():
                return value
    return fill.value_for(Field(name))


class _Selections:
    """What to ask of answers: what is plain in them and in what they hold, to a bounded depth and length."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], str] = {}

    def of(self, kind: Any) -> str:
        """The selection for a field's type, as deep as its length allows; empty for a plain one."""
        options = (self._at(get_named_type(kind), depth) for depth in range(MAX_DEPTH, 0, -1))
        return next((text for text in options if len(text) <= MAX_SELECTION), " { __typename }")

    def _at(self, named: Any, depth: int) -> str:
        if is_leaf_type(named):
            return ""
        key = (named.name, depth)
        if key not in self._known:
            inner = self._members(named, depth) if isinstance(named, GraphQLUnionType) else self._fields(named, depth)
            text = " ".join(("__typename", *inner))
            self._known[key] = f" {{ {text} }}"
        return self._known[key]

    def _members(self, named: GraphQLUnionType, depth: int) -> list[str]:
        # Fields of one name must be of one type, whichever member they stand in.
        taken: dict[str, str] = {}
        parts = []
        for one in named.types[:3] if depth > 0 else ():
            inner = " ".join(("__typename", *self._fields(one, depth - 1, taken)))
            parts.append(f"... on {one.name} {{ {inner} }}")
        return parts

    def _fields(self, named: Any, depth: int, taken: dict[str, str] | None = None) -> list[str]:
        if not isinstance(named, (GraphQLObjectType, GraphQLInterfaceType)):
            return []
        parts = []
        for name, field in list(named.fields.items())[:MAX_FIELDS]:
            inner = get_named_type(field.type)
            if any(is_required_argument(one) for one in field.args.values()):
                continue
            if taken is not None and taken.setdefault(name, str(field.type)) != str(field.type):
                continue
            if is_leaf_type(inner):
                parts.append(name)
            elif depth > 1:
                parts.append(name + self._at(inner, depth - 1))
        return parts


def _names(field: GraphQLField) -> list[str]:
    named = get_named_type(field.type)
    return list(named.fields)[:MAX_FIELDS] if isinstance(named, (GraphQLObjectType, GraphQLInterfaceType)) else []
