"""A small discovery as its events tell it, for the tests of what people get to see."""

from vedette.cli.gathered import Gathered
from vedette.contract.discovery import (
    ApiDescription,
    CertificateFacts,
    Discovery,
    DiscoveryDomain,
    Screenshot,
    SecurityHeaders,
    SeenTechnology,
)
from vedette.contract.events import NameFound, ScanFinished, ServiceFound, SourceAsked
from vedette.contract.job import Job, JobKind

JOB = Job(
    id="d",
    start_urls=(),
    kind=JobKind.DISCOVER,
    discovery=Discovery(domains=(DiscoveryDomain(name="shop.example"),)),
    authorized="Ann, owner",
)
WWW = ServiceFound(
    url="https://www.shop.example/",
    name="www.shop.example",
    domain="shop.example",
    address="192.0.2.1",
    status=200,
    title="Shop \x1b[31m\u202eevil",
    technologies=(SeenTechnology(name="nginx", version="1.25.3"),),
    certificate=CertificateFacts(subject="CN=shop.example", issuer="CN=Authority"),
    security_headers=SecurityHeaders(score="B"),
    description=ApiDescription(kind="openapi", url="https://www.shop.example/openapi.json", text="{}", operations=7),
    screenshot=Screenshot(media_type="image/webp", data=b"RIFF"),
)
EVENTS = (
    SourceAsked(source="crt-sh", domain="shop.example", names=2),
    NameFound(name="www.shop.example", domain="shop.example", sources=("crt-sh",), addresses=("192.0.2.1",)),
    NameFound(name="intra.shop.example", domain="shop.example", addresses=("10.0.0.5",), refused="10.0.0.5 is private"),
    NameFound(name="old.shop.example", domain="shop.example", aliases=("gone.example",), wildcard=True),
    NameFound(name="shop.example", domain="shop.example", addresses=("192.0.2.1",)),
    ServiceFound(url="https://www.shop.example/", name="www.shop.example", domain="shop.example", address="192.0.2.9"),
    WWW,
    ServiceFound(
        url="http://shop.example/", name="shop.example", domain="shop.example", address="192.0.2.1", status=301,
        redirect_to="https://www.shop.example/", security_headers=SecurityHeaders(score="R"),
    ),
    ScanFinished(
        verdict="incomplete", reasons=("The source crt-sh failed: it did not answer.",), requests=12, duration_s=3.2,
        coverage={"queries": 1234},
    ),
)  # fmt: skip


def gathered() -> Gathered:
    """All of it taken in."""
    made = Gathered()
    for event in EVENTS:
        made.take(event)
    return made
