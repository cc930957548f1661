"""All sources have the form, and a broken one is refused by its name."""

import types

import pytest

from vedette.contract.discovery import SourceInfo
from vedette.engine.discover.source import Query, build, load


def module(**parts):
    made = types.ModuleType("sources.made_up")
    vars(made).update({"INFO": SourceInfo(id="made-up", title="Made up"), "ask": print, "read": print} | parts)
    return made


def test_sources_are_found_in_order():
    assert list(load()) == ["cert-spotter", "crt-sh", "lines", "securitytrails", "virustotal"]


@pytest.mark.parametrize("name", list(load()))
def test_each_asks_the_address_that_it_is_given_for_the_domain(name):
    url = load()[name].info.url or "https://names.example/{domain}"
    request = load()[name].ask(Query("shop.example", url, "a key"))
    assert request.method == "GET"
    assert request.url.startswith(url.partition("{")[0].rstrip("/"))
    assert "shop.example" in request.url
    assert "a key" not in request.url, "keys travel in headers"
    elsewhere = load()[name].ask(Query("shop.example", "http://127.0.0.1:8080/x", "a key"))
    assert elsewhere.url.startswith("http://127.0.0.1:8080/x")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"INFO": None}, "no INFO"),
        ({"INFO": SourceInfo(id="made-up", title="")}, "no INFO"),
        ({"read": None}, "needs the functions"),
        ({"INFO": SourceInfo(id="brute-force", title="Taken")}, "is taken"),
    ],
)
def test_an_incomplete_one_is_refused(parts, words):
    assert list(build([module()])) == ["made-up"]
    with pytest.raises(ValueError, match=words):
        build([module(**parts)])
    with pytest.raises(ValueError, match="is taken"):
        build([module(), module()])
