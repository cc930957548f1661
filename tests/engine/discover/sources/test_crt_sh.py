"""Rows of certificates, as the search writes them."""

import json

import pytest

from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query
from vedette.engine.discover.sources.crt_sh import INFO, ask, read

QUERY = Query("shop.example", INFO.url)
ROW = {
    "issuer_ca_id": 1, "issuer_name": "C=XX, O=Authority", "common_name": "shop.example",
    "name_value": "shop.example\nwww.shop.example\n*.eu.shop.example",
    "id": 5, "entry_timestamp": "2026-01-01T00:00:00", "not_before": "2026-01-01T00:00:00", "serial_number": "0a",
}  # fmt: skip


def told(value):
    return read(QUERY, Request("GET", INFO.url), json.dumps(value).encode())


def test_it_asks_for_what_is_below():
    assert ask(QUERY).url == "https://crt.sh/?q=%25.shop.example&output=json&exclude=expired&deduplicate=Y"


def test_names_of_each_row():
    found = told([ROW, {"common_name": None, "name_value": "a.shop.example"}, "junk"])
    assert found.names == ("shop.example", "www.shop.example", "*.eu.shop.example", "shop.example", "a.shop.example")
    assert found.more is None
    assert told([]).names == ()


def test_what_is_no_list_cannot_be_read():
    with pytest.raises(ValueError, match="not a list"):
        told({"error": "busy"})
    with pytest.raises(ValueError):
        read(QUERY, Request("GET", INFO.url), b"<html>busy</html>")
