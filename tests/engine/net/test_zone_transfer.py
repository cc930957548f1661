"""A zone that is open is read whole, in as many messages as it takes; everything else gives nothing."""

import asyncio

from tests.sites.names import names
from vedette.engine.net import zone_transfer
from vedette.engine.net.zone_transfer import transfer

ZONE = {(f"h{number}.shop.example", "A"): [f"192.0.2.{number % 250}"] for number in range(120)}


async def test_an_open_zone_is_read_whole():
    async with names(ZONE) as server:
        server.open_zones.add("shop.example")
        found = await transfer("shop.example", "127.0.0.1", server.port)
        assert set(found) == {name for name, _ in ZONE} | {"shop.example"}
        assert list(found) == sorted(found)


async def test_a_zone_that_is_not_handed_out_gives_nothing():
    async with names(ZONE) as server:
        assert await transfer("shop.example", "127.0.0.1", server.port) == ()
        assert server.log == ["AXFR shop.example"]


async def test_nobody_there_gives_nothing():
    assert await transfer("shop.example", "127.0.0.1", 1) == ()
    assert await transfer("a..b", "127.0.0.1", 1) == ()


async def test_what_is_no_answer_gives_nothing():
    async def talk(reader, writer):
        await reader.read(100)
        writer.write(b"\x00\x05hello" + b"HTTP/1.1 400 Bad Request")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        assert await transfer("shop.example", "127.0.0.1", server.sockets[0].getsockname()[1]) == ()


async def test_an_endless_zone_ends(monkeypatch):
    monkeypatch.setattr(zone_transfer, "MAX_NAMES", 60)
    async with names(ZONE) as server:
        server.open_zones.add("shop.example")
        assert len(await transfer("shop.example", "127.0.0.1", server.port)) < 120
