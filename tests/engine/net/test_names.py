import asyncio

from vedette.contract.addresses import Policy
from vedette.engine.net.names import LOOKUP_S, RETRY_S, Names, system_resolve

LOOPBACK = Policy(allow=("127.0.0.1:80",))


class Resolver:
    """Gives its answers one after another; the last for ever."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host):
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        await asyncio.sleep(0)
        return answer


async def test_a_name_is_resolved_once_and_pinned(clock):
    resolver = Resolver(["93.184.216.34"], ["127.0.0.1"])
    names = Names(Policy(), resolve=resolver, clock=clock)
    assert names.known("site.example", 80) is None
    first = await names.pin("site.example", 80)
    await clock.advance(100_000)
    assert await names.pin("site.example", 80) == first
    assert (await names.pin("site.example", 443)).address == first.address == "93.184.216.34"
    assert names.known("site.example", 80) == first
    assert resolver.asked == ["site.example"]


async def test_many_askers_share_one_lookup(clock):
    resolver = Resolver(["93.184.216.34"])
    names = Names(Policy(), resolve=resolver, clock=clock)
    pins = await asyncio.gather(*(names.pin("site.example", 80) for _ in range(20)))
    assert {pin.address for pin in pins} == {"93.184.216.34"}
    assert len(resolver.asked) == 1


async def test_a_cancelled_asker_leaves_the_lookup_to_the_next(clock):
    resolver = Resolver(["93.184.216.34"])
    names = Names(Policy(), resolve=resolver, clock=clock)
    first = asyncio.ensure_future(names.pin("site.example", 80))
    second = asyncio.ensure_future(names.pin("site.example", 80))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).address == "93.184.216.34"


async def test_forbidden_addresses_are_refused_with_the_reason(clock):
    names = Names(Policy(), resolve=Resolver(["10.0.0.1", "169.254.169.254"]), clock=clock)
    pin = await names.pin("intern.example", 80)
    assert (pin.address, pin.error) == ("", "refused")
    assert pin.detail == (
        "intern.example is 10.0.0.1, a private address; intern.example is 169.254.169.254, a cloud metadata address"
    )
    assert names.address_of("intern.example") == ""


async def test_of_several_addresses_the_first_allowed_counts_ipv4_before_ipv6(clock):
    names = Names(LOOPBACK, resolve=Resolver(["::1", "127.0.0.1"]), clock=clock)
    assert (await names.pin("localhost", 80)).address == "127.0.0.1"
    assert (await names.pin("localhost", 81)).error == "refused"
    assert names.address_of("localhost") == "127.0.0.1"
    names = Names(Policy(), resolve=Resolver(["2606:2800:21f::1", "10.0.0.1", "93.184.216.34"]), clock=clock)
    assert (await names.pin("mixed.example", 80)).address == "93.184.216.34"


async def test_literal_addresses_ask_nobody(clock):
    resolver = Resolver(OSError("must not be asked"))
    names = Names(LOOPBACK, resolve=resolver, clock=clock)
    assert (await names.pin("127.0.0.1", 80)).address == "127.0.0.1"
    assert (await names.pin("127.0.0.1", 81)).detail == "127.0.0.1 is a loopback address"
    assert (await names.pin("::ffff:10.0.0.1", 80)).error == "refused"
    assert resolver.asked == []


async def test_a_failed_name_is_asked_again_after_a_while(clock):
    resolver = Resolver(OSError("no such host"), [], ["93.184.216.34"])
    names = Names(Policy(), resolve=resolver, clock=clock)
    pin = await names.pin("site.example", 80)
    assert (pin.error, pin.detail) == ("resolve", "no such host")
    await names.pin("site.example", 80)
    assert len(resolver.asked) == 1
    await clock.advance(RETRY_S)
    assert (await names.pin("site.example", 80)).detail == "site.example has no address"
    await clock.advance(RETRY_S)
    assert (await names.pin("site.example", 80)).address == "93.184.216.34"


async def test_a_resolver_that_hangs_is_given_up(clock, monkeypatch):
    async def hang(host):
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr("vedette.engine.net.names.LOOKUP_S", 0.01)
    assert LOOKUP_S > 1
    pin = await Names(Policy(), resolve=hang, clock=clock).pin("slow.example", 80)
    assert (pin.error, pin.detail) == ("resolve", "the resolver did not answer for slow.example")


async def test_an_impossible_name_is_an_answer_too(clock):
    pin = await Names(Policy(), resolve=system_resolve, clock=clock).pin("a" * 64 + ".example", 80)
    assert pin.error == "resolve"


async def test_the_machine_knows_localhost():
    assert "127.0.0.1" in await system_resolve("localhost")
