"""TXT and CNAME records: exact names only, and a sentence for every way in which no answer comes."""

import asyncio

import dns.rcode
import dns.resolver
import pytest
import uvloop

from tests.sites.names import names
from vedette.engine.net.dns import Dns, DnsError

HOST = "shop.example"


async def test_texts_are_joined_and_sorted():
    async with names({(HOST, "TXT"): ['"v=spf1 -all"', '"Vedette=" "abc"', '"\\195\\164\\255"']}) as server:
        assert await Dns((server.address,)).txt(HOST) == ("Vedette=abc", "v=spf1 -all", "ä�")
        assert server.log == [f"TXT {HOST}"]


async def test_more_records_than_a_datagram_holds_come_over_tcp():
    texts = [f'"{number:03} {"x" * 90}"' for number in range(40)]
    async with names({(HOST, "TXT"): texts}) as server:
        found = await Dns((server.address,)).txt(HOST)
        assert server.log == [f"TXT {HOST}", f"tcp TXT {HOST}"]
    assert found == tuple(text.strip('"') for text in texts)


async def test_an_alias_is_told_by_its_target():
    async with names({(f"a.{HOST}", "CNAME"): ["ghs.other.example."], (HOST, "TXT"): ['"x"']}) as server:
        asker = Dns((server.address,))
        assert await asker.cname(f"a.{HOST}") == "ghs.other.example"
        assert await asker.cname(f"A.{HOST.upper()}.") == "ghs.other.example"
        assert await asker.cname(f"b.{HOST}") == ""
        assert await asker.cname(HOST) == ""


async def test_records_behind_an_alias_do_not_count():
    zone = {(f"www.{HOST}", "CNAME"): ["cdn.example."], ("cdn.example", "TXT"): ['"Vedette=abc"']}
    async with names(zone) as server:
        asker = Dns((server.address,))
        assert await asker.txt("cdn.example") == ("Vedette=abc",)
        assert await asker.txt(f"www.{HOST}") == ()


async def test_what_has_no_such_records_gives_none():
    async with names({(HOST, "A"): ["192.0.2.1"]}) as server:
        asker = Dns((server.address,))
        assert await asker.txt(HOST) == ()
        assert await asker.txt("nowhere.example") == ()
        # Neither is the machine's search list tried.
        assert server.log == [f"TXT {HOST}", "TXT nowhere.example"]


async def test_a_server_that_keeps_silent_is_no_answer():
    async with names() as server:
        server.silent = True
        with pytest.raises(DnsError, match=r"^No name server answered in time for shop\.example\.$"):
            await Dns((server.address,), lifetime_s=0.05).txt(HOST)


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
async def test_a_server_that_fails_is_no_answer(rcode):
    async with names() as server:
        server.rcode = rcode
        with pytest.raises(DnsError, match=r"^The name servers gave no usable answer for shop\.example\.$"):
            await Dns((server.address,)).cname(HOST)


async def test_a_port_where_nobody_listens_is_no_answer():
    async with names() as server:
        gone = server.address
    with pytest.raises(DnsError, match="name server"):
        await Dns((gone,), lifetime_s=0.05).txt(HOST)


@pytest.mark.parametrize("name", ["x" * 64 + ".example", ".".join(["x" * 60] * 6), "a..example"])
async def test_a_name_that_cannot_be_asked_for_is_told(name):
    async with names() as server:
        with pytest.raises(DnsError, match="cannot be looked up"):
            await Dns((server.address,)).txt(name)
        assert server.log == []


async def test_the_second_server_answers_for_the_first():
    async with names() as broken, names({(HOST, "TXT"): ['"x"']}) as sound:
        broken.rcode = dns.rcode.SERVFAIL
        assert await Dns((broken.address, sound.address)).txt(HOST) == ("x",)
        assert broken.log == sound.log == [f"TXT {HOST}"]


def test_it_works_on_the_loop_of_the_command_line():
    async def asked():
        async with names({(HOST, "TXT"): ['"x"']}) as server:
            return await Dns((server.address,)).txt(HOST)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(asked()) == ("x",)


@pytest.mark.parametrize(
    "entry", ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:5353", " 192.0.2.1 "]
)
def test_entries_that_can_be_read(entry):
    Dns((entry,))


@pytest.mark.parametrize("entry", ["", "ns.example", "192.0.2.1:0", "192.0.2.1:99999", "[192.0.2.1", "192.0.2.1:dns"])
def test_entries_that_cannot(entry):
    with pytest.raises(ValueError, match=r"not (the address of a name server|a port)"):
        Dns((entry,))


async def test_without_servers_the_machine_s_own_are_asked(monkeypatch):
    async with names({(HOST, "TXT"): ['"x"']}) as server:

        def configured(self, path):
            self.nameservers = ["127.0.0.1"]
            self.port = server.port

        monkeypatch.setattr("dns.resolver.BaseResolver.read_resolv_conf", configured)
        assert await Dns().txt(HOST) == ("x",)


async def test_a_machine_without_name_servers_is_told(monkeypatch):
    def configured(self, path):
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr("dns.resolver.BaseResolver.read_resolv_conf", configured)
    with pytest.raises(DnsError, match="no name server to ask"):
        await Dns().txt(HOST)
