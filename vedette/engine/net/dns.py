"""Records of the name system other than addresses, asked for anew each time."""

from __future__ import annotations

import ipaddress
import re

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.TXT
import dns.resolver
from dns.rdata import Rdata

LIFETIME_S = 5.0
_PORT = 53
_ENTRY = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?\Z")


class DnsError(Exception):
    """No answer could be had, which is not the same as an answer without records. The text is a sentence."""


class Dns:
    """Asks the machine's own resolver, or the name servers given: `ADDRESS`, `ADDRESS:PORT` or `[IPV6]:PORT`. One
    question takes at most `lifetime_s` seconds. Raises ValueError for an entry that cannot be read.

    Only records that stand under the very name count: what lies behind an alias may be somebody else's.
    """

    def __init__(self, nameservers: tuple[str, ...] = (), *, lifetime_s: float = LIFETIME_S) -> None:
        self._servers = tuple(server_of(entry) for entry in nameservers)
        self._lifetime_s = lifetime_s

    async def txt(self, host: str) -> tuple[str, ...]:
        """The texts of the name's TXT records, sorted, the strings of one record joined; none when there are none.
        Raises DnsError."""
        found = [
            b"".join(record.strings).decode("utf-8", "replace")
            for record in await self._ask(host, dns.rdatatype.TXT)
            if isinstance(record, dns.rdtypes.ANY.TXT.TXT)
        ]
        return tuple(sorted(found))

    async def cname(self, name: str) -> str:
        """The name that this one is an alias of, in lower case and without the last dot; empty when it is no alias.
        Raises DnsError."""
        for record in await self._ask(name, dns.rdatatype.CNAME):
            if isinstance(record, dns.rdtypes.ANY.CNAME.CNAME):
                return str(record.target.to_text(omit_final_dot=True)).lower()
        return ""

    async def _ask(self, name: str, kind: dns.rdatatype.RdataType) -> list[Rdata]:
        try:
            owner = dns.name.from_text(name)
            answer = await self._resolver().resolve(owner, kind, raise_on_no_answer=False, lifetime=self._lifetime_s)
        except dns.resolver.NXDOMAIN:
            return []
        except dns.exception.Timeout:
            raise DnsError(f"No name server answered in time for {name}.") from None
        except dns.resolver.NoResolverConfiguration:
            raise DnsError("This machine has no name server to ask.") from None
        except dns.resolver.NoNameservers:
            raise DnsError(f"The name servers gave no usable answer for {name}.") from None
        except dns.exception.DNSException as error:
            raise DnsError(f"The name {name} cannot be looked up: {str(error).rstrip('.')}.") from None
        except OSError as error:
            raise DnsError(f"The name server cannot be reached: {error.strerror or error}.") from None
        response = answer.response
        return list(response.get_rrset(response.answer, owner, dns.rdataclass.IN, kind) or ())

    def _resolver(self) -> dns.asyncresolver.Resolver:
        # Read at each question: the machine's settings may change while a worker lives.
        resolver = dns.asyncresolver.Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers = [dns.nameserver.Do53Nameserver(address, port) for address, port in self._servers]
        return resolver


def server_of(entry: str) -> tuple[str, int]:
    """Address and port of a name server. Raises ValueError for an entry that cannot be read."""
    match = _ENTRY.match(entry.strip())
    # An IPv6 address without a port may stand without brackets.
    address = (match["six"] or match["four"]) if match else entry.strip()
    port = int(match["port"] or _PORT) if match else _PORT
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise ValueError(f"not the address of a name server: {entry}") from None
    if not 0 < port < 65536:
        raise ValueError(f"not a port: {entry}")
    return address, port
