"""What calls teach, and what is sent because of it."""

import dataclasses
import json

from vedette.contract.batch import apply
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.parse.bounds import Bounds
from vedette.engine.parse.operation import Operation, Parameter, request_of
from vedette.engine.scan.learning import Chooser, Learned, body_of, good, learn, token_in
from vedette.engine.scan.ordering import Need, plan


def op(line, body=None, answers=(), given=()):
    method, path = line.split()
    made = Operation(line, method, f"http://a.test{path}", body=body, answers=answers, given=frozenset(given),
                     media="application/json", kind="openapi")  # fmt: skip
    holes = tuple(Parameter(hole, "path", "example") for hole in made.holes)
    return Operation(line, method, made.url, holes, body=body, answers=answers, given=made.given,
                     media="application/json", kind="openapi")  # fmt: skip


def answered(body, status=200, headers=()):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(Request("GET", "http://a.test/"), Response(status, headers, text))


def call(operations, index, learned, answer=None, unique=lambda name: "v1"):
    """What is sent, whether it names our own, and the rows of what it taught."""
    made = plan(operations)
    chooser = Chooser(made, index, learned, unique)
    request = request_of(operations[index], chooser)
    rows = learn(made, index, chooser, answer, learned) if answer is not None else []
    return request, chooser.owns, rows


PETS = [op("POST /pets", {"name": "Rex", "id": 1}), op("GET /pets/{petId}"), op("GET /pets"),
        op("POST /visits", {"petId": 1})]  # fmt: skip


def test_an_id_of_something_made_is_used_where_such_a_thing_is_named():
    learned = Learned()
    _, _, rows = call(PETS, 0, learned, answered({"data": {"id": 77, "owner": {"id": 5}}}, 201))
    request, owns, _ = call(PETS, 1, learned)
    assert request.url == "http://a.test/pets/77"
    assert owns
    assert json.loads(call(PETS, 3, learned)[0].body) == {"petId": 77}
    state = {}
    apply(state, rows)
    assert state["frontier"]["described:own:/pets|id"] == "77"


def test_a_thing_that_was_only_seen_is_used_but_is_not_ours():
    learned = Learned()
    call(PETS, 2, learned, answered([{"id": 3}, {"id": 4}]))
    request, owns, _ = call(PETS, 1, learned)
    assert request.url == "http://a.test/pets/3"
    assert not owns
    call(PETS, 0, learned, answered({"id": 77}, 201))
    assert call(PETS, 1, learned)[:2] == (request_of(PETS[1], lambda *_: 77), True), "our own goes first"


def test_without_anything_known_the_examples_are_sent():
    request, owns, _ = call(PETS, 1, Learned())
    assert request.url == "http://a.test/pets/example"
    assert not owns


def test_the_place_of_a_thing_made_is_its_id():
    learned = Learned()
    call(PETS, 0, learned, answered(b"", 201, (("Location", "/pets/abc/?x"),)))
    assert call(PETS, 1, learned)[0].url == "http://a.test/pets/abc"
    second = learned.copy()
    call(PETS, 0, second, answered(b"", 201, (("Location", "/pets/def"),)))
    assert call(PETS, 1, second)[0].url == "http://a.test/pets/def"
    assert call(PETS, 1, learned)[0].url == "http://a.test/pets/abc", "a copy keeps to itself"


USERS = [op("POST /users/register", {"username": "name1", "password": "pass1", "email": "a@b.test"}),
         op("POST /users/login", {"username": "name1", "password": "pass1"}), op("GET /users/{username}"),
         op("PUT /users/{username}/email", {"email": "x@b.test"})]  # fmt: skip


def test_an_account_is_made_under_a_name_of_its_own_and_used_from_then_on():
    learned = Learned()
    request, _, _ = call(USERS, 0, learned, answered({"status": "ok"}))
    assert json.loads(request.body) == {"username": "name1v1", "password": "pass1", "email": "av1@b.test"}
    assert json.loads(call(USERS, 1, learned, unique=None)[0].body) == {"username": "name1v1", "password": "pass1"}
    request, owns, _ = call(USERS, 3, learned, unique=None)
    assert request.url == "http://a.test/users/name1v1/email"
    assert json.loads(request.body) == {"email": "av1@b.test"}
    assert owns


def test_a_log_in_without_an_account_of_ours_says_what_it_was_told_to():
    assert json.loads(call(USERS, 1, Learned())[0].body) == {"username": "name1", "password": "pass1"}
    learned = Learned()
    call(USERS, 0, learned, answered({"status": "ok"}))
    other = [
        *USERS,
        op("POST /comments", {"email": "x@y.test"}),
        op("POST /login", {"email": "q@r.test", "password": "z"}),
    ]
    assert json.loads(call(other, 4, learned)[0].body) == {"email": "av1@b.test"}
    assert json.loads(call(other, 5, learned)[0].body) == {"email": "av1@b.test", "password": "pass1"}


def test_an_account_under_the_examples_name_may_be_somebody_elses():
    learned = Learned()
    call(USERS, 0, learned, answered({"status": "ok"}), unique=None)
    request, owns, _ = call(USERS, 2, learned, unique=None)
    assert request.url == "http://a.test/users/name1"
    assert not owns


def test_a_number_that_the_caller_chooses_is_the_scans_own():
    learned = Learned()
    request, _, _ = call(PETS, 0, learned, answered({}, 201))
    sent = json.loads(request.body)["id"]
    assert 100_000_000 <= sent < 2**31
    second, _, _ = call(PETS, 0, learned, unique=lambda name: "v2")
    assert json.loads(second.body)["id"] != sent
    learned = Learned()
    call(PETS, 0, learned, answered({"id": 1}, 201), unique=None)
    assert call(PETS, 1, learned)[:2] == (request_of(PETS[1], lambda *_: 1), False), "it may be somebody else's"


def test_given_values_stay_and_make_nothing_ours():
    operations = [op("POST /users/register", {"username": "admin", "password": "p"}, given=("username",)), USERS[2]]
    learned = Learned()
    request, _, _ = call(operations, 0, learned, answered({"ok": 1}))
    assert json.loads(request.body)["username"] == "admin"
    assert not call(operations, 1, learned)[1]
    given = [op("GET /users/{username}", given=("username",))]
    learned.note("/users", "username", "example", ours=True)
    assert call(given, 0, learned)[1], "given, and known to be ours"


def test_tokens_are_known_by_their_names():
    assert token_in(answered({"data": {"access_token": "abcdefgh1"}}), ()) == "abcdefgh1"
    assert token_in(answered({"authToken": "abc.def-ghi"}), ()) == "abc.def-ghi"
    assert token_in(answered({"special": "abcdefgh1"}), ("special",)) == "abcdefgh1"
    for nothing in ({"token": "short"}, {"token": "has blanks in it"}, {"total": "abcdefgh1"}, {"token": 12345678}):
        assert token_in(answered(nothing), ()) == ""


def test_what_counts_as_a_good_answer():
    rest, graph = PETS[0], Operation("query a", "POST", "http://a.test/", kind="graphql")
    assert good(rest, answered({"errors": ["x"]}, 204))
    assert not good(rest, answered({}, 302))
    assert good(graph, answered({"data": {}}))
    assert not good(graph, answered({"errors": [{"message": "x"}]}))


def test_answers_that_are_no_json_or_without_end_teach_nothing_bad():
    learned = Learned()
    for body in (b"<html>", b"[" * 100_000, b'{"a": ', b""):
        assert body_of(answered(body)) is None
        assert call(PETS, 0, learned, answered(body, 200), unique=None)[2] == []
    huge = {f"id{number}": {"id": number, "petId": "x" * 1000} for number in range(10_000)}
    call(PETS, 2, learned, answered(huge))
    assert len(learned.seen) < 1000


def test_the_name_that_an_api_gives_goes_before_the_one_it_was_asked_for():
    pages = [op("POST /pages", {"slug": "home", "id": "mine"}), op("GET /pages/{slug}"), op("GET /pages/{slug}/{id}")]
    learned = Learned()
    call(pages, 0, learned, answered({"slug": "home-2", "id": "theirs"}, 201))
    request, owns, _ = call(pages, 1, learned)
    assert (request.url, owns) == ("http://a.test/pages/home-2", True)


def test_a_thing_may_call_its_name_shorter_than_others_do():
    issues = [op("POST /issues", {"title": "x"}), op("GET /issues/{issue_number}")]
    learned = Learned()
    call(issues, 0, learned, answered({"id": 90001, "number": 7}, 201))
    request, owns, _ = call(issues, 1, learned)
    assert (request.url, owns) == ("http://a.test/issues/7", True)
    others = [*issues, op("DELETE /builds/{number}")]
    assert call(others, 2, learned)[1] is False, "a build of that number is somebody else's"


def test_what_only_listed_values_may_fill_is_left_as_it_is():
    make = op("POST /labels", {"kind": "big", "label": "red", "version": 1})
    make = dataclasses.replace(make, bounds={("body", "label"): Bounds(fixed=True)})
    read = dataclasses.replace(
        op("GET /labels/{label}/{version}"), bounds={("path", "version"): Bounds(kind="integer")}
    )
    learned = Learned()
    request, _, _ = call([make, read], 0, learned, answered({"label": "red", "version": "1.0.2"}, 201))
    assert json.loads(request.body)["label"] == "red"
    request, _, _ = call([make, read], 1, learned)
    assert request.url == "http://a.test/labels/red/example", "a version that is no number is not the one meant"


def test_numbers_stay_numbers():
    learned = Learned(own={"/pets|id": "77", "|petid": "77"})
    assert json.loads(call(PETS, 3, learned)[0].body) == {"petId": 77}
    assert learned.find(Need("petId", "", ("/pets",))) == ("77", True)
