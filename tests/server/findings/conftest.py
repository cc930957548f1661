"""An organisation with one target, its people, and scans that report what they are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pytest
from django.db import transaction

from tests.server.layers import shared
from vedette.contract.events import Rechecked
from vedette.contract.finding import Finding as Reported
from vedette.server.agents.models import Run
from vedette.server.findings.models import Finding
from vedette.server.findings.services import observe, recheck
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor, Grant
from vedette.server.tenancy.models import Membership, Organisation, User
from vedette.server.tenancy.rules import BUILTIN_ROLES

Person = Callable[..., Actor]


class Story:
    """Scans of one target, each told in a line. A scan given None is a new one."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def begin(self, kind: str = "scan") -> Scan:
        run = Run.objects.create(organisation=self.target.organisation, state="done")
        return Scan.objects.create(
            organisation=self.target.organisation,
            target=self.target,
            run=run,
            profile="normal",
            kind=kind,
            status="completed",
        )

    def see(self, *reported: Reported, scan: Scan | None = None) -> observe.ObserveResult:
        scan = scan or self.begin()
        with transaction.atomic():
            return observe.observe(scan=scan, findings=reported)

    def recheck(self, reported: Reported, outcome: str, *, scan: Scan | None = None, reason: str = "") -> Scan:
        scan = scan or self.begin()
        with transaction.atomic():
            recheck.rechecked(scan=scan, events=[Rechecked(finding=reported.id, outcome=outcome, reason=reason)])
        return scan

    def row(self, reported: Reported) -> Finding:
        return Finding.objects.get(target=self.target, identity=reported.id)


class MakeTarget(Protocol):
    def __call__(self, organisation: Organisation | None = None, **fields: Any) -> Target: ...


@shared
def organisation() -> Organisation:
    return Organisation.objects.create(name="Acme")


@pytest.fixture
def make_target(organisation: Organisation) -> MakeTarget:
    def make(home: Organisation | None = None, **fields: Any) -> Target:
        given = {"url": "http://shop.example.org/", "host": "shop.example.org", "name": "Shop"} | fields
        return Target.objects.create(organisation=home or organisation, **given)

    return make


@pytest.fixture
def target(make_target: MakeTarget) -> Target:
    return make_target()


@pytest.fixture
def story(target: Target) -> Story:
    return Story(target)


@pytest.fixture
def person(organisation: Organisation) -> Person:
    """Members by role; grants instead of the role's own when given."""

    def make(role: str = "owner", grants: Sequence[Grant] = (), home: Organisation | None = None) -> Actor:
        home = home or organisation
        email = f"{role}{User.objects.count()}@example.org"
        user = User.objects.create_user(email, name=role.capitalize())
        Membership.objects.create(organisation=home, user=user)
        kept = tuple(grants) or (Grant(BUILTIN_ROLES[role]),)
        return Actor("person", user.public_id, user.name, email, home, user, None, "192.0.2.7", kept)

    return make


@pytest.fixture
def owner(person: Person) -> Actor:
    return person("owner")
