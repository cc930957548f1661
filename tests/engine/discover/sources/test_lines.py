"""Whatever simple form an operator's list has."""

import pytest

from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query
from vedette.engine.discover.sources.lines import ask, read

QUERY = Query("shop.example", "http://127.0.0.1/names/{domain}.txt", "k1")


def told(text):
    return read(QUERY, Request("GET", "http://127.0.0.1/"), text.encode()).names


def test_the_address_holds_the_domain():
    assert ask(QUERY).url == "http://127.0.0.1/names/shop.example.txt"
    assert ask(QUERY).headers == (("Authorization", "Bearer k1"),)


@pytest.mark.parametrize(
    "text",
    [
        "a.shop.example\n\n  b.shop.example \r\n",
        '"a.shop.example"\n{"name": "b.shop.example"}',
        '{"host": "a.shop.example", "input": "shop.example", "source": "x"}\n{"ip": 1, "subdomain": "b.shop.example"}',
        '["a.shop.example", {"fqdn": "b.shop.example"}, 5, null]',
    ],
)
def test_forms_of_a_list(text):
    assert told(text) == ("a.shop.example", "b.shop.example")


def test_nothing_and_nonsense():
    assert told("") == ()
    with pytest.raises(ValueError):
        told('{"host": ')
