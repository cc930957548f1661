"""A zone as its name server hands it out to anybody who asks (AXFR), where it does."""

from __future__ import annotations

import asyncio

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from vedette.engine.net.lookup import text_of

TRANSFER_S = 10.0
MAX_BYTES = 8 * 1024 * 1024
MAX_NAMES = 50_000


async def transfer(zone: str, address: str, port: int = 53, *, timeout_s: float = TRANSFER_S) -> tuple[str, ...]:
    """The names of the zone, sorted, from the server at this address, which must be one that may be reached; none when
    it refuses or does not answer. What comes past MAX_BYTES, MAX_NAMES or the time is left out."""
    names: set[str] = set()
    try:
        query = dns.message.make_query(dns.name.from_text(zone), dns.rdatatype.AXFR)
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(address, port)
            try:
                await _read(query, reader, writer, names)
            finally:
                writer.transport.abort()
    except (OSError, EOFError, ValueError, dns.exception.DNSException):
        pass  # what came until then was handed out all the same
    return tuple(sorted(names))


async def _read(
    query: dns.message.Message, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, names: set[str]
) -> None:
    wire = query.to_wire()
    writer.write(len(wire).to_bytes(2, "big") + wire)
    received = starts = 0
    while starts < 2 and received < MAX_BYTES and len(names) < MAX_NAMES:
        length = int.from_bytes(await reader.readexactly(2), "big")
        received += length
        data = await reader.readexactly(length)
        message = dns.message.from_wire(data, xfr=True, one_rr_per_rrset=True)
        if message.id != query.id or message.rcode() != dns.rcode.NOERROR or not message.answer:
            return
        for rrset in message.answer:
            # The zone begins and ends with the same record.
            starts += rrset.rdtype == dns.rdatatype.SOA
            names.add(text_of(rrset.name))
