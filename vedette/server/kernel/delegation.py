"""To which name servers the world is sent for a name: the one question to the system's resolver beside those of
outbound requests."""

from __future__ import annotations

import dns.exception
import dns.resolver

TIMEOUT_S = 4.0


class NoAnswer(Exception):  # noqa: N818 - named as one says it
    """The resolver gave no usable answer in time; trying again may help."""


def name_servers(zone: str, *, resolver: dns.resolver.Resolver | None = None) -> frozenset[str]:
    """The name servers of a zone, lower-case without a final dot; none when the name is no zone of its own. Raises
    NoAnswer."""
    try:
        asked = dns.resolver.Resolver() if resolver is None else resolver
        found = asked.resolve(f"{zone}.", "NS", lifetime=TIMEOUT_S, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return frozenset()
    except (dns.exception.DNSException, OSError) as error:
        raise NoAnswer(type(error).__name__) from None
    return frozenset(str(one.target).lower().removesuffix(".") for one in found)
