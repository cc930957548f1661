"""Levels at which any name is answered, also when the answers change."""

import itertools

from tests.sites.estate import DOMAIN
from vedette.engine.discover.wildcards import Wildcard, Wildcards
from vedette.engine.net.lookup import Looked

ANY = f"any.{DOMAIN}"


async def test_a_level_that_answers_anything(search):
    found = await Wildcards(search).at(ANY)
    assert found == Wildcard(addresses=("127.0.0.77",))
    assert found.explains(Looked(("127.0.0.77",), exists=True))
    assert not found.explains(Looked(("127.0.0.1",), exists=True))
    assert not found.explains(Looked(("127.0.0.77",), ("cdn.example",), exists=True)), "it is an alias, others are not"


async def test_a_level_that_does_not(company, search):
    wildcards = Wildcards(search)
    found = await wildcards.at(DOMAIN)
    assert not found.there
    assert not found.explains(Looked(("127.0.0.77",), exists=True))
    before = len(company.server.log)
    assert await wildcards.at(DOMAIN) == found
    assert len(company.server.log) == before


async def test_what_was_learned_lasts(company, search, noted):
    found = await Wildcards(search).at(ANY)
    before = len(company.server.log)
    assert await Wildcards(search).at(ANY) == found
    assert len(company.server.log) == before
    assert any(key.startswith("wildcard:") for key in noted.state["discovery"])


async def test_a_wildcard_of_aliases(company, search):
    del company.server.zone[f"*.{ANY}", "A"]
    company.server.zone[f"*.{ANY}", "CNAME"] = ["front.elsewhere.example."]
    found = await Wildcards(search).at(ANY)
    assert found.aliases == ("front.elsewhere.example",)
    assert found.explains(Looked(("192.0.2.1",), ("front.elsewhere.example", "x.example"), exists=True))


async def test_one_that_is_never_the_same(search, monkeypatch):
    numbers = itertools.count(1)

    async def look(name):
        return Looked((f"192.0.2.{next(numbers)}",), exists=True)

    monkeypatch.setattr(search.lookup, "look", look)
    found = await Wildcards(search).at(ANY)
    assert found.restless
    assert found.explains(Looked(("198.51.100.1",), exists=True))
