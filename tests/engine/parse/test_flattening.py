"""References and combinations of schemas, made one."""

import time

from vedette.engine.parse.flattening import flattened, listed, reference_of
from vedette.engine.parse.references import Document

CAT = {"required": ["kind", "lives"], "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}}
DOG = {"required": ["kind", "bark"], "properties": {"kind": {"enum": ["dog"]}, "bark": {"type": "string"}}}
BASE = {"required": ["kind"], "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"c": "#/schemas/Kitten"}}}  # fmt: skip
KITTEN = {"allOf": [{"$ref": "#/schemas/Base"}, {"required": ["age"], "properties": {"age": {"type": "integer"}}}]}
DOCUMENT = Document({"schemas": {"Cat": CAT, "Dog": DOG, "Base": BASE, "Kitten": KITTEN}})
EITHER = {"oneOf": [{"$ref": "#/schemas/Cat"}, {"$ref": "#/schemas/Dog"}], "discriminator": {"propertyName": "kind"}}


def test_all_parts_count_and_what_two_say_of_a_property_is_kept():
    made = flattened(DOCUMENT, {"allOf": [{"properties": {"a": {"type": "string", "readOnly": True}}},
                                          {"properties": {"a": {"maxLength": 3}}, "required": ["a"]}]})  # fmt: skip
    assert made["required"] == ["a"]
    inner = flattened(DOCUMENT, made["properties"]["a"])
    assert (inner["type"], inner["maxLength"], made["properties"]["a"]["readOnly"]) == ("string", 3, True)


def test_what_stands_beside_a_reference_goes_first():
    made = flattened(DOCUMENT, {"$ref": "#/schemas/Cat", "default": 5, "required": ["x"]})
    assert (made["default"], made["required"]) == (5, ["x", "kind", "lives"])


def test_the_alternative_that_is_chosen_is_named():
    made = flattened(DOCUMENT, EITHER)
    assert made["properties"]["kind"]["const"] == "Cat"
    assert set(made["properties"]) == {"kind", "lives"}


def test_an_example_chooses_its_alternative():
    assert "bark" in flattened(DOCUMENT, EITHER, {"kind": "dog", "bark": "x"})["properties"]
    either = {"anyOf": [{"type": "string"}, {"type": "array", "items": {}}]}
    assert flattened(DOCUMENT, either, [1])["type"] == "array"
    assert flattened(DOCUMENT, either, "a")["type"] == "string"


def test_what_only_another_alternative_asks_for_is_left_out():
    made = flattened(DOCUMENT, {"properties": {"a": {}, "b": {}, "c": {}},
                                "oneOf": [{"required": ["a"]}, {"required": ["b"]}]})  # fmt: skip
    assert set(made["properties"]) == {"a", "c"}


def test_a_base_stands_for_one_of_those_that_build_on_it():
    made = flattened(DOCUMENT, {"$ref": "#/schemas/Base"})
    assert made["properties"]["kind"]["const"] == "c"
    assert "age" in made["properties"]


def test_nonsense_gives_an_empty_schema_and_bombs_cost_little():
    for schema in (None, 5, "x", [], True, {"allOf": 5, "oneOf": "x", "properties": 3, "required": "y"}):
        assert not flattened(DOCUMENT, schema).get("properties")
    bomb: dict = {"type": "object"}
    for _ in range(30):
        bomb = {"allOf": [bomb] * 50, "oneOf": [bomb] * 50}
    began = time.process_time()
    assert flattened(DOCUMENT, bomb, {"a": 1}) is not None
    assert time.process_time() - began < 3
    assert (reference_of({"$ref": 5}), listed(5), len(listed([1] * 100))) == ("", [], 50)
