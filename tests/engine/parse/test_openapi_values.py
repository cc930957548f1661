"""Values that fit schemas."""

import re

import pytest

from vedette.engine.parse.openapi_values import MAX_NODES, Sampler, example_beside, kind_of, scalar, told, whole
from vedette.engine.parse.references import Document


def value(schema, name="x", root=None, given=None, **how):
    return Sampler(Document(root or {}), given or {}).value(schema, name, **how)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "example": "a", "default": "b"}, "a"),
        ({"type": "string", "examples": ["c"]}, "c"),
        ({"enum": [None, "d"]}, "d"),
        ({"const": 5}, 5),
        ({"type": "string", "default": "b"}, "b"),
        ({"type": "boolean"}, True),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 10}, 10),
        ({"type": "integer", "exclusiveMinimum": 10}, 11),
        ({"type": "integer", "minimum": 10, "exclusiveMinimum": True}, 11),
        ({"type": "integer", "maximum": -3}, -3),
        ({"type": "integer", "minimum": 7, "multipleOf": 5}, 10),
        ({"type": "number", "minimum": 1.5}, 1.5),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "null"}, None),
        ({"type": "string", "format": "uuid"}, "6f1c2b9e-3d54-4a7b-9c1e-2f8a5d7e9b10"),
        ({"type": "string", "format": "date-time"}, "2024-05-17T10:30:00Z"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"type": "array"}, ["test"]),
        ({"properties": {"a": {"type": "integer"}}}, {"a": 1}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"key": 1}),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        ({"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]}, {"b": 2, "a": 1}),
        ({"type": "file"}, {"$file": "sample\n"}),
        (None, "test"),
        ("nonsense", "test"),
        ({"type": 7, "required": 5, "properties": 3, "minimum": "x"}, 1),
    ],
)
def test_a_value_fits_its_schema(schema, expected):
    made = value(schema)
    assert made == expected
    assert type(made) is type(expected)


@pytest.mark.parametrize("pattern", [r"^[A-Z]{3}-\d{4}$", r"\d{5}", r"^97[89]-\d{10}$"])
def test_patterns_are_met(pattern):
    assert re.search(pattern, value({"type": "string", "pattern": pattern}))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "example": 3}, "3"),
        ({"type": "integer", "example": "12"}, 12),
        ({"type": "integer", "example": "about twelve"}, 1),
        ({"type": "integer", "example": 500, "maximum": 10}, 1),
        ({"type": "boolean", "example": "false"}, False),
        ({"type": "array", "items": {"type": "integer"}, "example": "7"}, [7]),
        ({"type": "array", "items": {"type": "integer"}, "example": "[7, 8]"}, [7, 8]),
        ({"type": "object", "example": '{"a": 1}'}, {"a": 1}),
        ({"type": "object", "properties": {"a": {"type": "integer"}}, "example": "some text"}, {"a": 1}),
        ({"type": "string", "enum": ["Active"], "example": "ACTIVE"}, "Active"),
        ({"const": "a", "example": "b"}, "a"),
        ({"type": "string", "format": "date", "example": "1999-01-01T00:00:00Z"}, "2024-05-17"),
        ({"type": "string", "example": None}, "test"),
        ({"type": "string", "nullable": True, "example": None}, None),
        ({"type": ["string", "null"], "example": None}, None),
        ({"type": "string", "pattern": "^[0-9]+$", "example": "abc"}, "1"),
        ({"type": "string", "pattern": "(?<!x)y", "example": "kept"}, "kept"),
    ],
)
def test_an_example_that_contradicts_its_schema_is_put_right(schema, expected):
    made = value(schema)
    assert made == expected
    assert type(made) is type(expected)


def test_an_example_of_an_object_is_made_whole_and_sends_nothing_that_only_answers_hold():
    schema = {
        "required": ["a", "b", "free"],
        "properties": {"a": {"type": "string"}, "b": {"const": 2}, "seen": {"allOf": [{}], "readOnly": True}},
    }
    sampler = Sampler(Document({}), {})
    assert sampler.fitted(schema, {"a": 1, "seen": "x", "more": 5}) == {"a": "1", "b": 2, "more": 5}
    assert sampler.fitted({**schema, "additionalProperties": False}, {"a": "x", "more": 5}) == {"a": "x", "b": 2}
    assert sampler.fitted(None, {"a": 1}) == {"a": 1}
    assert value(schema) == {"a": "test", "b": 2, "free": "test"}


def test_what_holds_itself_ends_and_what_is_not_required_is_left_out_there():
    node = {"required": ["name"], "properties": {"name": {"type": "string"}, "next": {"$ref": "#/node"},
                                                 "all": {"type": "array", "items": {"$ref": "#/node"}}}}  # fmt: skip
    assert value({"$ref": "#/node"}, root={"node": node}) == {"name": "Jane Doe"}


def test_wide_objects_spend_their_measure_evenly():
    wide = {"type": "object", "properties": {f"p{n}": {"type": "integer"} for n in range(300)}}
    made = value({"type": "object", "required": ["z"], "properties": {"a": wide, "b": wide, "z": wide}})
    assert made["a"]["p0"] == 1
    assert isinstance(made["z"], dict)


def test_items_that_must_differ_do():
    assert value({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"enum": ["a", "b"]}}) == ["a", "b"]
    assert value({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "integer"}}) == [1, 2]
    two = value({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}})
    assert len(set(two)) == 2
    assert value({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "boolean"}}) == [True]


def test_no_more_properties_than_may_be():
    schema = {"maxProperties": 1, "required": ["b"], "properties": {"a": {"const": 1}, "b": {"const": 2}}}
    assert value(schema) == {"b": 2}


def test_bounds_of_plain_values_are_noted_by_place_and_name():
    sampler = Sampler(Document({}), {})
    sampler.parameter("id", {}, {"type": "integer"}, "path")
    sampler.value({"properties": {"id": {"enum": ["x"]}}})
    assert (sampler.bounds["path", "id"].kind, sampler.bounds["body", "id"].fixed) == ("integer", True)


def test_lengths_are_kept():
    assert len(value({"type": "string", "minLength": 30})) == 30
    assert len(value({"type": "string", "maxLength": 2})) == 2
    assert len(value({"type": "string", "minLength": 40, "pattern": "^[0-9a-f]+$"})) == 40
    assert len(value({"type": "string", "minLength": 10**9})) < 3000


def test_names_tell_what_texts_are_about():
    assert value({"type": "string"}, "userEmail") == "jane.doe@example.com"
    assert value({"type": "string"}, "first_name") == "Jane"


def test_given_values_go_first_and_are_noted():
    sampler = Sampler(Document({}), {"a": "mine"})
    assert sampler.value({"properties": {"a": {"const": 1}, "b": {"const": 2}}}) == {"a": "mine", "b": 2}
    assert sampler.used == {"a"}
    assert sampler.parameter("a", {"example": 3}, {}) == "mine"


def test_what_only_answers_hold_is_not_sent_and_lean_holds_what_is_required():
    schema = {
        "required": ["b"],
        "properties": {"id": {"readOnly": True}, "a": {"const": 1}, "b": {"const": 2}},
    }
    assert value(schema) == {"a": 1, "b": 2}
    assert value(schema, lean=True) == {"b": 2}


def test_circles_and_breadth_end():
    root = {
        "node": {"properties": {"next": {"$ref": "#/node"}, "more": {"type": "array", "items": {"$ref": "#/node"}}}},
    }
    assert len(str(value({"$ref": "#/node"}, root=root))) < 60 * MAX_NODES
    parts = {"all": {"allOf": [{"$ref": "#/all"}] * 50}}
    assert value({"$ref": "#/all"}, root=parts) == "test"


def test_names_of_an_answer_include_nested_ones():
    schema = {"type": "array", "items": {"properties": {"id": {}, "owner": {"properties": {"userId": {}}}}}}
    assert Sampler(Document({}), {}).names(schema) == ["id", "owner", "userId"]


def test_small_parts():
    assert example_beside({"examples": {"a": {"$ref": "#/e"}}}, Document({"e": {"value": 4}})) == (True, 4)
    assert example_beside({"examples": "x"}, Document({})) == (False, None)
    assert told({"enum": []}) == (False, None)
    assert kind_of({"minimum": 1}) == "number"
    assert scalar({}, "null", "x") is None
    assert [whole(one, 9) for one in (3, True, -1, "3", 10**9)] == [3, 9, 9, 9, 9]
