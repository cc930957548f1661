"""Addresses with the aliases that lead to them, at a pace; a name that is not there is told from one that is lame."""

import asyncio

import dns.rcode
import pytest

from tests.sites.names import names
from vedette.engine.net.dns import DnsError
from vedette.engine.net.lookup import Looked, Lookup

ZONE = {
    ("shop.example", "A"): ["192.0.2.9", "192.0.2.1"],
    ("shop.example", "AAAA"): ["2001:db8::1"],
    ("shop.example", "NS"): ["ns2.shop.example.", "ns1.shop.example."],
    ("www.shop.example", "CNAME"): ["Front.shop.example."],
    ("front.shop.example", "CNAME"): ["shop.example."],
    ("gone.shop.example", "CNAME"): ["nobody.elsewhere.example."],
    ("one.shop.example", "CNAME"): ["two.shop.example."],
    ("two.shop.example", "CNAME"): ["one.shop.example."],
    ("text.shop.example", "TXT"): ['"hello"'],
    ("*.wild.shop.example", "A"): ["192.0.2.50"],
}


async def looked(name, **how):
    async with names(ZONE) as server:
        return await Lookup((server.address,), **how).look(name)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("shop.example", Looked(("192.0.2.1", "192.0.2.9", "2001:db8::1"), exists=True)),
        ("SHOP.example.", Looked(("192.0.2.1", "192.0.2.9", "2001:db8::1"), exists=True)),
        (
            "www.shop.example",
            Looked(("192.0.2.1", "192.0.2.9", "2001:db8::1"), ("front.shop.example", "shop.example"), exists=True),
        ),
        ("gone.shop.example", Looked((), ("nobody.elsewhere.example",), exists=True)),
        ("text.shop.example", Looked(exists=True)),
        ("nowhere.shop.example", Looked()),
        ("a.b.wild.shop.example", Looked(("192.0.2.50",), exists=True)),
        ("a" * 64 + ".shop.example", Looked(trouble=f"{'a' * 64}.shop.example is not a name.")),
        ("a..b", Looked(trouble="a..b is not a name.")),
    ],
)
async def test_what_a_name_stands_for(name, found):
    assert await looked(name) == found


async def test_aliases_in_a_ring_end():
    found = await looked("one.shop.example")
    assert found.aliases == ("two.shop.example",)
    assert found.addresses == ()


async def test_a_name_that_is_not_there_costs_one_question():
    async with names(ZONE) as server:
        lookup = Lookup((server.address,))
        await lookup.look("nowhere.shop.example")
        assert server.log == ["A nowhere.shop.example"]
        assert lookup.queries == 1


async def test_a_lame_name_is_no_missing_one():
    async with names(ZONE) as server:
        server.lame.add("bad.shop.example")
        found = await Lookup((server.address,)).look("bad.shop.example")
        assert found == Looked(trouble="The name servers gave no usable answer for bad.shop.example.")
        assert len(server.log) == 3, "it is asked again"


async def test_another_server_answers_for_one_that_does_not():
    async with names(ZONE) as broken, names(ZONE) as server:
        broken.rcode = dns.rcode.REFUSED
        lookup = Lookup((broken.address, server.address))
        found = await asyncio.gather(*(lookup.look("shop.example") for _ in range(4)))
        assert {one.addresses[0] for one in found} == {"192.0.2.1"}


async def test_silence_is_trouble():
    async with names(ZONE) as server:
        server.silent = True
        found = await Lookup((server.address,), timeout_s=0.02).look("shop.example")
        assert found.trouble == "No name server answered in time for shop.example."


async def test_records_are_sorted_texts():
    async with names(ZONE) as server:
        lookup = Lookup((server.address,))
        assert await lookup.records("shop.example", "NS") == ("ns1.shop.example.", "ns2.shop.example.")
        assert await lookup.records("shop.example", "MX") == ()
        assert await lookup.records("nowhere.shop.example", "MX") == ()
        server.rcode = dns.rcode.REFUSED
        with pytest.raises(DnsError, match="no usable answer for shop"):
            await lookup.records("shop.example", "NS")


async def test_once_stopped_nothing_is_asked():
    async with names(ZONE) as server:
        lookup = Lookup((server.address,))
        lookup.stop()
        assert (await lookup.look("shop.example")).trouble == "The scan is stopping."
        assert server.log == []


async def test_questions_keep_their_pace():
    class Clock:
        def __init__(self):
            self.time = 100.0

        def now(self):
            return self.time

        async def sleep(self, seconds):
            self.time += seconds

    clock = Clock()
    async with names(ZONE) as server:
        lookup = Lookup((server.address,), rate=10, clock=clock)
        for _ in range(11):
            await lookup.look("nowhere.shop.example")
    assert clock.time - 100.0 == pytest.approx(0.9, abs=0.11)


def test_what_is_no_name_server_is_refused():
    with pytest.raises(ValueError, match="not the address of a name server"):
        Lookup(("ns.example",))
