"""Values in the text of a GraphQL query."""

import pytest
from graphql import parse

from vedette.engine.attack.graphql_arguments import arguments, is_query, replaced

QUERY = """query A($x: Int = 5, $y: [String] = ["d"]) @live(if: true) {
  user(id: "5", where: {name: "a\\"b", and: [{age: 3}, {age: 4}]}, sort: NEWEST) { posts(first: 3, q: $x) { t } }
  other(id: \"\"\"block\"\"\")
}"""


def test_texts_and_numbers_are_found_with_their_places():
    assert [(one.path, one.text) for one in arguments(QUERY)] == [
        ("user/id", "5"), ("user/where/name", 'a"b'), ("user/where/and/age", "3"), ("user/where/and/age#2", "4"),
        ("posts/first", "3"), ("other/id", "block"),
    ]  # fmt: skip
    assert [QUERY[one.start : one.end] for one in arguments(QUERY)][:2] == ['"5"', '"a\\"b"']


@pytest.mark.parametrize("payload", ["' OR 1=1 --", '"} x {"', "line\nbreak", "ünïcode\u2028", "\\", "9"])
def test_a_changed_query_is_still_one_and_says_the_payload(payload):
    for one in arguments(QUERY):
        changed = replaced(QUERY, one.path, payload)
        parse(changed)
        assert next(other.text for other in arguments(changed) if other.path == one.path) == payload


def test_numbers_stay_numbers_where_the_payload_is_one():
    assert "first: 9," in replaced(QUERY, "posts/first", "9")
    assert 'first: "x",' in replaced(QUERY, "posts/first", "x")
    assert replaced(QUERY, "none", "x") is None


@pytest.mark.parametrize("text", ["", "{", "words", "{ a(b: ", '{ a(b: "x', "{ " * 100_000 + "}", "(" * 1000 + "{}"])
def test_what_is_no_query_gives_nothing(text):
    assert arguments(text) == []


def test_a_query_is_told_by_its_braces():
    assert is_query("{ a }")
    assert not is_query("select {a} from b")
    assert not is_query("{" + "a" * 60_000 + "}")
