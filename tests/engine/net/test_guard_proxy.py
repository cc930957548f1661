"""The proxy lets out what the network would send itself, for whoever knows its secret, and nothing else."""

import asyncio

import pytest

from vedette.contract.exchange import Request
from vedette.contract.job import Limits, Scope, Setting
from vedette.engine.net.guard_proxy import HOLD_S, LENT, GuardProxy

from .conftest import OK
from .proxying import Client, believing, proxying


async def test_a_request_goes_out_by_what_the_scan_is_recognised(serve):
    server = await serve()
    async with proxying(server.origin, headers=(Setting(name="X-Key", secret="key"),)) as (proxy, network):
        async with Client(proxy) as client:
            said = await client.ask(server.origin + "/a?b=1", headers="X-Own: 1\r\nConnection: keep-alive\r\n")
            again = await client.ask(server.origin + "/c")
        assert said.startswith(b"HTTP/1.1 200") and said.endswith(b"ok") and again.endswith(b"ok")
        first = server.received[0]
        assert first.line == b"GET /a?b=1 HTTP/1.1"
        assert first.header(b"Host") == server.origin.removeprefix("http://").encode()
        assert first.header(b"X-Vedette-Scan") == b"scan7"
        assert (first.header(b"X-Own"), first.header(b"X-Key")) == (b"1", b"secret-value-1234")
        assert first.header(b"Proxy-Authorization") == b""
        assert (network.requests, proxy.passed, proxy.refused) == (2, 2, 0)
        assert network.part.status_counts == {"200": 2}
        assert server.connections == 1, "a connection that both sides keep is used again"


async def test_who_does_not_know_the_secret_gets_nothing(serve):
    server = await serve()
    async with proxying(server.origin) as (proxy, _):
        for credentials in ("", "Proxy-Authorization: Basic bm9ib2R5Ong=\r\n", "Proxy-Authorization: Basic §\r\n"):
            async with Client(proxy) as client:
                client.credentials = credentials
                assert b" 407 " in await client.ask(server.origin + "/")
        async with Client(proxy, user="mallory") as client:
            assert b" 407 " in await client.ask(server.origin + "/")
        async with Client(proxy) as client:
            await client.ask(server.origin + "/")
            client.credentials = ""
            assert await client.ask(server.origin + "/later") == b""
        assert [got.target for got in server.received] == [b"/"]
        assert proxy.secret not in repr(server.received)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_out_of_scope_meets_no_connection(serve, method):
    server, outside = await serve(), await serve()
    async with proxying(server.origin, scope=Scope(include=(server.origin + "/in",))) as (proxy, network):
        for url in (outside.origin + "/in", server.origin + "/out"):
            async with Client(proxy) as client:
                assert b" 200 " not in await client.ask(url, method)
            assert "out of scope" in proxy.reason_of(url)
        assert (outside.connections, server.connections, proxy.refused, network.requests) == (0, 0, 2, 0)
        assert network.part.out_of_scope_hosts == {"127.0.0.1": 1}


async def test_tunnels_lead_to_nothing_but_what_is_in_scope(serve, certify):
    outside = await serve()
    server = await serve()
    async with proxying(server.origin) as (proxy, network):
        for target in (f"127.0.0.1:{outside.port}", "outside.example:443", "nonsense", "[::1]:25"):
            async with Client(proxy) as client:
                assert b" 403 " in await client.tunnel(target)
        async with Client(proxy) as client:
            assert b" 200 " in await client.tunnel(f"127.0.0.1:{server.port}")
            said = await client.say("GET /way HTTP/1.1\r\nHost: x\r\n\r\n")
            assert said.endswith(b"ok")
        assert server.received[0].header(b"Host") == f"127.0.0.1:{server.port}".encode()
        assert (outside.connections, network.requests) == (0, 1)


async def test_each_request_of_an_https_site_is_judged(serve, certify):
    server = await serve(context=certify().context())
    scope = Scope(include=(server.origin,), exclude=("*/leave*",))
    async with proxying(server.origin, insecure=True, scope=scope) as (proxy, network):
        async with Client(proxy) as client:
            await client.tunnel(f"127.0.0.1:{server.port}", believing())
            certificate = client.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            assert certificate and certificate != certify().der
            assert (await client.say("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")).endswith(b"ok")
            assert b" 200 " not in await client.say("GET /leave HTTP/1.1\r\nHost: x\r\n\r\n")
        assert [got.target for got in server.received] == [b"/a"]
        assert proxy.reason_of(server.origin + "/leave") == "excluded"
        assert network.requests == 1


async def test_a_site_whose_certificate_is_worth_nothing_is_not_reached(serve, certify):
    server = await serve(context=certify().context())
    async with proxying(server.origin) as (proxy, network):
        async with Client(proxy) as client:
            await client.tunnel(f"127.0.0.1:{server.port}", believing())
            assert b" 200 " not in await client.say("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        assert "certificate" in proxy.reason_of(server.origin + "/a")
        assert server.received == []
        assert network.part.network_errors == 1


async def test_the_veto_sees_method_and_body_first(serve):
    server = await serve()
    seen: list[Request] = []

    def veto(request: Request) -> str:
        seen.append(request)
        return "no deleting" if b"delete" in request.body else ""

    async with proxying(server.origin, veto=veto) as (proxy, _), Client(proxy, user="a") as client:
        assert (await client.ask(server.origin + "/", "POST", body=b"keep=1")).endswith(b"ok")
        assert b" 200 " not in await client.ask(server.origin + "/", "POST", body=b"delete=1")
    assert [(one.method, one.body, one.user) for one in seen] == [("POST", b"keep=1", "A"), ("POST", b"delete=1", "A")]
    assert [got.body for got in server.received] == [b"keep=1"]


async def test_a_socket_of_a_page_is_handed_over_both_ways(serve):
    async def upgrade(received):
        return b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello"

    server = await serve(upgrade)
    async with proxying(server.origin, headers=(Setting(name="X-Key", secret="key"),)) as (proxy, network):
        async with Client(proxy) as client:
            await client.tunnel(f"127.0.0.1:{server.port}")
            said = await client.say("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            assert b" 101 " in said
            assert await client.reader.readexactly(5) == b"hello"
        shaken = proxy.handshakes[server.origin.replace("http", "ws") + "/ws"]
        assert (shaken.status, shaken.request.method) == (101, "GET")
        assert server.received[0].header(b"X-Key") == b"secret-value-1234"
        assert server.received[0].header(b"Connection") == b"Upgrade"
        assert network.in_flight == 0, "an open socket holds no place"


async def test_a_page_that_waits_for_events_gives_its_place_to_others(serve, monkeypatch):
    monkeypatch.setattr("vedette.engine.net.guard_proxy.HOLD_S", 0.05)
    release = asyncio.Event()

    async def handler(received):
        if received.target == b"/wait":
            await release.wait()
        return OK

    server = await serve(handler)
    async with proxying(server.origin, limits=Limits(rate=0, concurrency=1, timeout_s=5)) as (proxy, network):
        async with Client(proxy) as waiting, Client(proxy) as client:
            late = asyncio.ensure_future(waiting.ask(server.origin + "/wait"))
            while not server.received:
                await asyncio.sleep(0)
            assert (await client.ask(server.origin + "/now")).endswith(b"ok")
            assert not late.done()
            release.set()
            assert (await late).endswith(b"ok")
        assert network.pacing.pace("127.0.0.1").in_flight == 0
    assert HOLD_S > 0.05


async def test_a_stopped_scan_lets_nothing_more_out_and_ends_what_is_open(serve):
    server = await serve(lambda received: asyncio.sleep(60))
    async with proxying(server.origin) as (proxy, network):
        async with Client(proxy) as client, Client(proxy) as later:
            open_one = asyncio.ensure_future(client.ask(server.origin + "/"))
            while not server.received:
                await asyncio.sleep(0)
            network.stop()
            assert b" 200 " not in await later.ask(server.origin + "/later")
            assert b" 403 " in await later.tunnel(f"127.0.0.1:{server.port}") or later.reader.at_eof()
            await asyncio.wait_for(network.drain(0), 5)
            assert b" 200 " not in await open_one
        assert len(server.received) == 1
        assert (network.in_flight, network.troubled) == (0, 0)


async def test_the_limit_of_requests_holds_for_pages_too(serve):
    server = await serve()
    async with proxying(server.origin, limits=Limits(rate=0, max_requests=2)) as (proxy, network):
        async with Client(proxy) as client:
            said = [await client.ask(f"{server.origin}/{number}") for number in range(3)]
        assert [b" 200 " in one for one in said] == [True, True, False]
        assert network.requests == len(server.received) == 2


async def test_an_answer_that_is_none_is_told_as_one(serve):
    server = await serve(lambda received: b"SSH-2.0-OpenSSH\r\n\r\n")
    async with proxying(server.origin) as (proxy, network):
        async with Client(proxy) as client:
            assert b" 200 " not in await client.ask(server.origin + "/")
        assert proxy.reason_of(server.origin + "/") == "not a response"
        assert network.part.network_errors == 1


async def test_a_request_in_chunks_is_not_handed_over(serve):
    server = await serve()
    async with proxying(server.origin) as (proxy, _):
        async with Client(proxy) as client:
            assert await client.ask(server.origin + "/", "POST", "Transfer-Encoding: chunked\r\n") == b""
        assert server.received == []


async def test_lent_headers_are_used_once_and_name_nothing_outside(serve):
    server = await serve()
    async with proxying(server.origin) as (proxy, _):
        lent = proxy.lend((("Referer", "<x>"), ("Cookie", "a=1")))
        async with Client(proxy) as client:
            for _ in range(2):
                await client.ask(server.origin + "/", headers=f"{LENT}: {lent}\r\nReferer: y\r\nCookie: a=0; b=2\r\n")
        first, second = server.received
        assert (first.header(b"Referer"), first.header(b"Cookie")) == (b"<x>", b"a=1; b=2")
        assert (second.header(b"Referer"), second.header(b"Cookie")) == (b"y", b"a=0; b=2")
        assert not first.header(LENT.encode()) and not second.header(LENT.encode())


def test_users_have_names_that_a_password_can_stand_beside():
    assert [GuardProxy.name_of(user) for user in ("", "A", "B")] == ["nobody", "a", "b"]
