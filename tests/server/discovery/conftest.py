"""A verified domain, people of several kinds, and discoveries that find what they are told to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.batch import Batch
from vedette.contract.claim import Grant
from vedette.contract.discovery import SecurityHeaders, SeenTechnology
from vedette.contract.events import Event, NameFound, ScanFinished, ServiceFound
from vedette.server.discovery.models import DiscoveryAsset, DiscoveryRun
from vedette.server.discovery.services import runs
from vedette.server.kernel import clock
from vedette.server.scans.services import committing, leasing
from vedette.server.targets.models import Domain
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Organisation


def service(host: str = "shop.example.org", **fields: Any) -> ServiceFound:
    """A service as the engine tells it."""
    given: dict[str, Any] = {
        "url": f"https://{host}/",
        "name": host,
        "domain": "example.org",
        "address": "192.0.2.1",
        "sources": ("given",),
        "status": 200,
        "title": "Shop",
        "server": "nginx",
        "technologies": (SeenTechnology(name="nginx", version="1.25"),),
        "security_headers": SecurityHeaders(score="B", present=("x-frame-options",), missing=("referrer-policy",)),
    }
    return ServiceFound(**(given | fields))


def name(host: str = "shop.example.org", **fields: Any) -> NameFound:
    """A name as the engine tells it."""
    return NameFound(**({"name": host, "domain": "example.org", "addresses": ("192.0.2.1",)} | fields))


def carry(grant: Grant, *events: Event, verdict: str = "clean", ending: str = "finished") -> None:
    """What a worker does with a run: commits these, and gives it back."""
    told = [*events, ScanFinished(verdict=verdict, requests=5)] if verdict else list(events)
    committing.commit(grant.run, Batch(grant.epoch, grant.batch, told))
    leasing.release(grant.run, grant.epoch, ending)


@shared
def home() -> Organisation:
    return factories.organisation("Home")


@shared
def owner(home: Organisation) -> Actor:
    return factories.actor(home)


@shared
def reader(home: Organisation) -> Actor:
    return factories.actor(home, "auditor")


@shared
def stranger() -> Actor:
    """An owner of another organisation."""
    return factories.actor(factories.organisation("Other"))


@shared
def domain(home: Organisation) -> Domain:
    return Domain.objects.create(
        organisation=home, hostname="example.org", verified=True, method="file", checked_at=clock.now()
    )


@pytest.fixture
def discover(owner: Actor, domain: Domain) -> Callable[..., DiscoveryRun]:
    """A discovery from start to end that tells these events."""

    def one(*events: Event, **fields: Any) -> DiscoveryRun:
        run = runs.start(owner, domain)
        carry(factories.claim(), *events, **fields)
        return DiscoveryRun.objects.get(pk=run.pk)

    return one


@pytest.fixture
def asset(discover: Callable[..., DiscoveryRun]) -> DiscoveryAsset:
    """One that was found."""
    discover(service())
    return DiscoveryAsset.objects.get()
