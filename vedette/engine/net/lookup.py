"""Many names looked up at a pace of their own: addresses with the aliases that lead to them, and other records."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver

from vedette.engine.net.clock import Clock
from vedette.engine.net.dns import DnsError, server_of
from vedette.engine.net.pacing import Pacing

TIMEOUT_S = 2.0
TRIES = 3
CONCURRENCY = 50
MAX_ALIASES = 8
MAX_RECORDS = 64

_A, _AAAA, _CNAME = dns.rdatatype.A, dns.rdatatype.AAAA, dns.rdatatype.CNAME


@dataclass(frozen=True, slots=True)
class Looked:
    """What a name stands for: its addresses (IPv4 first, each kind sorted) and the aliases on the way to them, in lower
    case and without the last dot. `exists` tells whether the name is there at all, with whatever records; `trouble`
    why that cannot be told."""

    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    exists: bool = False
    trouble: str = ""


class Lookup:
    """Asks the name servers given (`ADDRESS`, `ADDRESS:PORT` or `[IPV6]:PORT`; none: the machine's own), each in its
    turn, at `rate` questions a second and server (0: no ceiling). `queries` counts the questions that were sent.

    Raises ValueError for an entry that cannot be read.
    """

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        *,
        rate: float = 0.0,
        concurrency: int = CONCURRENCY,
        timeout_s: float = TIMEOUT_S,
        clock: Clock | None = None,
    ) -> None:
        self.queries = 0
        self._servers = [server_of(entry) for entry in nameservers] if nameservers else _machines()
        self._timeout_s = timeout_s
        self._pacing = Pacing(rate=rate, concurrency=concurrency, clock=clock)
        self._turn = itertools.count()
        self._ids = random.SystemRandom()

    def stop(self) -> None:
        """Asks nothing any more; whoever waits or comes is told that the scan stops."""
        self._pacing.stop()

    async def look(self, name: str) -> Looked:
        """The addresses of a name. Never raises for what name servers do."""
        try:
            return await self._look(dns.name.from_text(name))
        except DnsError as trouble:
            return Looked(trouble=str(trouble))
        except (dns.exception.DNSException, UnicodeError):
            return Looked(trouble=f"{name} is not a name.")

    async def records(self, name: str, kind: str) -> tuple[str, ...]:
        """The texts of a name's records of a kind (`NS`, `MX` …), sorted; none when there are none. Raises DnsError."""
        try:
            owner, wanted = dns.name.from_text(name), dns.rdatatype.from_text(kind)
        except (dns.exception.DNSException, UnicodeError):
            raise DnsError(f"{name} is not a name.") from None
        message = await self._ask(owner, wanted)
        found = message.get_rrset(message.answer, owner, dns.rdataclass.IN, wanted) or ()
        return tuple(sorted(str(record.to_text()) for record in found))[:MAX_RECORDS]

    async def _look(self, name: dns.name.Name) -> Looked:
        aliases: list[str] = []
        found: dict[dns.rdatatype.RdataType, list[str]] = {}
        for kind in (_A, _AAAA):
            try:
                end, chain, addresses, exists = await self._followed(name, kind)
            except DnsError:
                if found.get(_A):
                    break  # some servers keep silent when asked for what they do not know
                raise
            if kind == _A:
                if not exists and not chain:
                    return Looked()  # a name that does not exist has no records of any kind
                aliases = chain
            found[kind] = addresses
            if not exists:
                break
            name = end
        every = [*sorted(found.get(_A, ())), *sorted(found.get(_AAAA, ()))]
        return Looked(tuple(every[:MAX_RECORDS]), tuple(aliases), exists=True)

    async def _followed(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> tuple[dns.name.Name, list[str], list[str], bool]:
        """Where the aliases of a name end, those aliases, the addresses there, and whether that end exists. Servers
        that are no resolvers tell the first of the aliases only."""
        chain: list[str] = []
        seen = {name}
        while True:
            message = await self._ask(name, kind)
            before = name
            while (target := _alias(message, name)) is not None and len(chain) < MAX_ALIASES and target not in seen:
                chain.append(text_of(target))
                seen.add(target)
                name = target
            rrset = message.get_rrset(message.answer, name, dns.rdataclass.IN, kind)
            if rrset is not None:
                return name, chain, [str(record.to_text()) for record in rrset], True
            if name == before or len(chain) >= MAX_ALIASES:
                return name, chain, [], message.rcode() == dns.rcode.NOERROR

    async def _ask(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.message.Message:
        """The answer of a server that has one, also when that is that the name does not exist. Raises DnsError."""
        servers, trouble = self._servers, ""
        if not servers:
            raise DnsError("This machine has no name server to ask.")
        first = next(self._turn)
        for attempt in range(TRIES):
            server = servers[(first + attempt) % len(servers)]
            if not await self._pacing.enter(server[0]):
                raise DnsError("The scan is stopping.")
            try:
                message, trouble = await self._asked(server, name, kind)
            finally:
                self._pacing.leave(server[0], None)
            if message is not None:
                return message
        raise DnsError(f"{trouble} {text_of(name)}.")

    async def _asked(
        self, server: tuple[str, int], name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> tuple[dns.message.Message | None, str]:
        query = dns.message.make_query(name, kind, id=self._ids.randrange(65536))
        self.queries += 1
        try:
            message, _ = await dns.asyncquery.udp_with_fallback(
                query, server[0], timeout=self._timeout_s, port=server[1], ignore_unexpected=True
            )
        except dns.exception.Timeout:
            return None, "No name server answered in time for"
        except OSError:
            return None, "No name server could be reached for"
        except (dns.exception.DNSException, EOFError, asyncio.IncompleteReadError):
            return None, "The name servers gave no usable answer for"
        if message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return None, "The name servers gave no usable answer for"
        return message, ""


def text_of(name: dns.name.Name) -> str:
    """The name in lower case and without its last dot."""
    return str(name.to_text(omit_final_dot=True)).lower()


def _alias(message: dns.message.Message, name: dns.name.Name) -> dns.name.Name | None:
    rrset = message.get_rrset(message.answer, name, dns.rdataclass.IN, _CNAME)
    return next((record.target for record in rrset), None) if rrset else None


def _machines() -> list[tuple[str, int]]:
    try:
        known = dns.resolver.Resolver(configure=True).nameservers
    except dns.resolver.NoResolverConfiguration:
        return []
    return [(server, 53) for server in known if isinstance(server, str) and "/" not in server]
