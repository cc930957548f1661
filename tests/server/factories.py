"""Rows for tests, made through the services wherever that is what a test would otherwise repeat."""

from __future__ import annotations

from typing import Any

from vedette.contract.batch import Batch
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.claim import Grant, Worker
from vedette.contract.events import FindingSeen, Rechecked, ScanFinished, ScanStarted
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.finding import Finding, Identity, Location
from vedette.server.kernel import clock
from vedette.server.scans.models import Scan
from vedette.server.scans.services import committing, leasing, lifecycle, profiles
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.services import targets
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor, system_actor
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import keys, roles, setup

WORKER = Worker(name="test:1", pools=("default-short", "default"))
PASSWORD = "correct horse battery 7"
_numbers = iter(range(1, 10**9))


def organisation(name: str = "Acme") -> Organisation:
    """An organisation with built-in roles and profiles in place."""
    profiles.ensure_builtin()
    return setup.create_organisation(name)


def person(home: Organisation, role: str = "owner", *, email: str = "", password: str | None = None) -> User:
    """A member with a built-in role."""
    user, _ = setup.add_user(
        email=email or f"{role}{next(_numbers)}@example.org", role=role, password=password, organisation=home
    )
    return user


def actor(home: Organisation, role: str = "owner", **fields: Any) -> Actor:
    """A member's actor."""
    found = tenancy.actor_for_user(person(home, role, **fields), home, "127.0.0.1")
    assert found is not None
    return found


def key(home: Organisation, role: str = "admin") -> str:
    """The secret of an API key with a built-in role."""
    wish = roles.NewGrant(tenancy.builtin_role(role))
    _, secret = keys.create_key(actor=system_actor(home), name=f"key {next(_numbers)}", grants=(wish,))
    return secret


def target(home: Organisation, url: str = "", *, verified: bool = True, **fields: Any) -> Target:
    """A target, by default with a verified domain."""
    made = targets.create(
        system_actor(home),
        url=url or f"http://shop{next(_numbers)}.example.org/",
        checks=CreateChecks(skip_reachability_check=True),
        **fields,
    )
    if verified:
        Domain.objects.filter(pk=made.domain_id).update(verified=True, method="file", checked_at=clock.now())
    return Target.objects.get(pk=made.pk)


def verify(domain: Domain) -> None:
    """Makes a domain verified, without any check."""
    Domain.objects.filter(pk=domain.pk).update(verified=True, method="file", checked_at=clock.now())


def start(wanted: Target, **fields: Any) -> Scan:
    """A queued scan."""
    return lifecycle.start(actor=system_actor(wanted.organisation), target=wanted, **fields)


def claim(worker: Worker = WORKER) -> Grant:
    """The next run, claimed."""
    grant = leasing.claim(worker)
    assert grant is not None
    return grant


def flaw(
    name: str = "q",
    *,
    check: str = "xss-reflected",
    severity: Severity = Severity.HIGH,
    proof: ProofLevel = ProofLevel.CONFIRMED,
    url: str = "http://shop.example.org/search",
    **fields: Any,
) -> Finding:
    """A finding as the engine reports it; the same name gives the same identity."""
    identity = Identity(check, (("origin", "http://shop.example.org"), ("path", "GET /search"), ("parameter", name)))
    request = Request("GET", f"{url}?{name}=1")
    exchange = Exchange(request, Response(200, (("Content-Type", "text/html"),), b"<p>1</p>"), sent_at=1.0)
    given: dict[str, Any] = {
        "identity": identity,
        "check": check,
        "title": "Reflected cross-site scripting",
        "severity": severity,
        "proof": proof,
        "location": Location(url=url, path="/search", kind="query", parameter=name),
        "detail": "What was sent came back.",
        "cwe": (79,),
        "cvss31": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
        "steps": (Step("proof", exchange, ("1",)),),
        "request": request,
    }
    return Finding(**(given | fields))


def run_scan(
    wanted: Target, *findings: Finding, rechecked: tuple[Rechecked, ...] = (), verdict: str = "findings", **fields: Any
) -> Scan:
    """A scan from start to end that reports these findings, through claim, commit and release."""
    scan = start(wanted, **fields)
    grant = claim()
    begun = ScanStarted(job=scan.public_id, version="1", catalogue="c", profile="normal", start_urls=(wanted.url,))
    committing.commit(grant.run, Batch(grant.epoch, 1, [begun]))
    events = [*(FindingSeen(finding=one) for one in findings), *rechecked]
    committing.commit(grant.run, Batch(grant.epoch, 2, [*events, ScanFinished(verdict=verdict, requests=10)]))
    leasing.release(grant.run, grant.epoch, "finished")
    return Scan.objects.get(pk=scan.pk)
