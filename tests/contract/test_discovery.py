"""What is told of a domain travels whole, and the words of a discovery fit together."""

from vedette.contract import wire
from vedette.contract.discovery import (
    ACTIVE_TECHNIQUES,
    PORTS,
    TECHNIQUES,
    UNVERIFIED_PORTS,
    ApiDescription,
    CertificateFacts,
    Discovery,
    DiscoveryDomain,
    Provider,
    Screenshot,
    SecurityHeaders,
    SeenTechnology,
)
from vedette.contract.events import ServiceFound
from vedette.contract.job import Job, JobKind


def test_what_is_active_is_a_technique_and_fewer_ports_are_some_of_all():
    assert set(ACTIVE_TECHNIQUES) <= set(TECHNIQUES)
    assert set(UNVERIFIED_PORTS) <= set(PORTS)


def test_a_job_for_a_discovery_is_read_as_it_was_written():
    job = Job(
        id="j",
        start_urls=(),
        kind=JobKind.DISCOVER,
        discovery=Discovery(
            domains=(DiscoveryDomain(name="shop.example", verified=True, ports=(8123,)),),
            providers=(Provider(source="securitytrails", secret="trails"),),
        ),
    )
    assert wire.loads(Job, wire.dumps(job)) == job


def test_a_service_is_read_as_it_was_written():
    service = ServiceFound(
        url="https://shop.example/",
        name="shop.example",
        domain="shop.example",
        address="192.0.2.1",
        technologies=(SeenTechnology(name="nginx", version="1.25"),),
        certificate=CertificateFacts(subject="CN=shop.example", issuer="CN=ca", names=("*.shop.example",)),
        security_headers=SecurityHeaders(score="B", present=("x-frame-options",)),
        description=ApiDescription(kind="openapi", url="https://shop.example/openapi.json", text="{}"),
        screenshot=Screenshot(media_type="image/webp", data=b"RIFF\xff\x00"),
    )
    assert wire.load_event(wire.dump(service)) == service
