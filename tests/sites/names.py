"""A small authoritative name server on loopback, over UDP and TCP, served by the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

UDP_LIMIT = 512
RECORDS_EACH = 50
MAX_ALIASES = 12


@dataclass
class NameServer:
    """`zone` maps (name, type) to record texts; a name may begin with `*.`. Aliases of its own names are followed, as a
    resolver does. `log` holds each question as `TYPE name`, with `tcp` before those asked over TCP.

    Once `silent`, it answers nothing; `rcode` other than 0 is the answer to everything. Zones in `open_zones` are
    handed out whole to whoever asks; names in `lame` are answered with SERVFAIL.
    """

    zone: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    silent: bool = False
    rcode: int = dns.rcode.NOERROR
    port: int = 0
    open_zones: set[str] = field(default_factory=set)
    lame: set[str] = field(default_factory=set)
    _levels: tuple[object, set[str]] = field(default=(None, set()), repr=False)

    @property
    def address(self) -> str:
        """As a job names it."""
        return f"127.0.0.1:{self.port}"

    def answer(self, data: bytes, *, tcp: bool = False) -> bytes:
        """The answer to a question, both as they are on the wire; empty when there is none."""
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.log.append(f"{'tcp ' if tcp else ''}{kind} {name}")
        if self.silent:
            return b""
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        response.set_rcode(dns.rcode.SERVFAIL if name in self.lame else dns.rcode.Rcode(self.rcode))
        if response.rcode() == dns.rcode.NOERROR:
            self._fill(response, name, kind)
        wire = response.to_wire(max_size=65535)
        if len(wire) > UDP_LIMIT and not tcp:
            cut = dns.message.make_response(query)
            cut.flags |= dns.flags.TC
            return cut.to_wire()
        return wire

    def zone_messages(self, data: bytes) -> list[bytes]:
        """The messages that hand out a zone, RECORDS_EACH records in each; one refusal where it is not open."""
        query = dns.message.from_wire(data)
        zone = query.question[0].name.to_text(omit_final_dot=True).lower()
        self.log.append(f"AXFR {zone}")
        refused = dns.message.make_response(query)
        refused.set_rcode(dns.rcode.REFUSED)
        if zone not in self.open_zones:
            return [refused.to_wire()]
        start = dns.rrset.from_text(f"{zone}.", 60, "IN", "SOA", f"ns.{zone}. host.{zone}. 1 60 60 60 60")
        inside = [(name, kind) for name, kind in self.zone if name == zone or name.endswith(f".{zone}")]
        records = [dns.rrset.from_text(f"{name}.", 60, "IN", kind, *self.zone[name, kind]) for name, kind in inside]
        records = [start, *records, start]
        messages = []
        for at in range(0, len(records), RECORDS_EACH):
            response = dns.message.make_response(query)
            response.answer += records[at : at + RECORDS_EACH]
            messages.append(response.to_wire(max_size=65535))
        return messages

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        owner = self._owner(name)
        if not owner:
            response.set_rcode(dns.rcode.NXDOMAIN)
            return
        alias = self.zone.get((owner, "CNAME"))
        texts = alias or self.zone.get((owner, kind))
        if texts:
            shown = "CNAME" if alias else kind
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, dns.rdataclass.IN, shown, *texts))
        if alias and kind != "CNAME" and len(response.answer) < MAX_ALIASES:
            self._fill(response, alias[0].rstrip("."), kind)

    def _owner(self, name: str) -> str:
        """The name itself, the wildcard that stands for it, or nothing."""
        if self._there(name):
            return name
        while "." in name:
            name = name.partition(".")[2]
            if self._there(f"*.{name}"):
                return f"*.{name}"
            if self._there(name):
                break
        return ""

    def _there(self, name: str) -> bool:
        """Whether the name has records, or others below it do."""
        shape = (len(self.zone), next(reversed(self.zone), None))
        if self._levels[0] != shape:
            parts = [owner.split(".") for owner, _ in self.zone]
            self._levels = (shape, {".".join(part[start:]) for part in parts for start in range(len(part))})
        return name in self._levels[1]


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server

    def connection_made(self, transport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr) -> None:
        reply = self._server.answer(data)
        if reply:
            self._transport.sendto(reply, addr)


@contextlib.asynccontextmanager
async def names(zone: dict[tuple[str, str], list[str]] | None = None) -> AsyncIterator[NameServer]:
    """The name server while the block runs."""
    server = NameServer(dict(zone or {}))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            data = await reader.readexactly(int.from_bytes(await reader.readexactly(2)))
            transfer = dns.message.from_wire(data).question[0].rdtype == dns.rdatatype.AXFR
            for reply in server.zone_messages(data) if transfer else [server.answer(data, tcp=True)]:
                writer.write(len(reply).to_bytes(2) + reply)
            await writer.drain()
        writer.close()

    stream = await asyncio.start_server(connected, "127.0.0.1", 0)
    server.port = stream.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Datagrams(server), local_addr=("127.0.0.1", server.port)
    )
    try:
        yield server
    finally:
        transport.close()
        stream.close()
        await stream.wait_closed()
        await asyncio.sleep(0)
