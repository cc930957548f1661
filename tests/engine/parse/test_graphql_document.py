"""Parts of schemas are made whole."""

import pytest
from graphql import build_ast_schema, parse

from vedette.engine.parse.graphql_document import whole


def made(text):
    document, problems = whole(parse(text))
    return build_ast_schema(document, assume_valid_sdl=True), problems


def test_a_whole_schema_stays_as_it_is():
    document = parse("type Query { a(b: [In!]): Int! } input In { c: Float } extend type Query { d: Boolean }")
    found, problems = whole(document)
    assert found.definitions == document.definitions
    assert problems == []


def test_types_that_are_only_extended_are_defined_by_it():
    text = """extend type Query { me: User, all: [Thing!], find(by: By): Sort } extend type Query { again: Int }
      extend interface Node { id: ID! } type User implements Node @key(fields: "id") { id: ID! }
      extend union Thing = User  extend enum Sort { UP DOWN }  extend input By { name: String }"""
    schema, problems = made(text)
    assert sorted(schema.query_type.fields) == ["again", "all", "find", "me"]
    assert problems == []


def test_types_that_stand_nowhere_are_plain_values_and_named():
    schema, (told,) = made("type Query { a(b: [Far!]!): Other!, c: Other, d(e: F1, f: F2, g: F3, h: F4): Int }")
    assert sorted(schema.query_type.fields) == ["a", "c", "d"]
    assert told.endswith("plain values: Other, Far, F1, F2, F3 and 1 more.")


@pytest.mark.parametrize("text", ["{ a }", "query x { a } fragment f on T { b }", "mutation { a }"])
def test_queries_are_no_schema(text):
    with pytest.raises(ValueError, match="queries, and no schema"):
        whole(parse(text))
