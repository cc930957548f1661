"""The third step: web services on the names that are there, and what their start pages and certificates tell."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from vedette.contract.discovery import CertificateFacts, DiscoveryDomain, SeenTechnology
from vedette.contract.events import ServiceFound
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.discover import descriptions, headers
from vedette.engine.discover.certificates import facts
from vedette.engine.discover.inventory import Name
from vedette.engine.discover.picturing import picture
from vedette.engine.discover.scope import clean
from vedette.engine.discover.search import Search
from vedette.engine.fingerprint import matcher
from vedette.engine.parse.page import HTML_TYPES, Page
from vedette.engine.parse.urls import origin, resolve

TLS_PORTS = (443, 8443, 9443)
TOGETHER = 10
MAX_TITLE = 300
MAX_TECHNOLOGIES = 50
_WANTS_TLS = re.compile(rb"https (?:port|server)|SSL-enabled server|requires TLS", re.IGNORECASE)
_API_TYPES = ("application/json", "application/problem+json", "application/hal+json", "application/vnd.api+json")


class Servicer:
    """The services of a search. A name with all its ports is one unit: made to last as a whole, or done again."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._inventory = search.inventory
        self._opened: dict[tuple[str, int], asyncio.Future[bool]] = {}

    async def run(self) -> None:
        """All names that are there and were not looked at for services."""
        todo = [name for name in self._inventory.kept if self._open(name)]
        places = asyncio.Semaphore(TOGETHER)
        done = 0

        async def unit(name: Name) -> None:
            nonlocal done
            async with places:
                if not self._search.over():
                    await self._unit(name)
                    done += 1
                    self._search.progress(done, len(todo))

        async with asyncio.TaskGroup() as group:
            for name in todo:
                group.create_task(unit(name))

    def _open(self, name: Name) -> bool:
        done = self._inventory.marked(f"done:services:{name.name}")
        return bool(name.addresses) and not name.refused and not done

    async def _unit(self, name: Name) -> None:
        domain = self._inventory.domains[name.domain]
        ports = self._search.ports(domain)
        found = await asyncio.gather(*(self._service(name, port, domain) for port in ports))
        services = [service for service in found if service is not None]
        if self._search.over():
            return
        services = self._within_limit(services)
        touched = dict.fromkeys(other for service in services for other in self._learnt(service))
        rows = [*map(self._inventory.row, touched), self._inventory.mark(f"done:services:{name.name}")]
        again = [self._inventory.names[other].event for other in touched if self._inventory.names[other].looked]
        await self._search.note(*services, *again, state=rows)

    def _within_limit(self, services: Sequence[ServiceFound]) -> list[ServiceFound]:
        inventory = self._inventory
        room = max(0, self._search.discovery.max_services - inventory.counts["services"])
        if len(services) > room:
            inventory.limits["max-services"] = inventory.limits.get("max-services", 0) + len(services) - room
        inventory.counts["services"] += min(room, len(services))
        return list(services[:room])

    def _learnt(self, service: ServiceFound) -> list[str]:
        """Names within scope that a service told and that are new in some way."""
        told = [(clean(name), "certificate") for name in service.certificate.names] if service.certificate else []
        told += [(clean(_host(service.redirect_to)), "redirect")]
        return [name for name, source in told if name and self._inventory.add(name, source) is not None]

    async def _service(self, name: Name, port: int, domain: DiscoveryDomain) -> ServiceFound | None:
        host = f"[{name.name}]" if ":" in name.name else name.name
        address = await self._search.network.pin(name.name, port)
        if not address or not await self._connects(host, address, port):
            return None
        exchange = await self._start_page(host, port)
        if exchange is None or exchange.response is None:
            return None
        return await self._described(name, address, domain, exchange, exchange.response)

    async def _connects(self, host: str, address: str, port: int) -> bool:
        """Whether anything is behind the port of the address, asked once for all names that are there."""
        if (address, port) not in self._opened:
            url = f"{'https' if port in TLS_PORTS else 'http'}://{host}:{port}/"
            self._opened[address, port] = asyncio.ensure_future(self._search.network.connects(url))
        return await asyncio.shield(self._opened[address, port])

    async def _start_page(self, host: str, port: int) -> Exchange | None:
        schemes = ("http",) if port == 80 else ("https", "http") if port in TLS_PORTS else ("http", "https")
        for scheme in schemes:
            usual = (scheme, port) in (("http", 80), ("https", 443))
            url = f"{scheme}://{host}{'' if usual else f':{port}'}/"
            exchange = await self._search.network.send(Request("GET", url), keep_cookies=False)
            response = exchange.response
            if response is not None and not (scheme == "http" and _wants_tls(response)):
                return exchange
        return None

    async def _described(
        self, name: Name, address: str, domain: DiscoveryDomain, exchange: Exchange, response: Response
    ) -> ServiceFound:
        url = exchange.request.url
        secure = url.startswith("https:")
        page = Page(exchange)
        redirect = resolve(url, response.header("location")) if 300 <= response.status < 400 else None
        service = ServiceFound(
            url=url,
            name=name.name,
            domain=domain.name,
            address=address,
            sources=tuple(sorted(name.sources)),
            status=response.status,
            title=_title(page),
            server=response.header("server")[:MAX_TITLE],
            content_type=response.content_type[:MAX_TITLE],
            redirect_to=redirect or "",
            technologies=self._technologies(page),
            certificate=await self._certificate(url) if secure else None,
            security_headers=headers.judge(response, secure=secure),
        )
        if domain.verified and response.status < 500:
            service.description = await descriptions.find(self._search.network, url)
        if response.content_type in _API_TYPES or (service.description is not None and not page.is_html):
            service.type = "api"
        if self._search.browser is not None and self._pictured(response) and not self._search.over():
            service.screenshot = await picture(self._search.browser, url)
        return service

    def _pictured(self, response: Response) -> bool:
        shown = response.content_type in HTML_TYPES and not 300 <= response.status < 400
        return self._search.discovery.screenshots and shown and bool(response.body.strip())

    async def _certificate(self, url: str) -> CertificateFacts | None:
        report = await self._search.network.handshake(url, certificate_only=True)
        return facts(report.certificate, report.chain_error) if report.certificate else None

    def _technologies(self, page: Page) -> tuple[SeenTechnology, ...]:
        found = matcher.shared().match(page)[:MAX_TECHNOLOGIES]
        return tuple(SeenTechnology(name=one.name, version=one.version) for one in found)


def _wants_tls(response: Response) -> bool:
    return response.status == 400 and _WANTS_TLS.search(response.body[:2000]) is not None


def _host(url: str) -> str:
    return origin(url).partition("://")[2].partition(":")[0]


def _title(page: Page) -> str:
    node = page.tree.css_first("title") if page.is_html else None
    return " ".join(node.text().split())[:MAX_TITLE] if node is not None else ""
