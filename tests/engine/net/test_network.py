"""The whole door: guard, names, pacing, breaker, lanes, sessions and counters together."""

import asyncio
import contextvars

import pytest

from vedette import __version__
from vedette.contract.exchange import ERRORS, Exchange, Request
from vedette.contract.job import Job, Limits, Login, Scope, Setting
from vedette.contract.progress import PartProgress
from vedette.engine.net.breaker import BOUND_S, THRESHOLD
from vedette.engine.net.network import Network

from .conftest import OK, answer


@pytest.fixture
async def make(serve):
    """Builds a network that may reach the given server."""
    networks: list[Network] = []

    def build(server, *, limits=None, network_fields=None, **fields) -> Network:
        job = Job(
            id="scan7",
            start_urls=fields.pop("start_urls", (server.origin + "/",)),
            limits=limits or Limits(rate=0, timeout_s=5),
            allow_private=fields.pop("allow_private", (f"127.0.0.1:{server.port}",)),
            **fields,
        )
        networks.append(Network(job, {"key": "secret-value-1234"}, **(network_fields or {})))
        return networks[-1]

    yield build
    for network in networks:
        await network.close()


def get(path: str, server, **fields) -> Request:
    return Request("GET", server.origin + path, **fields)


class Hanging:
    """A handler that answers only when told."""

    def __init__(self) -> None:
        self.release = asyncio.Event()

    async def __call__(self, received):
        await self.release.wait()
        return OK


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0)


async def test_an_exchange_shows_what_was_sent(make, serve):
    server = await serve()
    network = make(server)
    exchange = await network.send(get("/a?b", server, headers=(("X-A", "1"),)))
    assert (exchange.status, exchange.response.body, exchange.address) == (200, b"ok", "127.0.0.1")
    assert exchange.request.headers == (
        ("X-A", "1"),
        ("X-Vedette-Scan", "scan7"),
        ("User-Agent", f"Vedette/{__version__}"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate"),
    )
    sent = [tuple(line.decode().split(": ")) for line in server.received[0].lines if not line.startswith(b"Host")]
    assert tuple(sent) == exchange.request.headers


async def test_a_redirect_out_of_scope_is_neither_followed_nor_fetched(make, serve):
    outside = await serve()
    server = await serve(lambda received: answer(b"", f"Location: {outside.origin}/in", status="302 Found"))
    network = make(server, allow_private=("127.0.0.0/8",))
    exchange = await network.send(get("/", server))
    assert exchange.status == 302
    refused = await network.send(Request("GET", exchange.response.header("location")))
    assert (refused.error, refused.response) == ("refused", None)
    assert "out of scope" in refused.detail
    assert outside.connections == 0
    assert network.part.out_of_scope_hosts == {"127.0.0.1": 1}
    assert (network.requests, network.part.requests) == (1, 1)


async def test_a_name_that_later_resolves_elsewhere_stays_where_it_was(make, serve):
    server = await serve()
    answers = [["127.0.0.1"], ["127.0.0.9"], ["10.0.0.1"]]

    async def rebinding(host):
        return answers.pop(0)

    network = make(server, start_urls=(f"http://shop.invalid:{server.port}/",), network_fields={"resolve": rebinding})
    url = f"http://shop.invalid:{server.port}/"
    exchanges = [await network.send(Request("GET", url), fresh=fresh) for fresh in (False, True, True)]
    assert [exchange.address for exchange in exchanges] == ["127.0.0.1"] * 3
    assert len(server.received) == 3
    assert len(answers) == 2
    assert await network.pin("shop.invalid", server.port) == "127.0.0.1"


async def test_a_name_with_a_forbidden_address_is_never_connected(make, serve):
    server = await serve()

    async def inside(host):
        return ["127.0.0.1"]

    network = make(
        server,
        start_urls=(f"http://shop.invalid:{server.port}/",),
        allow_private=(),
        network_fields={"resolve": inside},
    )
    exchange = await network.send(Request("GET", f"http://shop.invalid:{server.port}/"))
    assert exchange.error == "refused"
    assert exchange.detail == "shop.invalid is 127.0.0.1, a loopback address"
    assert (server.connections, network.troubled) == (0, 0)
    assert await network.pin("shop.invalid", server.port) == ""


async def test_a_name_without_an_address_is_a_network_error(make, serve):
    server = await serve()

    async def nowhere(host):
        raise OSError("no such host")

    network = make(server, start_urls=("http://shop.invalid/",), network_fields={"resolve": nowhere})
    exchange = await network.send(Request("GET", "http://shop.invalid/"))
    assert exchange.error == "resolve"
    assert (network.troubled, network.part.network_errors, network.requests) == (1, 1, 0)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://h/", "nonsense", "http://u@127.0.0.1/", "http://[::1]/"])
async def test_the_guard_refuses_before_anything_else(make, serve, url):
    server = await serve()
    network = make(server)
    exchange = await network.send(Request("GET", url))
    assert exchange.error == "refused"
    assert exchange.detail
    assert network.requests == 0


async def test_counters(make, serve):
    server = await serve(lambda received: answer(b"", status=received.target[1:].decode() + " X"))
    network = make(server)
    other = PartProgress()
    await network.send(get("/500", server), part=other)
    for status in ("200", "200", "404", "429"):
        await network.send(get(f"/{status}", server))
    host = f"127.0.0.1:{server.port}"
    assert network.part.host_status_counts == {host: {"200": 2, "404": 1, "429": 1}}
    assert (network.part.requests, other.requests, network.requests) == (4, 1, 5)
    assert other.status_counts == {"500": 1}
    assert network.troubled == 1
    assert (network.part.in_flight, network.in_flight) == (0, 0)
    assert network.part.overall_round_trip_ms > 0


async def test_timeouts_are_counted_as_such(make, serve):
    server = await serve(Hanging())
    network = make(server, limits=Limits(rate=0, timeout_s=0.05))
    assert (await network.send(get("/", server))).error == "timeout"
    assert (network.part.timeouts, network.troubled) == (1, 1)


async def test_the_budget_is_exact_and_counts_earlier_slices_and_warming(make, serve):
    server = await serve()
    network = make(server, limits=Limits(rate=0, max_requests=10), network_fields={"already_spent": 3})
    await network.send(get("/timed", server), timed=True)
    exchanges = await asyncio.gather(*(network.send(get(f"/{number}", server)) for number in range(20)))
    assert sum(exchange.status == 200 for exchange in exchanges) == 5
    assert {exchange.error for exchange in exchanges if not exchange.response} == {"budget"}
    assert len(server.received) == 7
    assert network.requests == 10


async def test_a_timed_request_needs_room_for_two(make, serve):
    server = await serve()
    network = make(server, limits=Limits(rate=0, max_requests=1))
    assert (await network.send(get("/", server), timed=True)).error == "budget"
    assert (await network.send(get("/", server))).status == 200
    assert len(server.received) == 1


async def test_no_more_than_the_limit_are_in_flight(make, serve):
    hanging = Hanging()
    server = await serve(hanging)
    network = make(server, limits=Limits(rate=0, concurrency=3))
    tasks = [asyncio.ensure_future(network.send(get("/", server))) for _ in range(10)]
    await until(lambda: len(server.received) == 3)
    assert network.in_flight == network.part.in_flight == 3
    hanging.release.set()
    assert [(await task).status for task in tasks] == [200] * 10
    assert server.connections == 3


async def test_retry_after_holds_the_next_requests(make, serve, clock):
    told = []
    server = await serve(lambda received: answer(b"", "Retry-After: 20", status="503 Busy"))
    fields = {"clock": clock, "on_slow": lambda *said: told.append(said)}
    network = make(server, limits=Limits(rate=0, concurrency=8), network_fields=fields)
    assert (await network.send(get("/1", server))).status == 503
    assert told == [("127.0.0.1", "status 503", 20.0, 4)]
    server.handler = lambda received: OK
    task = asyncio.ensure_future(network.send(get("/2", server)))
    await clock.advance(19.5)
    assert len(server.received) == 1
    await clock.advance(1)
    assert (await task).status == 200


async def test_a_dead_host_makes_requests_wait_and_then_fail_or_go_on(make, serve, clock):
    told = []
    server = await serve(lambda received: None)
    fields = {"clock": clock, "on_block": lambda *said: told.append(said)}
    network = make(server, network_fields=fields, limits=Limits(rate=0, concurrency=50))
    for _ in range(THRESHOLD):
        assert (await network.send(get("/", server))).error == "connect"
    assert [(host, is_open) for host, _, is_open in told] == [(server.origin, True)]
    sent = len(server.received)
    waiting = [asyncio.ensure_future(network.send(get("/w", server))) for _ in range(5)]
    await clock.settle()
    assert not any(task.done() for task in waiting)
    assert len(server.received) == sent
    server.handler = lambda received: OK
    await clock.advance(2)
    assert [(await task).status for task in waiting] == [200] * 5
    assert told[-1][2] is False


async def test_a_host_that_stays_dead_fails_in_bounded_time(make, serve, clock):
    server = await serve(lambda received: None)
    network = make(server, network_fields={"clock": clock})
    for _ in range(THRESHOLD):
        await network.send(get("/", server))
    waiting = [asyncio.ensure_future(network.send(get("/w", server))) for _ in range(12)]
    while not all(task.done() for task in waiting):
        await clock.advance(1.0)
        await until(lambda: network.in_flight == 0)
        assert clock.now() < 1000 + BOUND_S + 5
    details = [task.result().detail for task in waiting]
    assert all(task.result().error == "connect" for task in waiting)
    assert 4 <= details.count("circuit open") <= 7
    assert network.troubled == THRESHOLD + 12


async def test_sessions_are_kept_apart(make, serve):
    def handler(received):
        if received.target == b"/show":
            return answer(received.header(b"cookie"))
        return answer(b"", f"Set-Cookie: sid=for-{received.target[1:].decode()}; Path=/; HttpOnly")

    server = await serve(handler)
    network = make(server, cookies=(Setting(name="lang", value="en"),))
    await network.send(get("/a", server, user="A"))
    await network.send(get("/b", server, user="B"))
    await network.send(get("/n", server), keep_cookies=False)
    shown = [(await network.send(get("/show", server, user=user))).response.body for user in ("A", "B", "")]
    assert shown == [b"lang=en; sid=for-a", b"lang=en; sid=for-b", b"lang=en"]
    assert network.session("A").placed == {"sid": [server.origin + "/a"]}
    assert network.session("").placed == {}


async def test_with_a_static_login_nobody_carries_nothing(make, serve):
    server = await serve(lambda received: answer(received.header(b"authorization")))
    network = make(server, headers=(Setting(name="Authorization", secret="key"),), login=Login(kind="static"))
    bodies = [(await network.send(get("/", server, user=user))).response.body for user in ("A", "")]
    assert bodies == [b"secret-value-1234", b""]


async def test_what_leaves_is_masked(make, serve):
    server = await serve(lambda received: answer(b"you sent " + received.header(b"authorization")))
    network = make(server, headers=(Setting(name="Authorization", secret="key"),))
    exchange = network.masker.mask(await network.send(get("/?k=secret-value-1234", server)))
    assert "secret-value-1234" not in repr(exchange)
    assert exchange.response.body.decode() == "you sent ‹secret:key›"


async def test_stop_admits_nothing_and_lets_the_rest_finish(make, serve):
    hanging = Hanging()
    server = await serve(hanging)
    network = make(server, limits=Limits(rate=0, concurrency=1))
    running = asyncio.ensure_future(network.send(get("/running", server)))
    await until(lambda: server.received)
    waiting = asyncio.ensure_future(network.send(get("/waiting", server)))
    await asyncio.sleep(0)
    network.stop()
    assert (await waiting).error == "stopped"
    assert (await network.send(get("/late", server))).error == "stopped"
    hanging.release.set()
    assert (await running).status == 200
    assert [received.target for received in server.received] == [b"/running"]


async def test_drain_lets_requests_finish_for_a_while_then_ends_them(make, serve, clock):
    hanging = Hanging()
    server = await serve(hanging)
    network = make(server, network_fields={"clock": clock})
    running = [asyncio.ensure_future(network.send(get("/", server))) for _ in range(3)]
    odd = asyncio.ensure_future(network.send(get("/", server, headers=(("Host", "a"), ("Host", "b")))))
    await until(lambda: len(server.received) == 4)
    draining = asyncio.ensure_future(network.drain(5))
    await clock.advance(4.9)
    assert not draining.done()
    await clock.advance(0.2)
    await draining
    assert [(await task).error for task in (*running, odd)] == ["stopped"] * 4
    assert (network.in_flight, network.troubled) == (0, 0)


async def test_drain_ends_with_the_last_request(make, serve, clock):
    hanging = Hanging()
    server = await serve(hanging)
    network = make(server, network_fields={"clock": clock})
    running = asyncio.ensure_future(network.send(get("/", server)))
    await until(lambda: server.received)
    draining = asyncio.ensure_future(network.drain(3600))
    await clock.settle()
    hanging.release.set()
    assert (await running).status == 200
    await draining
    await network.drain(5)


async def test_drain_wakes_those_who_wait_for_a_dead_host(make, serve, clock):
    server = await serve(lambda received: None)
    network = make(server, network_fields={"clock": clock})
    for _ in range(THRESHOLD):
        await network.send(get("/", server))
    waiting = asyncio.ensure_future(network.send(get("/w", server)))
    await clock.settle()
    await network.drain(5)
    assert (await waiting).error == "stopped"


async def test_a_cancelled_caller_leaves_no_trace(make, serve):
    hanging = Hanging()
    server = await serve(hanging)
    network = make(server, limits=Limits(rate=0, concurrency=1))
    task = asyncio.ensure_future(network.send(get("/", server)))
    await until(lambda: server.received)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (network.in_flight, network.part.in_flight, network.troubled) == (0, 0, 0)
    hanging.release.set()
    assert (await network.send(get("/", server))).status == 200


async def test_exclusive_measures_alone(make, serve):
    server = await serve()
    network = make(server)
    await network.send(get("/", server))
    order = []

    async def other():
        await network.send(get("/other", server))
        order.append("other")

    for host in ("127.0.0.1", server.origin, f"127.0.0.1:{server.port}"):
        async with network.exclusive(host):
            task = asyncio.ensure_future(_outside(other))
            for _ in range(3):
                assert (await network.send(get("/timed", server), timed=True)).usable
            order.append("measured")
        await task
    assert order == ["measured", "other"] * 3


def _outside(work):
    """Runs the work as if another unit did: without the caller's context."""

    async def wrapped():
        await contextvars.Context().run(asyncio.ensure_future, work())

    return wrapped()


async def test_malformed_bytes_go_over_the_raw_lane_under_the_same_rules(make, serve):
    server = await serve()
    network = make(server)
    odd = get("/", server, headers=(("X-Bad Name", "1"),))
    assert (await network.send(odd)).status == 200
    assert b"X-Bad Name: 1" in server.received[0].lines
    data = b"GET /bytes HTTP/1.1\r\nX:a\nY:b\r\n\r\n"
    assert (await network.send_bytes(data, get("/bytes", server))).status == 200
    assert server.received[1].head == data
    refused = await network.send_bytes(data, Request("GET", "http://127.0.0.1:1/"))
    assert refused.error == "refused"
    assert network.requests == 2


async def test_a_warming_request_stays_in_scope(make, serve):
    server = await serve()
    network = make(server, scope=Scope(include=(server.origin + "/app/",)))
    assert (await network.send(get("/app/x", server), timed=True)).status == 200
    assert [received.target for received in server.received] == [b"/app", b"/app/x"]


async def test_tls_facts_under_the_same_rules(make, serve, certify):
    certificate = certify()
    server = await serve(context=certificate.context())
    network = make(server, network_fields={"cafile": certificate.cert_file})
    report = await network.handshake(server.origin)
    assert report.certificate == certificate.der
    assert report.chain_error == ""
    asked = network.requests
    assert asked > 3
    assert await network.handshake(server.origin) is report
    assert network.requests == asked
    assert "out of scope" in (await network.handshake("https://other.example")).error
    network.stop()
    assert (await network.handshake("https://127.0.0.1:1")).error


async def test_it_closes_with_its_block(serve):
    server = await serve()
    job = Job(id="x", start_urls=(server.origin + "/",), allow_private=("127.0.0.1",))
    async with Network(job, {}) as network:
        assert (await network.send(get("/", server))).status == 200
    assert (await network.send(get("/", server))).error == "stopped"


async def test_all_errors_are_known_words(make, serve):
    server = await serve(lambda received: None if received.target == b"/connect" else b"nonsense\r\n\r\n")
    network = make(server)
    exchanges = [await network.send(get(path, server)) for path in ("/connect", "/protocol")]
    assert [exchange.error for exchange in exchanges] == ["connect", "protocol"]
    assert all(isinstance(exchange, Exchange) and exchange.error in ERRORS for exchange in exchanges)


async def test_a_certificate_and_a_connection_under_the_same_rules(make, serve, certify):
    certificate = certify()
    server = await serve(context=certificate.context())
    network = make(server, network_fields={"cafile": certificate.cert_file})
    report = await network.handshake(server.origin, certificate_only=True)
    assert (report.certificate, report.accepted) == (certificate.der, ())
    assert network.requests == 2
    assert await network.connects(server.origin)
    assert not await network.connects("https://other.example")
    assert (await network.handshake(server.origin)).accepted, "more is known only once it was asked for"
    assert (await network.handshake(server.origin, certificate_only=True)).accepted
    network.stop()
    assert not await network.connects(server.origin)
