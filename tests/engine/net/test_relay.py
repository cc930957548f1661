"""Messages handed from stream to stream."""

import asyncio

import pytest

from vedette.engine.net.relay import (
    Framing,
    RelayError,
    framing_of_answer,
    framing_of_request,
    head_bytes,
    join,
    lasting,
    pass_body,
    read_answer,
    read_asked,
    without_hops,
)
from vedette.engine.net.wire import Head


def stream(data: bytes, *, ended: bool = True) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=4096)
    reader.feed_data(data)
    if ended:
        reader.feed_eof()
    return reader


class Sink:
    """Keeps what is written to it."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    async def drain(self) -> None:
        return


async def test_a_request_head_is_read_as_it_is():
    asked = await read_asked(stream(b"GET http://a/b?c HTTP/1.1\r\nHost: a\r\nX:  y \r\n\r\nrest"))
    assert asked is not None
    assert (asked.method, asked.target, asked.headers) == ("GET", "http://a/b?c", (("Host", "a"), ("X", "y")))
    assert await read_asked(stream(b"")) is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GET / HTTP/1.1\r\nHo", "cut off"),
        (b"GET /\r\n\r\n", "request line"),
        (b"GET / x HTTP/1.1\r\n\r\n", "request line"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", "header line"),
        (b"GET / HTTP/1.1\r\nName : x\r\n\r\n", "header line"),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 9000 + b"\r\n\r\n", "too long"),
    ],
)
async def test_what_is_no_request_head_is_refused(data, why):
    with pytest.raises(RelayError, match=why):
        await read_asked(stream(data))


async def test_answers_that_are_not_final_are_passed_over():
    head = await read_answer(stream(b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n"))
    assert head is not None and (head.status, head.headers) == (200, (("A", "b"),))
    switched = await read_answer(stream(b"HTTP/1.1 101 Switching\r\n\r\n"))
    assert switched is not None and switched.status == 101
    assert await read_answer(stream(b"")) is None
    with pytest.raises(RelayError, match="not a response"):
        await read_answer(stream(b"hello\r\n\r\n"))


def test_framing_follows_the_headers():
    def head(status: int, *headers: tuple[str, str]) -> Head:
        return Head(status, "1.1", headers, True)

    assert framing_of_answer(head(200, ("Content-Length", "3")), "GET") == Framing(3)
    assert framing_of_answer(head(200, ("Content-Length", "3")), "HEAD") == Framing()
    assert framing_of_answer(head(304, ("Content-Length", "3")), "GET") == Framing()
    both = head(200, ("Content-Length", "3"), ("Transfer-Encoding", "chunked"))
    assert framing_of_answer(both, "GET") == Framing(chunked=True)
    assert framing_of_answer(head(200), "GET") == Framing(until_close=True)
    assert framing_of_request((("content-length", "7"),)) == Framing(7)
    for wrong in ((("Content-Length", "1"), ("Content-Length", "2")), (("Content-Length", "-1"),)):
        with pytest.raises(RelayError):
            framing_of_request(wrong)
    with pytest.raises(RelayError, match="chunks"):
        framing_of_request((("Transfer-Encoding", "chunked"),))


def test_connections_last_as_their_answers_say():
    assert lasting(Head(200, "1.1", (), True))
    assert not lasting(Head(200, "1.1", (("Connection", "Close"),), True))
    assert not lasting(Head(200, "1.0", (), True))
    assert lasting(Head(200, "1.0", (("connection", "Keep-Alive"),), True))


def test_heads_lose_what_belongs_to_one_connection():
    headers = (("Host", "a"), ("Connection", "x"), ("Proxy-Authorization", "secret"), ("B", "ü"))
    assert head_bytes("GET / HTTP/1.1", headers, (("Connection", "close"),)) == (
        b"GET / HTTP/1.1\r\nHost: a\r\nB: \xfc\r\nConnection: close\r\n\r\n"
    )
    assert without_hops(headers, "host") == (("B", "ü"),)


async def test_bodies_pass_up_to_their_end_and_no_further():
    for data, framing, passed in (
        (b"abcdef", Framing(4), b"abcd"),
        (b"abc", Framing(until_close=True), b"abc"),
        (b"2\r\nab\r\n0\r\n\r\nHTTP", Framing(chunked=True), b"2\r\nab\r\n0\r\n\r\n"),
        (b"", Framing(), b""),
    ):
        sink = Sink()
        await pass_body(stream(data), sink, framing, limit=100)
        assert sink.data == passed


@pytest.mark.parametrize(
    ("data", "framing", "why"),
    [
        (b"ab", Framing(4), "cut off"),
        (b"", Framing(400), "too long"),
        (b"zz\r\n", Framing(chunked=True), "not a chunk"),
        (b"-1\r\n", Framing(chunked=True), "too long"),
        (b"ffff\r\n", Framing(chunked=True), "too long"),
        (b"2\r\nab\r\n", Framing(chunked=True), "cut off"),
    ],
)
async def test_bodies_that_break_their_word_end_the_transfer(data, framing, why):
    with pytest.raises(RelayError, match=why):
        await pass_body(stream(data), Sink(), framing, limit=100)


async def test_silence_ends_a_body():
    with pytest.raises(TimeoutError):
        await pass_body(stream(b"a", ended=False), Sink(), Framing(2), limit=100, idle_s=0.01)


async def test_both_directions_end_together():
    one, other = Sink(), Sink()
    silent = stream(b"", ended=False)
    await asyncio.wait_for(join(((stream(b"there"), one), (silent, other))), 5)
    assert (one.data, other.data) == (b"there", b"")
