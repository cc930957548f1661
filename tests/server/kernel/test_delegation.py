"""The name servers of a zone, asked of a name server on loopback."""

import asyncio

import dns.resolver
import pytest

from tests.sites.names import names
from vedette.server.kernel import delegation

ZONE = {("shop.example", "NS"): ["NS-1.Dns.example.", "ns-2.dns.example."], ("www.shop.example", "A"): ["192.0.2.1"]}


async def ask(zone, *, silent=False, rcode=0):
    async with names(ZONE) as server:
        server.silent, server.rcode = silent, rcode
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
        return await asyncio.to_thread(delegation.name_servers, zone, resolver=resolver)


async def test_they_are_told_in_one_form():
    assert await ask("shop.example") == {"ns-1.dns.example", "ns-2.dns.example"}


@pytest.mark.parametrize("zone", ["www.shop.example", "unknown.example"])
async def test_what_is_no_zone_has_none(zone):
    assert await ask(zone) == frozenset()


async def test_without_an_answer_nothing_is_known(monkeypatch):
    monkeypatch.setattr(delegation, "TIMEOUT_S", 0.3)
    with pytest.raises(delegation.NoAnswer):
        await ask("shop.example", silent=True)
    with pytest.raises(delegation.NoAnswer):
        await ask("shop.example", rcode=2)
