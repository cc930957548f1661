"""Two organisations, actors of several kinds, and a worker that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest
from pytest_django import Settings

from tests.server.layers import shared
from tests.server.targets.account import Account
from tests.server.targets.account import account as stand_in
from vedette.contract import wire
from vedette.contract.events import Event
from vedette.contract.job import Job
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run, RunOrder
from vedette.server.kernel import clock, delegation
from vedette.server.targets import ownership
from vedette.server.targets.connectors import cloudflare, route53
from vedette.server.targets.models import Target
from vedette.server.targets.services import targets
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor, Grant
from vedette.server.tenancy.models import Organisation, Team, User
from vedette.server.tenancy.rules import BUILTIN_ROLES
from vedette.server.tenancy.services import setup

UNSEEN = CreateChecks(skip_reachability_check=True)


def actor_of(organisation: Organisation, *grants: Grant, name: str = "Ada", user: User | None = None) -> Actor:
    return Actor("person", "", name, "ada@example.org", organisation, user, None, "192.0.2.7", grants)


@shared
def organisation() -> Organisation:
    return setup.create_organisation("Acme")


@shared
def owner(organisation: Organisation) -> Actor:
    user = User.objects.create_user("ada@example.org", name="Ada")
    return actor_of(organisation, Grant(BUILTIN_ROLES["owner"]), user=user)


@shared
def stranger() -> Actor:
    """An owner of another organisation."""
    return actor_of(setup.create_organisation("Other"), Grant(BUILTIN_ROLES["owner"]), name="Eve")


@shared
def reader(organisation: Organisation) -> Actor:
    return actor_of(organisation, Grant(BUILTIN_ROLES["auditor"]), name="Rea")


@pytest.fixture
def person(organisation: Organisation) -> Callable[..., Actor]:
    """Makes people with the grants given."""

    def one(*grants: Grant, name: str = "Bob") -> Actor:
        return actor_of(organisation, *grants, name=name)

    return one


@pytest.fixture
def team(organisation: Organisation) -> Team:
    return Team.objects.create(organisation=organisation, name="Shop")


@pytest.fixture
def make(owner: Actor) -> Callable[..., Target]:
    """Makes a target without asking whether it can be reached."""

    def one(url: str = "https://shop.example/", **settings: object) -> Target:
        return targets.create(owner, url=url, checks=UNSEEN, **settings)

    return one


@dataclass
class Worker:
    """Does each short job that is waited for: notes it, and stores the events it was told to, as a commit does."""

    events: Sequence[Event] | None = None
    jobs: list[Job] = field(default_factory=list)
    secrets: list[dict[str, str]] = field(default_factory=list)

    def work(self, run: Run, *, timeout_s: float) -> list[Event] | None:
        order = RunOrder.objects.select_related("run__organisation").get(run=run)
        self.jobs.append(wire.loads(Job, order.job))
        sealed = tenancy.unseal(
            run.organisation, order.secrets, table="run_order", public_id=run.public_id, column="secrets"
        )
        self.secrets.append(json.loads(sealed))
        if self.events is None:
            return None
        order.events = json.dumps([wire.dump(event) for event in self.events])
        order.save()
        ownership.apply_ownership(subject=order.subject, events=agents.events_of(run), now=clock.now())
        agents.close(run, ending="finished")
        return agents.events_of(run)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A worker that answers nothing until it is given events."""
    one = Worker()
    monkeypatch.setattr(agents, "wait", one.work)
    return one


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Account]:
    """A stand-in for both services that hold zones, which outbound requests are allowed to reach."""
    with stand_in() as one:
        settings.VEDETTE = replace(settings.VEDETTE, outbound_allow=(f"127.0.0.1/32:{one.port}",))
        monkeypatch.setattr(cloudflare, "API", one.url)
        monkeypatch.setattr(route53, "API", one.url)
        yield one


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, frozenset[str]]:
    """The name servers that the name system says for each zone."""
    told: dict[str, frozenset[str]] = {}
    monkeypatch.setattr(delegation, "name_servers", lambda zone: told.get(zone, frozenset()))
    return told
