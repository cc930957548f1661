"""Requests and answers handed over whole, on connections that are fit for it."""

from vedette.engine.net.handover import dressed

from .conftest import OK, answer
from .proxying import Client, proxying


async def test_bodies_come_through_in_every_framing(serve):
    big = b"x" * 300_000
    chunks = b"3\r\nabc\r\n2;a=b\r\nde\r\n0\r\nT: 1\r\n\r\n"
    forms = {
        b"/chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
        b"/big": answer(big),
        b"/close": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end",
        b"/none": b"HTTP/1.1 204 No Content\r\n\r\n",
    }
    server = await serve(lambda received: forms[received.target])
    async with proxying(server.origin) as (proxy, _), Client(proxy) as client:
        assert (await client.ask(server.origin + "/big")).endswith(big)
        assert b" 204 " in await client.ask(server.origin + "/none")
        await client.ask(server.origin + "/chunks")
        assert await client.reader.readuntil(b"T: 1\r\n\r\n") == chunks
        await client.ask(server.origin + "/close")
        assert await client.reader.read() == b"until the end"


async def test_a_kept_connection_that_died_is_replaced_for_what_may_be_sent_twice(serve):
    def handler(received):
        return OK if received.number == 1 else None

    server = await serve(handler)
    async with proxying(server.origin) as (proxy, network):
        async with Client(proxy) as client:
            for number in range(3):
                assert (await client.ask(f"{server.origin}/{number}")).endswith(b"ok")
            assert (await client.ask(server.origin + "/post", "POST", body=b"a=1")).endswith(b"ok")
        assert [got.target for got in server.received if got.number == 1] == [b"/0", b"/1", b"/2", b"/post"]
        assert network.requests == 4


def test_headers_take_the_place_of_others():
    assert dressed((("A", "1"), ("b", "2")), (("B", "3"),)) == (("A", "1"), ("B", "3"))
    assert dressed((("Cookie", "x=1"),), ()) == (("Cookie", "x=1"),)
