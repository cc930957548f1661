"""What only the main lane does: reuse, re-sending, timing, cancellation."""

import asyncio
import contextlib
import os

import pytest

from vedette.contract.addresses import Policy
from vedette.contract.exchange import Exchange, Request
from vedette.engine.net.curl import MAX_IDLE, CurlLane
from vedette.engine.net.transfer import Settings

from .conftest import OK, answer

LOCAL = Policy(allow=("127.0.0.0/8",))


@pytest.fixture
async def lane():
    made = CurlLane(LOCAL, Settings(timeout_s=5), warm_target=lambda origin: "/warm", identity=(("X-Scan", "7"),))
    yield made
    await made.close()


async def get(lane: CurlLane, url: str, method: str = "GET", headers=(), body: bytes = b"", **how) -> Exchange:
    return await lane.send(Request(method, url, headers, body), address="127.0.0.1", **how)


async def test_harmless_requests_reuse_connections(lane, serve):
    server = await serve()
    for path in ("/a", "/b", "/c"):
        await get(lane, server.origin + path)
    assert [received.number for received in server.received] == [1, 2, 3]
    assert server.connections == 1


async def test_a_handle_used_again_carries_nothing_over(lane, serve):
    server = await serve(lambda received: answer(received.target, "X-Line: " + received.target.decode()))
    url = server.origin
    for number in range(3):
        await get(lane, url + "/post", "POST", (("Content-Type", "a/b"), ("X-P", str(number))), b"body" * number)
        exchange = await get(lane, f"{url}/{number}", headers=(("X-G", str(number)),) if number else ())
        assert exchange.response.body == f"/{number}".encode()
        assert exchange.response.header("x-line") == f"/{number}"
        assert len(exchange.response.headers) == 2
    posts = [received for received in server.received if received.target == b"/post"]
    gets = [received for received in server.received if received.target != b"/post"]
    assert [received.body for received in posts] == [b"", b"body", b"bodybody"]
    assert [received.header(b"x-p") for received in posts] == [b"0", b"1", b"2"]
    assert [received.header(b"x-g") for received in gets] == [b"", b"1", b"2"]
    assert all(received.body == b"" and received.header(b"content-type") == b"" for received in gets)


async def test_a_connection_that_dies_under_a_harmless_request_is_marked_resent(lane, serve):
    server = await serve(lambda received: OK if received.number == 1 else None)
    first = await get(lane, server.origin + "/1")
    assert (first.response.resent, first.usable) == (False, True)
    second = await get(lane, server.origin + "/2")
    assert second.status == 200
    assert (second.response.resent, second.usable) == (True, False)
    assert [received.target for received in server.received] == [b"/1", b"/2", b"/2"]


@pytest.mark.parametrize("how", [{}, {"timed": True}, {"fresh": True}])
async def test_an_unsafe_request_reaches_the_server_only_once(lane, serve, how):
    server = await serve(lambda received: None if received.line.startswith(b"POST") or received.number > 1 else OK)
    await get(lane, server.origin + "/")
    exchange = await get(lane, server.origin + "/pay", "POST", (), b"amount=1", **how)
    assert exchange.error == "connect"
    assert [received.line for received in server.received].count(b"POST /pay HTTP/1.1") == 1


async def test_a_fresh_request_is_never_sent_twice(lane, serve):
    server = await serve(lambda received: None)
    assert (await get(lane, server.origin + "/", fresh=True)).error == "connect"
    assert len(server.received) == 1


async def test_a_timed_request_goes_over_a_connection_warmed_for_it(lane, serve):
    server = await serve()
    await get(lane, server.origin + "/")
    headers = (("User-Agent", "sleep(5)"), ("Content-Type", "x/y"))
    exchange = await get(lane, server.origin + "/slow", "POST", headers, b"body", timed=True)
    assert exchange.status == 200
    warm, measured = server.received[1:]
    assert (warm.connection, warm.number, measured.connection, measured.number) == (2, 1, 2, 2)
    assert warm.line == b"GET /warm HTTP/1.1"
    assert [line for line in warm.lines if not line.startswith(b"Host")] == [b"X-Scan: 7"]
    assert (measured.line, measured.body) == (b"POST /slow HTTP/1.1", b"body")


async def test_time_to_the_first_byte_leaves_connecting_out(lane, serve):
    release = asyncio.Event()

    async def slow(received):
        if received.target == b"/slow":
            asyncio.get_running_loop().call_later(0.08, release.set)
            await release.wait()
        return OK

    server = await serve(slow)
    quick = [(await get(lane, server.origin + "/quick", timed=True)).response for _ in range(5)]
    held = (await get(lane, server.origin + "/slow", timed=True)).response
    assert 0 <= min(response.ttfb_s for response in quick) < 0.07 < held.ttfb_s < held.total_s + 0.001


async def test_a_failed_measurement_has_no_time(lane, serve):
    server = await serve(lambda received: OK if received.target == b"/warm" else None)
    exchange = await get(lane, server.origin + "/x", timed=True)
    assert exchange.response is None
    assert [received.target for received in server.received] == [b"/warm", b"/x"]


async def test_what_cannot_be_warmed_is_not_sent(lane, serve):
    server = await serve(lambda received: None)
    exchange = await get(lane, server.origin + "/pay", "POST", (), b"x", timed=True)
    assert (exchange.error, exchange.request.url) == ("connect", server.origin + "/pay")
    assert exchange.detail.startswith("warming the connection: ")
    assert [received.target for received in server.received] == [b"/warm"]


async def test_ending_everything_while_warming_sends_no_more(lane, serve):
    async def never(received):
        await asyncio.get_running_loop().create_future()

    server = await serve(never)
    task = asyncio.ensure_future(get(lane, server.origin + "/x", timed=True))
    while not server.received:
        await asyncio.sleep(0)
    lane.cancel_all()
    assert (await task).error == "stopped"
    assert [received.target for received in server.received] == [b"/warm"]


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "http://127.0.0.1:1/", (("X", "a\r\nB: c"),)),
        Request("G T", "http://127.0.0.1:1/"),
        Request("GET", "http://127.0.0.1:1/", (("Host", "a"), ("Host", "b"))),
        Request("POST", "http://127.0.0.1:1/", (("Transfer-Encoding", "chunked"),)),
    ],
)
async def test_what_it_could_not_send_exactly_is_refused(lane, request_):
    assert (await lane.send(request_, address="127.0.0.1")).error == "protocol"


async def moody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers, or waits for the other side to go away."""
    with contextlib.suppress(asyncio.IncompleteReadError, OSError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"/hang" in head:
                await reader.read()
                break
            writer.write(OK)
    writer.transport.abort()


async def test_a_storm_of_cancellations_leaves_normal_traffic_unharmed(lane):
    before = len(os.listdir("/proc/self/fd"))
    async with await asyncio.start_server(moody, "127.0.0.1", 0) as listener:
        origin = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        for wave in range(24):
            paths = [f"/{'hang' if number % 3 else 'ok'}/{wave}" for number in range(150)]
            tasks = [asyncio.ensure_future(get(lane, origin + path)) for path in paths]
            # At different moments of the transfers' lives: before the first step, while connecting, while waiting.
            for _ in range(wave % 8 * 3):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError | Exchange) for end in ended)
        exchanges = await asyncio.gather(*(get(lane, f"{origin}/normal/{number}") for number in range(200)))
        assert [(exchange.error, exchange.response.body) for exchange in exchanges] == [("", b"ok")] * 200
        assert lane._running == {}
        await lane.close()
        # Every connection was closed on our side, or the server's ends would stay open.
        async with asyncio.timeout(60):
            while len(os.listdir("/proc/self/fd")) > before + 3:
                await asyncio.sleep(0)


async def test_idle_handles_are_bounded(lane, serve):
    server = await serve()
    for number in range(MAX_IDLE // 8 + 5):
        await asyncio.gather(*(get(lane, server.origin + "/", f"M{number}") for _ in range(8)))
        if number > 5:
            server.received.clear()
    assert sum(len(transfers) for transfers in lane._idle.values()) == lane._idle_count <= MAX_IDLE
    assert (await get(lane, server.origin + "/")).status == 200


async def test_close_ends_what_is_in_flight(serve):
    async def never(received):
        await asyncio.get_running_loop().create_future()

    server = await serve(never)
    lane = CurlLane(LOCAL, Settings())
    task = asyncio.ensure_future(get(lane, server.origin + "/"))
    while not server.received:
        await asyncio.sleep(0)
    await lane.close()
    assert (await task).error == "stopped"
