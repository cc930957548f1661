"""Host names resolved once per scan and pinned: a name cannot change its address between decision and use."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from vedette.contract.addresses import Policy, refusal
from vedette.engine.net.clock import Clock, SystemClock

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Gives the addresses of a host name, or raises OSError."""

LOOKUP_S = 10.0
RETRY_S = 30.0


@dataclass(frozen=True, slots=True)
class Pin:
    """The one address used for a host and port; or an error word (`resolve`, `refused`) with its reason."""

    address: str = ""
    error: str = ""
    detail: str = ""


async def system_resolve(host: str) -> Sequence[str]:
    """Asks the machine's own resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Names:
    """Pins hosts to addresses that the policy allows. A name that fails is asked again after a while, one that was
    answered never."""

    def __init__(self, policy: Policy, *, resolve: Resolve = system_resolve, clock: Clock | None = None) -> None:
        self._policy = policy
        self._resolve = resolve
        self._clock = clock or SystemClock()
        self._addresses: dict[str, tuple[str, ...]] = {}
        self._failed: dict[str, tuple[float, str]] = {}
        self._asking: dict[str, asyncio.Lock] = {}
        self._pins: dict[tuple[str, int], Pin] = {}

    def known(self, host: str, port: int) -> Pin | None:
        """The pin of a host already decided, without waiting."""
        return self._pins.get((host, port))

    async def pin(self, host: str, port: int) -> Pin:
        """The address for this host and port, decided now or earlier in the scan."""
        pin = self._pins.get((host, port))
        if pin is not None:
            return pin
        addresses, trouble = await self._lookup(host)
        if not addresses:
            return Pin(error="resolve", detail=trouble)
        pin = self._decide(host, port, addresses)
        self._pins[host, port] = pin
        return pin

    def address_of(self, host: str) -> str:
        """The address pinned for a host on any port; empty when it was never asked for."""
        return next((pin.address for (name, _), pin in self._pins.items() if name == host and pin.address), "")

    def _decide(self, host: str, port: int, addresses: tuple[str, ...]) -> Pin:
        reasons = []
        for address in addresses:
            reason = refusal(address, port, self._policy)
            if not reason:
                return Pin(address)
            reasons.append(f"{host} is {address}, a {reason}" if address != host else f"{address} is a {reason}")
        return Pin(error="refused", detail="; ".join(reasons))

    async def _lookup(self, host: str) -> tuple[tuple[str, ...], str]:
        async with self._asking.setdefault(host, asyncio.Lock()):
            if host in self._addresses:
                return self._addresses[host], ""
            since, trouble = self._failed.get(host, (0.0, ""))
            if trouble and self._clock.now() - since < RETRY_S:
                return (), trouble
            try:
                answer = [host] if _is_address(host) else await asyncio.wait_for(self._resolve(host), LOOKUP_S)
                addresses = tuple(sorted(dict.fromkeys(answer), key=_family))
                trouble = "" if addresses else f"{host} has no address"
            except TimeoutError:
                addresses, trouble = (), f"the resolver did not answer for {host}"
            except OSError as error:
                addresses, trouble = (), error.strerror or str(error) or "the resolver failed"
            except UnicodeError as error:
                addresses, trouble = (), str(error)
            if addresses:
                self._addresses[host] = addresses
            else:
                self._failed[host] = (self._clock.now(), trouble)
            return addresses, trouble


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _family(address: str) -> bool:
    # IPv4 first: many machines have IPv6 addresses without a way out, and a pin has no second try.
    return ":" in address
