"""A request of an earlier scan: revived, and known again among others."""

import dataclasses

import pytest

from vedette.contract.exchange import Request
from vedette.contract.finding import Location
from vedette.contract.job import Known
from vedette.engine.scan.recalling import alike, perishable, recalled, request_of, same_inputs, word_of

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)
SECRETS = {"key": 'a b&"c', "sid": "s1"}


def post(body, headers=FORM, url="http://a/book"):
    return Request("POST", url, headers, body)


def test_without_a_request_the_address_is_asked_for():
    known = Known(id="1", check="x", location=Location(url="http://a/p"))
    assert request_of(known, "A") == Request("GET", "http://a/p", user="A")
    told = post(b"a=1")
    assert request_of(dataclasses.replace(known, request=told), "A") is told


@pytest.mark.parametrize(
    ("told", "now"),
    [
        (Request("GET", "http://a/?k=‹secret:key›"), Request("GET", "http://a/?k=a%20b%26%22c")),
        (Request("GET", "http://a/", (("X", "t ‹secret:sid›"),)), Request("GET", "http://a/", (("X", "t s1"),))),
        (post("k=‹secret:key›&t=1".encode()), post(b"k=a%20b%26%22c&t=1")),
        (post('{"k": "‹secret:key›"}'.encode(), JSON), post(b'{"k": "a b&\\"c"}', JSON)),
        (post(b"\xff\xfe=1"), post(b"\xff\xfe=1")),
    ],
)
def test_secrets_of_now_take_the_place_of_their_signs(told, now):
    assert recalled(told, SECRETS.get) == now


def test_a_secret_that_is_not_known_any_more_is_not_made_up():
    assert recalled(Request("GET", "http://a/?k=‹secret:other›"), SECRETS.get) is None


@pytest.mark.parametrize(
    ("told", "met", "same"),
    [
        ("http://a/s?q=tea", "http://a/s?q=pot", True),
        ("http://a/s?q=tea&page=news", "http://a/s?q=tea&page=shop", False),
        ("http://a/s?q=tea&id=7", "http://a/s?q=tea&id=12", True),
        ("http://a/s?q=tea&id=7", "http://a/s?q=tea&id=all", False),
        ("http://a/s?q=tea&t=0123456789abcdefx", "http://a/s?q=tea&t=ZZZZ456789abcdefx", True),
        ("http://a/s?q=tea&t=‹secret:sid›", "http://a/s?q=tea&t=word", True),
        ("http://a/s?q=tea", "http://a/s?q=tea&page=news", False),
        ("http://a/s?q=tea", "http://b/s?q=tea", False),
        ("http://a/s?q=tea", "http://a/other?q=tea", False),
        ("http://a/item/7?q=tea", "http://a/item/12?q=tea", True),
    ],
)
def test_what_is_alike(told, met, same):
    assert alike(Request("GET", told), Request("GET", met), "query", "q") is same


def test_method_user_and_encoding_count_too():
    one = post(b"q=1")
    assert alike(one, post(b"q=2"), "form", "q")
    assert not alike(one, dataclasses.replace(one, method="PUT"))
    assert not alike(one, dataclasses.replace(one, user="A"))
    assert not alike(one, post(b'{"q": 1}', JSON))


def test_the_segment_in_question_may_be_another():
    one, other = Request("GET", "http://a/shop/tea"), Request("GET", "http://a/shop/pot")
    assert alike(one, other, "path", "1")
    assert not alike(one, other, "path", "0")
    assert same_inputs(one, other, "query", "q")


@pytest.mark.parametrize(
    ("value", "word"),
    [("tea", "tea"), ("7", "{}"), ("-1.5", "{}"), ("2024-05-17", "{}"), ("a" * 16, "{}"), ("a b" * 9, "a b" * 9)],
)
def test_words_stay_and_what_varies_becomes_a_sign(value, word):
    assert word_of(value) == word


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        (b"text=nice&id=7", False),
        (b"text=nice&token=0123456789abcdef0123", True),
        (b"text=nice&nonce=ab12cd34ef", True),
        ("text=nice&token=‹secret:sid›".encode(), True),
        (b"text=0123456789abcdef0123", False),
    ],
)
def test_what_a_session_gave_out_perishes(body, lost):
    assert perishable(post(body), "form", "text") is lost
