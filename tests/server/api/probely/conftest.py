"""A client that speaks as the vendor's does, and two organisations with something of everything."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.batch import Batch
from vedette.contract.checkinfo import Severity
from vedette.contract.events import OwnershipChecked, ScanFinished
from vedette.server.agents import services as agents
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock, ratelimit
from vedette.server.scans.models import Scan
from vedette.server.scans.services import committing, leasing
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing
from vedette.server.targets import models, ownership
from vedette.server.targets.models import ExtraHost, Target
from vedette.server.targets.services import detectors, extra_hosts, reduced_scopes, sequences
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Organisation


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, the JSON in it (None for nothing), and the response itself."""

    status: int
    data: Any
    response: Any


class Api:
    """Asks as the client does: a key, JSON always, a body of `{}` even with GET and DELETE."""

    def __init__(self, key: str | None) -> None:
        self._client = Client()
        self._headers = {"Authorization": f"JWT {key}"} if key else {}

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        response = self._client.generic(
            method,
            path,
            json.dumps({} if body is None else body),
            content_type="application/json",
            headers=self._headers,
            query_params=query or None,
        )
        return self._answer(response)

    def raw(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        return self._answer(self._client.generic(method, path, body, content_type=content_type, headers=self._headers))

    def _answer(self, response: Any) -> Answer:
        text = b"".join(response.streaming_content) if response.streaming else response.content
        is_json = text and response["Content-Type"].startswith("application/json")
        return Answer(response.status_code, json.loads(text) if is_json else text.decode() or None, response)

    def get(self, path: str, **query: Any) -> Answer:
        return self("GET", path, **query)

    def post(self, path: str, body: Any = None, **query: Any) -> Answer:
        return self("POST", path, body, **query)

    def patch(self, path: str, body: Any = None, **query: Any) -> Answer:
        return self("PATCH", path, body, **query)

    def put(self, path: str, body: Any = None, **query: Any) -> Answer:
        return self("PUT", path, body, **query)

    def delete(self, path: str, **query: Any) -> Answer:
        return self("DELETE", path, **query)


@pytest.fixture(autouse=True)
def plain_site(settings: Settings) -> None:
    """This dialect's addresses alone, as it needs nothing else."""
    settings.ROOT_URLCONF = "vedette.server.api.probely.urls"
    settings.MIDDLEWARE = ["vedette.server.api.paths.PathMiddleware"]
    ratelimit.reset()


@shared
def home() -> Organisation:
    return factories.organisation("Home")


@shared
def everything(home: Organisation) -> Everything:
    return everything_of(home)


@shared
def foreign() -> Everything:
    """The same of another organisation."""
    return everything_of(factories.organisation("Foreign"))


@shared
def administrator(home: Organisation) -> str:
    """An administrator's key."""
    return factories.key(home)


@pytest.fixture
def api(administrator: str) -> Api:
    """A client with an administrator's key."""
    return Api(administrator)


@pytest.fixture
def api_as(home: Organisation) -> Callable[[str], Api]:
    """A key with another built-in role."""
    return lambda role: Api(factories.key(home, role))


@pytest.fixture
def nobody(db: None) -> Api:
    return Api(None)


@dataclass(frozen=True, slots=True)
class Everything:
    """One of each kind, of one organisation."""

    home: Organisation
    target: Target
    host: ExtraHost
    scan: Scan
    running: Scan
    busy: Target
    findings: Sequence[Finding]
    sequence: models.Sequence
    detector: models.LogoutDetector
    scope: models.ReducedScope
    schedule: Schedule


def everything_of(home: Organisation) -> Everything:
    target = factories.target(home, name="Shop")
    scan = factories.run_scan(
        target,
        factories.flaw("a"),
        factories.flaw("b", severity=Severity.LOW),
        factories.flaw("c", severity=Severity.INFO),
    )
    busy = factories.target(home)
    running = factories.start(busy)
    factories.claim()
    host = extra_hosts.add(
        system_actor(home), Target.objects.get(pk=target.pk), host="api.example.org", skip_reachability_check=True
    )
    found = list(Finding.objects.filter(target=target).order_by("number"))
    running.refresh_from_db()
    actor, own = system_actor(home), Target.objects.get(pk=target.pk)
    steps = '[{"type": "goto", "url": "http://shop.example.org/"}]'
    sequence = sequences.add(actor, own, name="Cart", kind="navigation", content=steps)
    detector = detectors.add(actor, own, kind="text", value="Please log in")
    scope = reduced_scopes.add(actor, own, url=own.url)
    (schedule,) = editing.add(actor, [own], {"date_time": "2199-01-01T10:00:00", "recurrence": "h"})
    Schedule.objects.update(next_at=clock.now() + timedelta(days=1), due_at=clock.now() + timedelta(days=1))
    own = Target.objects.get(pk=target.pk)
    return Everything(home, own, host, scan, running, busy, found, sequence, detector, scope, schedule)


@pytest.fixture(name="models")
def client_models() -> Any:
    """The client's own models: what they refuse, the client cannot read."""
    from probely.sdk import schemas

    return SimpleNamespace(
        target=schemas.TargetDataModel,
        scan=schemas.ScanDataModel,
        finding=schemas.FindingDataModel,
        host=schemas.TargetExtraHostDataModel,
    )


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A worker that finds what it is told to while the check waits."""
    found: dict[str, Any] = {"ok": True, "reason": ""}

    def wait(run: Any, *, timeout_s: float) -> Any:
        grant = factories.claim()
        proof = grant.job.ownership
        assert proof is not None
        checked = OwnershipChecked(ok=found["ok"], method=proof.method, reason=found["reason"])
        committing.commit(grant.run, Batch(grant.epoch, 1, [checked, ScanFinished(verdict="clean", requests=1)]))
        leasing.release(grant.run, grant.epoch, "finished")
        return agents.events_of(run)

    monkeypatch.setattr(ownership.agents, "wait", wait)
    return found
