"""What all steps of a search share: the job, the ways to ask, what is known, and how it is made to last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from vedette.contract.addresses import Policy, refusal
from vedette.contract.batch import StateChange
from vedette.contract.discovery import UNVERIFIED_PORTS, Discovery, DiscoveryDomain
from vedette.contract.events import Event
from vedette.contract.job import Job
from vedette.engine.discover.inventory import Inventory
from vedette.engine.net.browser import Browser
from vedette.engine.net.lookup import Lookup
from vedette.engine.net.network import Network

Progress = Callable[[int, int], None]
"""Told how many units of the phase are done, and of how many."""


class Note(Protocol):
    """Makes events and rows last, together; returns once they are stored."""

    def __call__(self, *events: Event, state: Iterable[StateChange] = ()) -> Awaitable[None]:
        """Events and the rows that belong to them."""


@dataclass(slots=True, kw_only=True)
class Search:
    """One slice of a search.

    `over` tells whether it is to end; after that nothing is noted any more, as what was asked meanwhile was not
    answered. `attach` is told of further networks; `policy` says which addresses may be reached. `trouble` is the first
    sentence on why a name could not be looked up, `remarks` are sentences for the verdict.
    """

    job: Job
    discovery: Discovery
    secrets: Mapping[str, str]
    policy: Policy
    network: Network
    lookup: Lookup
    inventory: Inventory
    note: Note
    over: Callable[[], bool]
    attach: Callable[[Network], None]
    progress: Progress = lambda done, total: None
    browser: Browser | None = None
    remarks: list[str] = field(default_factory=list)
    trouble: str = ""

    def ports(self, domain: DiscoveryDomain) -> tuple[int, ...]:
        """Where services are looked for on names of a domain."""
        usual = self.discovery.ports if domain.verified else UNVERIFIED_PORTS
        return tuple(dict.fromkeys((*domain.ports, *usual)))

    def refusal(self, addresses: Iterable[str], domain: DiscoveryDomain) -> str:
        """Why none of these addresses may be connected to on any of the domain's ports; empty when one may."""
        reasons = [
            (address, refusal(address, port, self.policy)) for address in addresses for port in self.ports(domain)
        ]
        if not reasons or any(not reason for _, reason in reasons):
            return ""
        return "; ".join(dict.fromkeys(f"{address} is a {reason}" for address, reason in reasons))
