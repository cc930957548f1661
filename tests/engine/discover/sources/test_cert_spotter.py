"""Pages of issuances, one after another."""

import json

import pytest

from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query
from vedette.engine.discover.sources.cert_spotter import INFO, ask, read

QUERY = Query("shop.example", INFO.url)
ROWS = [
    {"id": "71", "tbs_sha256": "aa", "dns_names": ["shop.example", "*.shop.example"]},
    {"id": "72", "dns_names": ["www.shop.example", 5]},
    {"id": "73", "dns_names": None},
]  # fmt: skip


def told(value):
    return read(QUERY, Request("GET", INFO.url), json.dumps(value).encode())


def test_a_key_is_a_bearer_token():
    assert ask(QUERY).headers == ()
    assert ask(Query("shop.example", INFO.url, "k1")).headers == (("Authorization", "Bearer k1"),)
    assert ask(QUERY).url.endswith("?domain=shop.example&include_subdomains=true&expand=dns_names")


def test_names_and_the_next_page():
    found = told(ROWS)
    assert found.names == ("shop.example", "*.shop.example", "www.shop.example")
    assert found.more.url == ask(QUERY).url + "&after=73"


def test_an_empty_page_is_the_last():
    assert told([]).more is None


def test_what_is_no_list_cannot_be_read():
    with pytest.raises(ValueError, match="not a list"):
        told({"code": "rate_limited"})
