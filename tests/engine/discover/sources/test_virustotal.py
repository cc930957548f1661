"""Rows with names as ids, and links to further pages."""

import json

import pytest

from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query
from vedette.engine.discover.sources.virustotal import INFO, ask, read

QUERY = Query("shop.example", INFO.url, "k1")


def told(value):
    return read(QUERY, ask(QUERY), json.dumps(value).encode())


def test_the_key_travels_in_its_header():
    request = ask(QUERY)
    assert request.url == "https://www.virustotal.com/api/v3/domains/shop.example/subdomains?limit=40"
    assert ("x-apikey", "k1") in request.headers


def test_names_and_the_next_page():
    rows = [{"type": "domain", "id": "www.shop.example", "attributes": {}}, {"id": 5}, "junk"]
    following = "https://www.virustotal.com/api/v3/domains/shop.example/subdomains?cursor=abc&limit=40"
    found = told({"data": rows, "links": {"next": following}, "meta": {"cursor": "abc"}})
    assert found.names == ("www.shop.example",)
    assert found.more == Request("GET", following, ask(QUERY).headers)


def test_without_a_link_it_was_the_last():
    assert told({"data": [], "links": {"self": "x"}}).more is None
    assert told({"data": []}).more is None


@pytest.mark.parametrize("value", [{"error": {"code": "QuotaExceededError"}}, []])
def test_what_has_no_rows_cannot_be_read(value):
    with pytest.raises(ValueError, match="no list"):
        told(value)
