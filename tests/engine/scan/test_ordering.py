"""The order in which the operations of an API are called."""

import random
import time

import pytest

from vedette.engine.parse.operation import Operation, Parameter, Secured
from vedette.engine.scan import ordering
from vedette.engine.scan.ordering import is_reference, leaves, plain, plan, resource, singular, stage_of


def op(line, body=None, answers=(), secured=False, query=()):
    method, path = line.split()
    return Operation(
        line, method, f"http://a.test{path}", tuple(Parameter(name, "query", 1) for name in query), body=body,
        answers=answers, secured=(Secured("bearer"),) if secured else (), kind="openapi",
    )  # fmt: skip


ACCOUNT = {"username": "a", "password": "b"}
SHOP = [
    op("DELETE /users/{userId}"), op("DELETE /users/{userId}/posts/{id}"), op("POST /logout"),
    op("GET /users/{userId}/posts/{id}"), op("POST /users/{userId}/posts", {"title": "x"}), op("GET /users/{userId}"),
    op("POST /orders", {"productId": 1}), op("POST /products", {"name": "x"}), op("GET /me", secured=True),
    op("POST /login", ACCOUNT, ("token",)), op("POST /users", ACCOUNT | {"email": "x"}), op("GET /health"),
]  # fmt: skip


def called(operations):
    return [operations[index].name for index in plan(operations).order]


def test_what_is_needed_comes_before_what_needs_it_and_deletes_come_last():
    order = called(SHOP)
    assert order == [
        "GET /health", "POST /users", "POST /login", "POST /products", "POST /orders", "GET /me",
        "POST /users/{userId}/posts", "GET /users/{userId}", "GET /users/{userId}/posts/{id}", "POST /logout",
        "DELETE /users/{userId}/posts/{id}", "DELETE /users/{userId}",
    ]  # fmt: skip


def test_the_plan_knows_who_makes_what_is_needed():
    made = plan(SHOP)
    index = next(at for at, one in enumerate(SHOP) if one.name == "GET /users/{userId}/posts/{id}")
    assert [SHOP[at].name for at in made.creators[index]] == ["POST /users/{userId}/posts", "POST /users"]
    assert [(need.name, need.place) for need in made.needs[index]] == [
        ("userId", "/users"), ("id", "/users/{}/posts")]  # fmt: skip
    order = next(at for at, one in enumerate(SHOP) if one.name == "POST /orders")
    assert [SHOP[at].name for at in made.creators[order]] == ["POST /products"]


def test_a_thing_made_below_its_collection_is_found_by_its_name():
    operations = [op("GET /users/v1/{username}"), op("POST /users/v1/register", ACCOUNT)]
    assert plan(operations).creators[0] == [1]
    assert called(operations) == ["POST /users/v1/register", "GET /users/v1/{username}"]


@pytest.mark.parametrize(
    ("operation", "stage"),
    [
        (op("GET /a"), ordering.OPEN),
        (op("GET /a", secured=True), ordering.USE),
        (op("POST /auth/register", ACCOUNT), ordering.JOIN),
        (op("POST /sessions", ACCOUNT), ordering.ENTER),
        (op("POST /oauth/token", ACCOUNT), ordering.ENTER),
        (op("POST /x", ACCOUNT, ("access_token",)), ordering.ENTER),
        (op("POST /people", ACCOUNT), ordering.JOIN),
        (op("PUT /people/{id}/password", {"password": "x"}), ordering.USE),
        (op("POST /users/reset-password", ACCOUNT), ordering.USE),
        (op("PUT /user", ACCOUNT, ("token",)), ordering.USE),
        (op("POST /users", ACCOUNT | {"email": "x"}, ("token",)), ordering.JOIN),
        (op("GET /user/login", query=("username", "password")), ordering.ENTER),
        (op("GET /signout"), ordering.LEAVE),
        (op("DELETE /a"), ordering.DELETE),
        (op("POST /authors", {"name": "x"}), ordering.USE),
    ],
)
def test_stages(operation, stage):
    assert stage_of(operation) == stage


def test_circles_of_needs_and_many_operations_end():
    circle = [op("POST /as", {"bId": 1}), op("POST /bs", {"aId": 1}), op("GET /as/{id}")]
    assert sorted(plan(circle).order) == [0, 1, 2]
    chain = [op(f"POST /k{at}s", {f"k{at + 1}Id": 1}) for at in range(2000)]
    random.Random(1).shuffle(chain)
    began = time.monotonic()
    order = called(chain)
    assert time.monotonic() - began < 50
    assert order == [f"POST /k{at}s" for at in reversed(range(2000))]


def test_graphql_operations_are_known_by_what_they_are_about():
    def field(word, name, resource="", **variables):
        body = {"query": "…", "variables": variables}
        aliases = tuple((key, key.partition("_")[2]) for key in variables)
        return Operation(
            f"{word} {name}", "POST", "http://a.test/graphql", body=body, aliases=aliases, kind="graphql", id=name,
            resource=resource, tags=(name,) if word == "mutation" else (),
        )  # fmt: skip

    operations = [
        field("mutation", "deleteUser", deleteUser_id="1"), field("query", "user", "User", user_id="1"),
        field("mutation", "createUser", "User", createUser_name="x"),
    ]  # fmt: skip
    assert called(operations) == ["mutation createUser", "query user", "mutation deleteUser"]


def test_words():
    assert [singular(one) for one in ("categories", "boxes", "users", "address", "us")] == [
        "category", "box", "user", "address", "us"]  # fmt: skip
    assert plain("User-ID") == plain("user_id") == "userid"
    assert resource("/shop/v1/users/{}/orders") == "order"
    assert resource("/v1") == ""
    named = ("id", "userId", "user_id", "user-uuid", "paid", "valid", "IDs", "userIds", "grid")
    assert [one for one in named if is_reference(one)] == ["id", "userId", "user_id", "user-uuid", "userIds"]
    assert list(leaves({"a": [{"b": 1}, 2], "c_d": 3}, {"c_d": "d"})) == ["b", "a", "d"]
