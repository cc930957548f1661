"""HTTP/1.1 messages handed from one stream to another: heads are read, bodies pass through unread but framed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

from vedette.contract.exchange import Headers, header
from vedette.engine.net.wire import Head, encoded, parse_head

MAX_HEAD = 128 * 1024
MAX_LINE = 8 * 1024
IDLE_S = 60.0
PIECE = 64 * 1024
_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "alt-svc"}
)
_ASKED = re.compile(rb"([!-~]+) ([^\s]+) HTTP/1\.[01]\r\n\Z")


class RelayError(Exception):
    """What came is not HTTP/1.1 that may be passed on; the text says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The head of a request as a proxy gets it: `target` is an address, a path, or host and port of a tunnel."""

    method: str
    target: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Framing:
    """How a body ends: after `length` bytes, with its last chunk, or with the connection."""

    length: int = 0
    chunked: bool = False
    until_close: bool = False


async def read_asked(reader: asyncio.StreamReader) -> Asked | None:
    """The next request head; None when the stream ended before one began. Raises RelayError."""
    lines = await _head_lines(reader)
    if not lines:
        return None
    match = _ASKED.match(lines[0])
    if match is None:
        raise RelayError("not a request line")
    headers: list[tuple[str, str]] = []
    for line in lines[1:-1]:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not name or name != name.strip():
            raise RelayError("not a header line")
        headers.append((name, value.strip()))
    return Asked(match[1].decode("latin-1"), match[2].decode("latin-1"), tuple(headers))


async def read_answer(reader: asyncio.StreamReader) -> Head | None:
    """The next final response head, a switch of protocols included; None when the stream ended before one began.
    Raises RelayError."""
    while True:
        lines = await _head_lines(reader)
        if not lines:
            return None
        head = parse_head(lines)
        if head is None or not head.status:
            raise RelayError("not a response")
        if head.status >= 200 or head.status == 101:
            return head


async def _head_lines(reader: asyncio.StreamReader) -> list[bytes]:
    try:
        data = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise RelayError("the head was cut off") from None
        return []
    except asyncio.LimitOverrunError:
        raise RelayError("the head is too long") from None
    return data.splitlines(keepends=True)


def framing_of_request(headers: Headers) -> Framing:
    """How the body of a request ends. Raises RelayError for chunks, which browsers do not send over HTTP/1.1."""
    if header(headers, "transfer-encoding"):
        raise RelayError("a request in chunks")
    return Framing(_length(headers))


def framing_of_answer(head: Head, method: str) -> Framing:
    """How the body of the answer to this method ends. Raises RelayError."""
    if method == "HEAD" or head.status in (204, 304):
        return Framing()
    if header(head.headers, "transfer-encoding"):
        return Framing(chunked=True)
    if header(head.headers, "content-length"):
        return Framing(_length(head.headers))
    return Framing(until_close=True)


def _length(headers: Headers) -> int:
    values = {value for name, value in headers if name.lower() == "content-length"}
    if len(values) > 1:
        raise RelayError("two lengths")
    text = next(iter(values), "0")
    if not (text.isascii() and text.isdigit()):
        raise RelayError("not a length")
    return int(text[:18])


def lasting(head: Head) -> bool:
    """Whether the server keeps the connection after this answer."""
    words = header(head.headers, "connection").lower()
    return "close" not in words and (head.version == "1.1" or "keep-alive" in words)


def head_bytes(first: str, headers: Headers, extra: Headers) -> bytes:
    """A head to be passed on: what concerns one connection only is left out and said anew by `extra`."""
    kept = (*((name, value) for name, value in headers if name.lower() not in _HOP), *extra)
    lines = [encoded(first), *(encoded(name) + b": " + encoded(value) for name, value in kept)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def without_hops(headers: Headers, *more: str) -> Headers:
    """The headers without those of one connection only, and without these."""
    left_out = _HOP | set(more)
    return tuple((name, value) for name, value in headers if name.lower() not in left_out)


async def pass_body(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: Framing, *, limit: int, idle_s: float = IDLE_S
) -> None:
    """Hands a body over. Raises RelayError when it ends early or grows beyond `limit` bytes, TimeoutError when
    nothing comes for `idle_s` seconds."""
    if framing.chunked:
        await _pass_chunks(reader, writer, limit, idle_s)
    elif framing.until_close:
        await _pass(reader, writer, limit, idle_s, whole=False)
    else:
        if framing.length > limit:
            raise RelayError("the body is too long")
        await _pass(reader, writer, framing.length, idle_s, whole=True)


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, size: int, idle_s: float, *, whole: bool
) -> None:
    while size:
        async with asyncio.timeout(idle_s):
            piece = await reader.read(min(size, PIECE))
            writer.write(piece)
            await writer.drain()
        if not piece:
            if whole:
                raise RelayError("the body was cut off")
            return
        size -= len(piece)


async def _pass_chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int, idle_s: float) -> None:
    while True:
        line = await _line(reader, idle_s)
        try:
            size = int(line.partition(b";")[0].strip(), 16)
        except ValueError:
            raise RelayError("not a chunk") from None
        limit -= size
        if size < 0 or limit < 0:
            raise RelayError("the body is too long")
        writer.write(line)
        if not size:
            break
        await _pass(reader, writer, size + 2, idle_s, whole=True)
    while True:
        line = await _line(reader, idle_s)
        writer.write(line)
        if not line.strip():
            break
    await writer.drain()


async def _line(reader: asyncio.StreamReader, idle_s: float) -> bytes:
    async with asyncio.timeout(idle_s):
        try:
            line = await reader.readuntil(b"\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            raise RelayError("the body was cut off") from None
    if len(line) > MAX_LINE:
        raise RelayError("a line that is too long")
    return line


async def join(ways: Iterable[tuple[asyncio.StreamReader, asyncio.StreamWriter]], *, idle_s: float = IDLE_S) -> None:
    """Hands everything over in both directions until one side ends or nothing comes from it for `idle_s` seconds."""
    tasks = [asyncio.ensure_future(_stream(reader, writer, idle_s)) for reader, writer in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle_s: float) -> None:
    while True:
        async with asyncio.timeout(idle_s):
            piece = await reader.read(PIECE)
        if not piece:
            return
        writer.write(piece)
        await writer.drain()
