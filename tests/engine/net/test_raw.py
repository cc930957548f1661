"""What only the raw lane does: bytes that are not HTTP."""

import asyncio

import pytest

from vedette.contract.addresses import Policy
from vedette.contract.exchange import Request
from vedette.engine.net import raw
from vedette.engine.net.origin import split
from vedette.engine.net.raw import RawLane
from vedette.engine.net.transfer import Settings

from .conftest import OK

LOCAL = Policy(allow=("127.0.0.0/8",))


@pytest.fixture
async def lane():
    made = RawLane(LOCAL, Settings(timeout_s=5))
    yield made
    await made.close()


async def test_the_authorities_of_the_machine_are_read_once_and_only_for_https(serve, certify, monkeypatch):
    read = []
    made = raw.ssl.create_default_context
    monkeypatch.setattr(raw.ssl, "create_default_context", lambda **given: (read.append(given), made(**given))[1])
    own = certify()
    plain, secure = await serve(), await serve(context=own.context())
    lane = RawLane(LOCAL, Settings(timeout_s=60, cafile=own.cert_file))
    for server, times in ((plain, 0), (secure, 1), (secure, 1)):
        got = await lane.send(Request("GET", server.origin + "/"), address="127.0.0.1")
        assert (got.status, len(read)) == (200, times)
    await lane.close()


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        b"GET / HTTP/1.1\nHost: h\n X: folded\r\r\n\r\n",
        b"G\x00T  /\xff HTTP/9.9\r\nbroken\r\n\r\n",
    ],
)
async def test_bytes_go_as_they_are(lane, data):
    got = bytearray()

    async def record(reader, writer):
        while len(got) < len(data):
            got.extend(await reader.read(100))
        writer.write(OK)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(record, "127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
        exchange = await lane.exchange(data, Request("GET", url), split(url)[0], "127.0.0.1")
    assert bytes(got) == data
    assert (exchange.status, exchange.response.body) == (200, b"ok")


async def test_a_record_with_framing_tricks_goes_as_it_says(lane, serve):
    server = await serve()
    headers = (("Host", "a"), ("Host", "b"), ("Transfer-Encoding", "x"), ("Content-Length", "4"))
    await lane.send(Request("GET", server.origin + "/", headers, b"full"), address="127.0.0.1")
    assert server.received[0].lines == [b"Host: a", b"Host: b", b"Transfer-Encoding: x", b"Content-Length: 4"]


async def test_a_second_response_is_left_out(lane, serve):
    server = await serve(lambda received: OK + OK.replace(b"200 OK", b"500 NO"))
    response = (await lane.send(Request("GET", server.origin + "/"), address="127.0.0.1")).response
    assert (response.status, response.body) == (200, b"ok")


async def test_a_switch_of_protocols_is_a_response(lane, serve):
    reply = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x02hi"
    server = await serve(lambda received: reply)
    response = (await lane.send(Request("GET", server.origin + "/"), address="127.0.0.1")).response
    assert response.status == 101
    assert response.header("upgrade") == "websocket"


async def test_a_body_that_becomes_faulty_is_cut(lane, serve):
    server = await serve(lambda received: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n")
    response = (await lane.send(Request("GET", server.origin + "/"), address="127.0.0.1")).response
    assert (response.status, response.body, response.truncated) == (200, b"ok", True)


async def test_an_answer_in_single_bytes_is_read_too(lane):
    async def drip(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        for byte in OK:
            writer.write(bytes([byte]))
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
        exchange = await lane.send(Request("GET", url), address="127.0.0.1")
    assert exchange.response.body == b"ok"


async def test_the_first_byte_is_timed_from_the_end_of_sending(lane, serve):
    release = asyncio.Event()

    async def slow(received):
        asyncio.get_running_loop().call_later(0.05, release.set)
        await release.wait()
        return OK

    server = await serve(slow)
    response = (await lane.send(Request("GET", server.origin + "/"), address="127.0.0.1")).response
    assert 0.04 < response.ttfb_s <= response.total_s
