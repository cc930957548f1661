"""Which network addresses may be reached, stated once for engine, agents and server. Pure: decides, never resolves.

A policy lists what the operator allows beyond the public Internet. No policy allows the unspecified address,
multicast or a cloud's metadata service, unless that exact address is listed with its port.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_REFUSED: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified address"),
    ("10.0.0.0/8", "private address"),
    ("100.64.0.0/10", "carrier-grade NAT address"),
    ("127.0.0.0/8", "loopback address"),
    ("168.63.129.16/32", "cloud platform address"),
    ("169.254.0.0/16", "link-local address"),
    ("172.16.0.0/12", "private address"),
    ("192.0.0.0/24", "special-purpose address"),
    ("192.0.2.0/24", "documentation address"),
    ("192.88.99.0/24", "special-purpose address"),
    ("192.168.0.0/16", "private address"),
    ("198.18.0.0/15", "benchmark address"),
    ("198.51.100.0/24", "documentation address"),
    ("203.0.113.0/24", "documentation address"),
    ("224.0.0.0/4", "multicast address"),
    ("240.0.0.0/4", "reserved address"),
    ("::/128", "unspecified address"),
    ("::1/128", "loopback address"),
    ("64:ff9b:1::/48", "private address"),
    ("100::/64", "discard-only address"),
    ("2001:2::/48", "benchmark address"),
    ("2001:10::/28", "special-purpose address"),
    ("2001:db8::/32", "documentation address"),
    ("3fff::/20", "documentation address"),
    ("5f00::/16", "special-purpose address"),
    ("fc00::/7", "unique-local address"),
    ("fe80::/10", "link-local address"),
    ("fec0::/10", "site-local address"),
    ("ff00::/8", "multicast address"),
)
_METADATA = tuple(ipaddress.ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200"))
_TABLE: tuple[tuple[Network, str], ...] = tuple((ipaddress.ip_network(net), why) for net, why in _REFUSED)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")


@dataclass(frozen=True)
class Policy:
    """What is allowed beyond the public Internet: entries are `CIDR`, `ADDRESS` or either with `:PORT`; an IPv6
    entry with a port is written `[CIDR]:PORT`. A malformed entry raises ValueError when the policy is made."""

    allow: tuple[str, ...] = ()
    deny: tuple[tuple[str, int], ...] = field(default=())

    def __post_init__(self) -> None:
        _ = self.rules

    @cached_property
    def rules(self) -> tuple[tuple[Network, int], ...]:
        """The entries read: network and port, 0 for any port."""
        return tuple(_rule(entry) for entry in self.allow)

    def allows(self, address: Address, port: int) -> bool:
        """Whether an entry covers this address and port."""
        return any(address in network and rule_port in (0, port) for network, rule_port in self.rules)

    def names(self, address: Address, port: int) -> bool:
        """Whether an entry is exactly this address and port."""
        return any(
            network.num_addresses == 1 and address == network.network_address and rule_port == port
            for network, rule_port in self.rules
        )


def _rule(entry: str) -> tuple[Network, int]:
    text, port = entry.strip(), ""
    if text.startswith("["):
        text, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
    if port and not (port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"not a port: {entry}")
    try:
        return ipaddress.ip_network(text, strict=False), int(port or 0)
    except ValueError:
        raise ValueError(f"not an address range: {entry}") from None


def embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries (mapped, translated, compatible, NAT64, 6to4, Teredo), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 0xFFFF):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_loopback(url: str) -> bool:
    """Whether the URL names this machine itself, in plain words."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # A loopback address in IPv6 clothes is no plain way to name this machine; Python 3.13 counts it as one.
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def refusal(address: str, port: int, policy: Policy) -> str:
    """Why this address must not be reached under the policy; empty when it may. A non-address is refused."""
    try:
        given = ipaddress.ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return "not an address"
    inner = embedded(given)
    if (str(inner), port) in policy.deny or (str(inner), 0) in policy.deny:
        return "the platform's own address"
    if policy.names(given, port) or policy.names(inner, port):
        return ""
    if inner in _METADATA:
        return "cloud metadata address"
    why = next((reason for network, reason in _TABLE if inner in network), "")
    if not why or why in ("unspecified address", "multicast address"):
        return why
    return "" if policy.allows(inner, port) or policy.allows(given, port) else why
