"""The names and services of a made-up company on loopback: a name server with hundreds of names, web services that tell
hosts apart, a source that tells of some of them, and traps for whoever looks for names."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import ssl
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.sites.names import NameServer, names
from tests.sites.pages import Asked, Page, Pages
from vedette.contract.discovery import Discovery, DiscoveryDomain, Provider
from vedette.contract.job import Job, JobKind, Limits
from vedette.engine.discover.words import words

DOMAIN, OPEN = "shop.example", "open.example"
HERE, SILENT = "127.0.0.1", "127.0.0.99"
"""Where services answer, and where nothing does."""

STRICT = (
    "Strict-Transport-Security: max-age=31536000",
    "Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options: DENY",
    "X-Content-Type-Options: nosniff",
    "Referrer-Policy: no-referrer",
    "Permissions-Policy: camera=()",
)
OPENAPI = {
    "openapi": "3.0.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {"/orders": {"get": {"responses": {"200": {"description": "ok"}}}}},
}


class _Everywhere(dict):
    """Pages of every path."""

    def __init__(self, handler) -> None:
        super().__init__()
        self._handler = handler

    def get(self, path, default=None):
        return self._handler


@dataclass
class Estate:
    """`expected` maps a technique to the names that only it brings up, `traps` are names that must not be found."""

    server: NameServer
    plain: Pages
    secure: Pages
    plain_port: int
    secure_port: int
    expected: dict[str, set[str]] = field(default_factory=dict)
    traps: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """All names of the shop that are to be found when everything is tried."""
        return set().union(*self.expected.values())

    @property
    def hosts(self) -> list[str]:
        """What web services were asked for, as hosts without ports, and outside of the source."""
        asked = [one for site in (self.plain, self.secure) for one in site.asked]
        return [one.headers["host"].partition(":")[0] for one in asked if not one.path.startswith("/told/")]

    @property
    def allowed(self) -> tuple[str, ...]:
        """The ports of the company on loopback; whatever else listens there is nobody's business."""
        return tuple(f"127.0.0.0/8:{port}" for port in (self.server.port, self.plain_port, self.secure_port))

    def domain(self, name: str = DOMAIN, *, verified: bool = True) -> DiscoveryDomain:
        """The domain with the ports at which its services are."""
        return DiscoveryDomain(name=name, verified=verified, ports=(self.plain_port, self.secure_port))

    def job(self, *domains: DiscoveryDomain, limits: dict[str, Any] | None = None, **changes: Any) -> Job:
        """A job without ceilings, for the shop alone unless told otherwise; without a browser."""
        source = Provider(source="lines", url=f"http://{HERE}:{self.plain_port}/told/{{domain}}")
        fields: dict[str, Any] = {
            "domains": domains or (self.domain(),),
            "providers": (source,),
            "ports": (),
            "queries_per_second": 0.0,
            "name_server_port": self.server.port,
        }
        return Job(
            id="d",
            start_urls=(),
            kind=JobKind.DISCOVER,
            discovery=Discovery(**(fields | changes)),
            limits=Limits(**({"rate": 0.0, "slice_s": 0.0} | (limits or {}))),
            resolvers=(self.server.address,),
            allow_private=self.allowed,
            authorized="the tests",
            browser=False,
        )


@contextlib.asynccontextmanager
async def estate(size: int = 40) -> AsyncIterator[Estate]:
    """The company while the block runs; `size` of the names are common ones."""
    async with names() as server, contextlib.AsyncExitStack() as stack:
        plain, plain_port = await _served(stack, None)
        secure, secure_port = await _served(stack, _context(f"*.{DOMAIN}", f"hidden-c1.{DOMAIN}", "elsewhere.example"))
        company = Estate(server, plain, secure, plain_port, secure_port)
        _fill(company, size)
        for site in (plain, secure):
            site.pages = _Everywhere(lambda asked, site=site: _page(company, asked, tls=site is secure))
        yield company


@contextlib.contextmanager
def estate_beside(size: int = 0) -> Iterator[Estate]:
    """The same from a thread of its own, for who holds up this one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opened = estate(size)
    try:
        yield asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


def _fill(company: Estate, size: int) -> None:
    zone, expected = company.server.zone, company.expected

    def there(technique: str, *labels: str, address: str = SILENT) -> None:
        for label in labels:
            name = f"{label}.{DOMAIN}"
            zone[name, "A"] = [address]
            expected.setdefault(technique, set()).add(name)

    zone[DOMAIN, "A"] = [HERE]
    zone[DOMAIN, "NS"] = [f"ns-q7.{DOMAIN}."]
    zone[DOMAIN, "SOA"] = [f"ns-q7.{DOMAIN}. keeper-q7.{DOMAIN}. 1 60 60 60 60"]
    zone[DOMAIN, "MX"] = [f"10 post-q7.{DOMAIN}.", "20 mx.elsewhere.example."]
    zone[DOMAIN, "TXT"] = [f'"v=spf1 a:sender-q7.{DOMAIN} include:_spf.elsewhere.example -all"']
    expected["given"] = {DOMAIN}
    there("records", "ns-q7", "post-q7", address=HERE)
    there("records", "sender-q7")
    # `www` and `api` serve, `intranet` is in a private network, `status` stands for a name outside, the others are
    # silent.
    chosen = [word for word in words()[3:] if word not in ("api", "go")][:: max(1, 800 // max(1, size))][:size]
    there("brute-force", *chosen)
    there("brute-force", "www", "api", "go", address=HERE)
    there("brute-force", "intranet", address="10.0.0.5")
    there("brute-force", "status")
    del zone[f"status.{DOMAIN}", "A"]
    zone[f"status.{DOMAIN}", "CNAME"] = ["pages.elsewhere.example."]
    there("lines", "node-7x", "aged-u3", "deep.in.the-f9", "known.any")
    there("permutation", "node-8x", "aged-u4")
    there("certificate", "hidden-c1")
    there("redirect", "landed-r1")
    # Below `any`, every name is answered; two of them stand for themselves.
    zone[f"*.any.{DOMAIN}", "A"] = ["127.0.0.77"]
    there("brute-force", "api.any")
    company.traps = {
        f"gone-z1.{DOMAIN}",
        f"lame-z1.{DOMAIN}",
        f"www.any.{DOMAIN}",
        "www.elsewhere.example",
        "elsewhere.example",
    }
    company.server.lame.add(f"lame-z1.{DOMAIN}")
    zone["www.elsewhere.example", "A"] = [HERE]
    zone["pages.elsewhere.example", "A"] = [SILENT]
    company.told = [
        *sorted(expected["lines"]), f"gone-z1.{DOMAIN}", f"lame-z1.{DOMAIN}", "www.elsewhere.example", f"evil{DOMAIN}",
        f"*.the-f9.{DOMAIN}", f"info@{DOMAIN}",
    ]  # fmt: skip
    zone[OPEN, "A"] = [SILENT]
    zone[OPEN, "NS"] = [f"ns-q7.{DOMAIN}."]
    company.server.open_zones.add(OPEN)
    for number in range(70):
        zone[f"zone-{number}k.{OPEN}", "A"] = [SILENT]


def _page(company: Estate, asked: Asked, *, tls: bool) -> Page:
    host = asked.headers.get("host", "").partition(":")[0]
    if asked.path.startswith("/told/"):
        lines = [json.dumps({"host": name, "source": "archive"}) for name in company.told]
        return Page("\n".join(lines if asked.path.endswith(DOMAIN) else []), kind="application/x-ndjson")
    if host == f"api.{DOMAIN}":
        if asked.path == "/openapi.json":
            return Page(json.dumps(OPENAPI), kind="application/json")
        return Page('{"service": "orders"}', kind="application/json")
    if host == f"go.{DOMAIN}" and not tls:
        target = f"http://landed-r1.{DOMAIN}:{company.plain_port}/in"
        return Page("", "302 Found", (f"Location: {target}",))
    if asked.path != "/":
        return Page("<title>None</title>", "404 Not Found")
    more = ("Server: nginx/1.25.3", *(STRICT if host == f"www.{DOMAIN}" else ()))
    return Page(f"<!doctype html><title>Welcome to\n {host}</title><h1>{host}</h1>", more=more)


async def _served(stack: contextlib.AsyncExitStack, context: ssl.SSLContext | None) -> tuple[Pages, int]:
    site = Pages()
    listener = await asyncio.start_server(site.serve, HERE, 0, ssl=context)

    async def end() -> None:
        listener.close()
        for task in list(site.tasks):
            task.cancel()
        while site.tasks:
            await asyncio.sleep(0)

    stack.push_async_callback(end)
    return site, listener.sockets[0].getsockname()[1]


def _context(*shown: str) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Shop test authority")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + dt.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in shown]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate.public_bytes(Encoding.PEM))
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        context.load_cert_chain(file.name)
    return context
