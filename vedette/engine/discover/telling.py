"""The first step: what others tell of a domain. Its records, passive sources, and its name servers where they hand out
the zone of a verified domain."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable

from vedette.contract.addresses import refusal
from vedette.contract.discovery import DiscoveryDomain
from vedette.contract.events import SourceAsked
from vedette.engine.discover.asking import SourceFailed, ask
from vedette.engine.discover.scope import clean, is_address, kept
from vedette.engine.discover.search import Search
from vedette.engine.net.dns import DnsError
from vedette.engine.net.zone_transfer import transfer

RECORDS = ("NS", "MX", "SOA", "SRV", "TXT")
MAX_SERVERS = 6
CHUNK = 1000
"""Names that are made to last at a time: some sources tell of tens of thousands."""

Work = Callable[[], Awaitable[tuple[str, ...]]]


async def tell(search: Search) -> None:
    """Asks every source for every domain, each once for the whole search."""
    units = [
        (source, domain, work)
        for domain in search.discovery.domains
        for source, work in _sources(search, domain)
        if not search.inventory.marked(f"done:{source}:{domain.name}")
    ]
    for done, (source, domain, work) in enumerate(units):
        if search.over():
            return
        search.progress(done, len(units))
        await _unit(search, source, domain, work)


def _sources(search: Search, domain: DiscoveryDomain) -> Iterable[tuple[str, Work]]:
    yield "given", functools.partial(_given, domain)
    if is_address(domain.name):
        return
    yield "records", functools.partial(_records, search, domain)
    for provider in search.discovery.providers:
        asked = functools.partial(ask, provider, domain.name, search.job, search.secrets, search.attach)
        yield provider.source, asked
    if domain.verified:
        yield "transfer", functools.partial(_transfer, search, domain)


async def _unit(search: Search, source: str, domain: DiscoveryDomain, work: Work) -> None:
    reason, inventory = "", search.inventory
    try:
        told = await work()
    except SourceFailed as failed:
        told, reason = failed.names, str(failed)
    if search.over():
        return
    # An address is no name below itself, yet it is what was asked for.
    names = (domain.name,) if source == "given" else await asyncio.to_thread(kept, told, domain.name)
    for start in range(0, len(names), CHUNK):
        changed = [name for name in names[start : start + CHUNK] if inventory.add(name, source)]
        known = [inventory.names[name] for name in changed]
        await search.note(*(name.event for name in known if name.looked), state=map(inventory.row, changed))
    if reason:
        inventory.failed[f"{source} for {domain.name}"] = reason
    events = [SourceAsked(source=source, domain=domain.name, names=len(names), reason=reason)]
    mark = inventory.mark(f"done:{source}:{domain.name}")
    await search.note(*(events if source != "given" else ()), state=[mark])


async def _given(domain: DiscoveryDomain) -> tuple[str, ...]:
    return (domain.name,)


async def _records(search: Search, domain: DiscoveryDomain) -> tuple[str, ...]:
    """Names in the records of the domain itself: of name and mail servers and of whatever else they mention."""
    words: list[str] = []
    for kind in RECORDS:
        owner = f"_autodiscover._tcp.{domain.name}" if kind == "SRV" else domain.name
        try:
            texts = await search.lookup.records(owner, kind)
        except DnsError as trouble:
            raise SourceFailed(str(trouble).rstrip("."), tuple(words)) from None
        for text in texts:
            # Of an SPF record: `a:mail.shop.example`, `include:…`; quotes around texts. After the first name of a SOA
            # record comes somebody's mail address that looks like a name.
            found = text.replace('"', " ").replace(":", " ").replace("=", " ").split()
            words += found[:1] if kind == "SOA" else found
    return tuple(words)


async def _transfer(search: Search, domain: DiscoveryDomain) -> tuple[str, ...]:
    """The names of the zone, from each of its name servers that may be reached."""
    try:
        servers = await search.lookup.records(domain.name, "NS")
    except DnsError:
        return ()  # said of its records already
    port = search.discovery.name_server_port
    found: set[str] = set()
    asked: set[str] = set()
    for server in servers[:MAX_SERVERS]:
        for address in (await search.lookup.look(clean(server))).addresses:
            if address in asked or refusal(address, port, search.policy) or search.over():
                continue
            asked.add(address)
            found.update(await transfer(domain.name, address, port))
    if found:
        search.inventory.counts["open zones"] += 1
        search.remarks.append(f"The name servers of {domain.name} hand out the whole zone to anybody.")
    return tuple(found)
