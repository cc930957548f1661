"""Descriptions of APIs where frameworks put them; pages that answer to anything hold none."""

import json

from tests.sites.estate import OPENAPI
from tests.sites.pages import Page, pages
from vedette.contract.job import Job
from vedette.engine.discover import descriptions
from vedette.engine.discover.descriptions import PLACES, find
from vedette.engine.net.network import Network


async def found(site):
    port = site.url.rpartition(":")[2]
    job = Job(id="d", start_urls=(site.url + "/",), allow_private=(f"127.0.0.1:{port}",))
    async with Network(job, {}) as network:
        return await find(network, site.url + "/")


def given(text, kind="application/json"):
    return lambda asked: Page(text, kind=kind)


async def test_the_first_place_with_operations_counts():
    async with pages(
        **{"swagger.json": given('{"openapi": "3.0.0", "paths": {}}'), "v3/api-docs": given(json.dumps(OPENAPI))}
    ) as site:
        description = await found(site)
        assert (description.kind, description.url, description.operations) == ("openapi", site.url + "/v3/api-docs", 1)
        assert json.loads(description.text) == OPENAPI


async def test_a_page_for_everything_holds_none():
    async with pages() as site:
        text = "<html><title>Shop</title></html>"
        site.pages = {place: given(text, "text/html") for place in PLACES} | {"/openapi.json": given("{}")}
        assert await found(site) is None
        assert len(site.asked) == len(PLACES)


async def test_one_that_is_too_long_is_left_out(monkeypatch):
    monkeypatch.setattr(descriptions, "MAX_DESCRIPTION", 50)
    async with pages(**{"openapi.json": given(json.dumps(OPENAPI))}) as site:
        assert await found(site) is None
