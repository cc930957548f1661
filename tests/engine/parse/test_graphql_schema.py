"""GraphQL schemas become queries and mutations that the schema itself accepts."""

import json
import time

import pytest
from graphql import build_schema, get_introspection_query, graphql_sync, parse, validate
from graphql.execution.values import get_variable_values

from vedette.engine.parse.graphql_schema import INTROSPECTION, MAX_OPERATIONS, read

SDL = """
type Query { user(id: ID!, deep: Filter): User  users(first: Int = 3, sort: Sort): [User!]!  any: [Thing!]
  node(id: ID!): Node }
type Mutation { createUser(input: NewUser!): User  deleteUser(id: ID!): Boolean }
interface Node { id: ID! }
type User implements Node { id: ID! name: String friends: [User!] posts(first: Int!): [Post] best: Post }
type Post implements Node { id: ID! title: String author: User }
union Thing = User | Post
enum Sort { NEWEST OLDEST }
input Filter { name: String, and: [Filter!], born: Date }
input NewUser { name: String!, email: String, age: Int, parent: NewUser, tags: [String!]!, sort: Sort }
scalar Date
"""


def reading(text=SDL, **values):
    return read(text, "http://a.test/graphql", values)


def test_every_operation_is_valid_by_the_schema():
    schema = build_schema(SDL)
    made = reading()
    assert made.problems == []
    assert [one.name for one in made.operations] == [
        "query user", "query users", "query any", "query node", "mutation createUser", "mutation deleteUser",
    ]  # fmt: skip
    for operation in made.operations:
        assert validate(schema, parse(operation.body["query"])) == [], operation.body
        for body in (operation.body, operation.lean or operation.body):
            result = graphql_sync(schema, body["query"], variable_values=body["variables"])
            assert not [error for error in result.errors or () if "Variable" in str(error)], result.errors


def test_values_fit_their_types_and_names():
    create = next(one for one in reading().operations if one.id == "createUser")
    value = create.body["variables"]["createUser_input"]
    assert value["name"] == "Jane Doe"
    assert value["email"] == "jane.doe@example.com"
    assert (value["age"], value["tags"], value["sort"]) == (1, ["test"], "NEWEST")
    assert create.aliases == (("createUser_input", "input"),)
    assert (create.resource, create.tags) == ("User", ("createUser",))


def test_given_values_are_sent_as_their_type_wants():
    first = next(one for one in reading(**{"users.first": "9", "id": "77"}).operations if one.id == "users")
    assert first.body["variables"]["users_first"] == 9
    assert first.given == {"first"}
    assert reading(id="77").operations[0].body["variables"]["user_id"] == "77"


def test_introspection_gives_the_same_as_the_schema_language():
    answer = graphql_sync(build_schema(SDL), INTROSPECTION).data
    for raw in ({"data": answer}, answer):
        assert reading(json.dumps(raw)).operations == reading().operations
    full = graphql_sync(build_schema(SDL), get_introspection_query()).data
    assert len(reading(json.dumps(full)).operations) == 6


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("type Query { a: Strin }", "plain values: Strin"),
        ("type Query {", "Syntax Error"),
        ("scalar A", "no query and no mutation"),
        ("{}", "no `__schema`"),
        ("[1", "Syntax Error"),
        ('{"__schema": {"types": 5}}', "cannot be read"),
        ('{"__schema": {"queryType": {"name": "Q"}, "types": [{"kind": "OBJECT", "name": "Q"}]}}', "cannot be read"),
        ("type Query { a: " + "[" * 50_000, "nested too deeply"),
        ("type Query { " + "a: Int " * 200_000 + "}", "tokens"),
        ("#" * 10_000_001, "too large"),
    ],
)
def test_what_cannot_be_read_is_told_soon(text, problem):
    began = time.monotonic()
    made = reading(text)
    assert time.monotonic() - began < 50
    assert problem in " ".join(made.problems), made.problems


def test_circles_of_inputs_and_answers_and_many_fields_are_bounded():
    fields = " ".join(f"f{number}: T" for number in range(60))
    text = f"type Query {{ t(i: I!): T }} type T {{ id: ID {fields} }} input I {{ i: I! s: String }}"
    (operation,) = reading(text).operations
    assert len(operation.body["query"]) < 100_000
    assert len(str(operation.body["variables"])) < 2_000
    wide = " ".join(f"input I{at} {{ {' '.join(f'a{one}: I{at + 1}!' for one in range(30))} }}" for at in range(9))
    began = time.monotonic()
    (operation,) = reading(f"type Query {{ t(i: I0!): Int }} {wide} input I9 {{ a: Int }}").operations
    assert len(str(operation.body["variables"])) < 20_000
    assert time.monotonic() - began < 50
    long = " ".join(f"{'f' * 500}{number}: T" for number in range(40))
    (operation,) = reading(f"type Query {{ t: T }} type T {{ id: ID {long} }}").operations
    assert len(operation.body["query"]) < 25_000
    many = "type Query { " + " ".join(f"a{number}: Int" for number in range(MAX_OPERATIONS + 5)) + " }"
    assert len(reading(many).operations) == MAX_OPERATIONS
    assert "left out" in reading(many).problems[0]


def test_queries_of_unions_and_of_inputs_with_one_field_are_valid():
    text = """
    input Or @oneOf { inner: Or, number: Int, word: String }
    type A { id: ID!, name: String! } type B { id: ID!, name: String, size: Int }
    union Either = A | B
    type Query { find(by: Or!): [Either!]! }
    """
    (made,) = read(text, "http://a.test/graphql", {}).operations
    schema = build_schema(text)
    document = parse(made.body["query"])
    assert validate(schema, document) == []
    variables = document.definitions[0].variable_definitions
    assert not isinstance(get_variable_values(schema, variables, made.body["variables"]), list)
    assert "size" in made.body["query"]


OFF = "The schema cannot be read: the server does not tell its schema, it says: %s. Give the schema in a file."
QUERIES = "The schema cannot be read: it holds queries, and no schema."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"errors": [{"message": "introspection is disabled."}], "data": null}', OFF % "introspection is disabled"),
        ('{"errors": "no"}', OFF % "no"),
        ("{ users { id } }", QUERIES),
        ("query all { users { id } }", QUERIES),
        ("type Other { a: Int }", "The schema names no query and no mutation."),
    ],
)
def test_what_is_no_schema_says_what_to_do(text, problem):
    assert reading(text).problems == [problem]


def test_a_part_of_a_larger_schema_is_called_and_subscriptions_are_named():
    made = reading(
        "extend type Query { me(f: Far): User } type User { id: ID! of: Far } type Subscription { s: Int t: Int }"
    )
    assert [one.name for one in made.operations] == ["query me"]
    assert "taken for plain values: Far." in made.problems[0]
    assert made.problems[1] == "Subscriptions need a connection of their own and are left out: 2."
