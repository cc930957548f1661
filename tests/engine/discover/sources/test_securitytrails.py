"""Labels that stand before the domain."""

import json

import pytest

from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query
from vedette.engine.discover.sources.securitytrails import INFO, ask, read

QUERY = Query("shop.example", INFO.url, "k1")


def told(value):
    return read(QUERY, Request("GET", INFO.url), json.dumps(value).encode())


def test_the_key_travels_in_its_header():
    request = ask(QUERY)
    assert request.url.startswith("https://api.securitytrails.com/v1/domain/shop.example/subdomains?")
    assert ("APIKEY", "k1") in request.headers


def test_labels_become_names():
    answer = {"endpoint": "/v1/domain/shop.example/subdomains", "subdomain_count": 2, "subdomains": ["www", "a.eu", 7]}
    assert told(answer).names == ("www.shop.example", "a.eu.shop.example")


@pytest.mark.parametrize("value", [{"message": "You've exceeded the usage limits"}, [], {"subdomains": "www"}])
def test_what_has_no_list_cannot_be_read(value):
    with pytest.raises(ValueError, match="no list"):
        told(value)
