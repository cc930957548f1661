"""Services on the names that are there: what they tell, and where nothing is asked."""

import asyncio
import contextlib
import dataclasses

import pytest

from tests.engine.discover.searching import searching
from tests.sites.estate import DOMAIN, HERE, OPENAPI
from vedette.contract.discovery import DiscoveryDomain
from vedette.contract.events import NameFound, ServiceFound
from vedette.engine.discover.serving import Servicer


def there(search, *labels, address=HERE, source="lines"):
    """Names that are there and may be looked at."""
    for label in labels:
        name = search.inventory.add(f"{label}.{DOMAIN}".lstrip("."), source)
        name.addresses = (address,)
        search.inventory.keep(name)


async def services(search, noted, *labels, **how):
    there(search, *labels, **how)
    await Servicer(search).run()
    return {event.url: event for event in noted.of(ServiceFound)}


async def test_what_a_start_page_tells(company, search, noted):
    found = await services(search, noted, "www", "go")
    page = found[f"https://www.{DOMAIN}:{company.secure_port}/"]
    assert (page.status, page.title, page.type, page.server) == (200, f"Welcome to www.{DOMAIN}", "web", "nginx/1.25.3")
    assert [(one.name, one.version) for one in page.technologies] == [("nginx", "1.25.3")]
    assert (page.address, page.sources, page.domain) == (HERE, ("lines",), DOMAIN)
    assert page.security_headers.score == "A+"
    assert page.certificate.names == (f"*.{DOMAIN}", "elsewhere.example", f"hidden-c1.{DOMAIN}")
    assert "self" in page.certificate.distrust
    plain = found[f"http://www.{DOMAIN}:{company.plain_port}/"]
    assert (plain.certificate, plain.security_headers.score) == (None, "A")
    sent = found[f"http://go.{DOMAIN}:{company.plain_port}/"]
    assert (sent.redirect_to, sent.security_headers.score) == (
        f"http://landed-r1.{DOMAIN}:{company.plain_port}/in", "R",
    )  # fmt: skip


async def test_an_api_with_its_description(company, search, noted):
    api = (await services(search, noted, "api"))[f"https://api.{DOMAIN}:{company.secure_port}/"]
    assert (api.type, api.title, api.description.operations) == ("api", "", len(OPENAPI["paths"]))
    assert api.description.url == f"https://api.{DOMAIN}:{company.secure_port}/openapi.json"


async def test_certificates_and_redirects_bring_up_names_in_scope(search, noted):
    await services(search, noted, "go")
    pending = {name.name: name.sources for name in search.inventory.pending}
    assert pending == {
        f"hidden-c1.{DOMAIN}": ["certificate"],
        f"landed-r1.{DOMAIN}": ["redirect"],
        DOMAIN: ["certificate"],
    }


async def test_a_known_name_is_told_again_with_its_new_source(search, noted):
    await services(search, noted, "hidden-c1", "go")
    (again,) = [event for event in noted.of(NameFound) if event.name.startswith("hidden-c1")]
    assert again.sources == ("certificate", "lines")


async def test_refused_addresses_are_not_connected_to(company, noted):
    async with searching(company, noted=noted) as search:
        there(search, "www", address="10.0.0.5")
        search.inventory.names[f"www.{DOMAIN}"].refused = "10.0.0.5 is a private address"
        there(search, "api", address="10.0.0.5")  # were it not marked, the network would say no
        await Servicer(search).run()
        assert search.network.requests == 0
    assert noted.of(ServiceFound) == []


async def test_nothing_out_of_scope_is_asked(company, search, noted):
    await services(search, noted, "www", "go", "api")
    assert set(company.hosts) == {f"{label}.{DOMAIN}" for label in ("www", "go", "api")}


async def test_unverified_domains_are_not_asked_for_descriptions(company, noted):
    async with searching(company, company.job(company.domain(verified=False)), noted) as search:
        assert len(await services(search, noted, "api")) == 2
    paths = {one.path for site in (company.plain, company.secure) for one in site.asked}
    assert paths == {"/"}


async def test_a_port_is_tried_once_for_all_names_of_an_address(search, noted):
    found = await services(search, noted, *(f"n{number}" for number in range(5)), address="127.0.0.98")
    assert found == {}
    assert search.network.requests == len(search.ports(search.discovery.domains[0]))


async def test_what_was_done_is_not_done_again(company, search, noted):
    await services(search, noted, "www")
    before = len(company.plain.asked)
    async with searching(company, noted=noted) as again:
        assert len(await services(again, noted)) == 2
    assert len(company.plain.asked) == before


async def test_too_many_services_are_said(company, noted):
    async with searching(company, company.job(max_services=3), noted) as search:
        assert len(await services(search, noted, "www", "go", "beta")) == 3
        assert search.inventory.limits == {"max-services": 3}


async def test_once_over_nothing_is_noted(search, noted):
    noted.over = True
    assert await services(search, noted, "www") == {}


@contextlib.asynccontextmanager
async def talking(answer):
    """A server that gives bytes, whatever is asked."""

    async def talk(reader, writer):
        with contextlib.suppress(OSError):
            await reader.read(500)
            writer.write(answer)
            await writer.drain()
            writer.close()

    server = await asyncio.start_server(talk, HERE, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 52\r\n\r\nThe plain HTTP request was sent to HTTPS port. nginx",
    ],
)
async def test_what_is_no_web_service_is_none(company, noted, answer):
    async with talking(answer) as port:
        job = company.job(DiscoveryDomain(name=DOMAIN, verified=True, ports=(port,)))
        job = dataclasses.replace(job, allow_private=(f"{HERE}:{port}",))
        async with searching(company, job, noted) as search:
            assert await services(search, noted, "www") == {}


@pytest.mark.parametrize(
    "target",
    ["http://[1:2]/", "http://[::1", "//", "http://\u202eexample/", "mailto:x@shop.example", "http://a b/", "///x"],
)
async def test_odd_redirects_bring_up_nothing(company, noted, target):
    answer = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
    async with talking(answer) as port:
        job = company.job(DiscoveryDomain(name=DOMAIN, verified=False, ports=(port,)))
        job = dataclasses.replace(job, allow_private=(f"{HERE}:{port}",))
        async with searching(company, job, noted) as search:
            (service,) = (await services(search, noted, "www")).values()
            assert service.status == 302
            assert search.inventory.pending == []
