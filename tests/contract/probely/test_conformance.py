"""Schemathesis asks every operation of the document, with what fits it and what does not: none ends in a server error,
and each answer has a status, a type and a shape that the document tells."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.probely.stage import Stage
from tests.contract.probely.table import document
from tests.server import factories
from tests.server.discovery.conftest import carry, service
from vedette.contract.discovery import ApiDescription, Screenshot
from vedette.server.agents import services as agents
from vedette.server.config import testing as whole
from vedette.server.config.handler import Handler
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.services import runs
from vedette.server.kernel import ratelimit
from vedette.server.tenancy.actor import system_actor

pytestmark = pytest.mark.django_db

FEW, MANY = 1, 12
"""Requests an operation; the first of them is the smallest that fits."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = sorted((path, method) for path, methods in document()["paths"].items() for method in methods)


class Application(Handler):
    """The application. Long bodies come as a file, which nobody else closes."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        try:
            return super().__call__(environ, start_response)
        finally:
            environ["wsgi.input"].close()


@dataclass(frozen=True)
class Site:
    """The whole application, a key of its owner, and what there is to name, in several ways."""

    app: Application
    key: str
    known: tuple[dict[str, str], ...]


@pytest.fixture(scope="module")
def schema() -> Any:
    return read(document())


@pytest.fixture(scope="module")
def home(stage: Stage) -> Iterator[Site]:
    idle = names(stage, discovered(stage))
    with override_settings(ROOT_URLCONF=whole.ROOT_URLCONF, MIDDLEWARE=whole.MIDDLEWARE):
        yield Site(Application(), factories.key(stage.home, "owner"), (idle, idle | busy(stage), {}))


@pytest.fixture
def site(home: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """No worker is there to wait for. What is sent must not depend on which other modules were loaded before, whose
    constants Hypothesis would try, too."""
    monkeypatch.setattr(agents, "wait", lambda run, **_: None)
    monkeypatch.setattr(providers, "_get_local_constants", providers.Constants)
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", LRUCache(1024))
    return home


def read(given: dict[str, Any]) -> Any:
    """The document as Schemathesis has it. Whether keys are asked for is tested elsewhere: each request has one."""
    config = schemathesis.Config()
    config.projects.default.generation.with_security_parameters = False
    config.projects.default.analysis.constants.enabled = False
    return schemathesis.openapi.from_dict(copy.deepcopy(given), config=config)


def discovered(stage: Stage) -> DiscoveryAsset:
    """An asset with all that an asset may have."""
    runs.start(system_actor(stage.home), stage.cast.domain)
    description = ApiDescription(kind="openapi", url="https://own.example.org/api.json", text="{}")
    shot = Screenshot(media_type="image/png", data=b"\x89PNG\r\n\x1a\n" + b"0" * 20)
    found = service("own.example.org", domain="own.example.org", description=description, screenshot=shot)
    carry(factories.claim(), found)
    return DiscoveryAsset.objects.get(organisation=stage.home)


def names(stage: Stage, asset: DiscoveryAsset) -> dict[str, str]:
    """What may stand for each name in an address."""
    things, cast = stage.things, stage.cast
    rows = {
        **{name: getattr(things, name) for name in ("target", "host", "scan", "schedule")},
        **{name: getattr(things, name) for name in ("sequence", "detector", "scope")},
        **{name: getattr(cast, name) for name in ("key", "role", "team", "domain", "credential")},
        "user": cast.user.user,
        "grant": cast.user_grant,
        "label": cast.labels["target"],
        "asset": asset,
    }
    words = {"finding": str(things.findings[0].number), "profile": cast.profile.key, "warning_id": "login_failed"}
    return {name: row.public_id for name, row in rows.items()} | words


def busy(stage: Stage) -> dict[str, str]:
    """Others: a target that is scanned, a grant of a key, a label of findings."""
    things, cast = stage.things, stage.cast
    return {
        "target": things.busy.public_id,
        "scan": things.running.public_id,
        "grant": cast.key_grant.public_id,
        "label": cast.labels["finding"].public_id,
        "finding": f"{things.target.public_id}-{things.findings[0].number}",
    }


def ask(site: Site, operation: Any, examples: int) -> None:
    """Sends as many requests to the operation, the same ones each time; takes back what each of them did."""
    fitting = operation.as_strategy()
    unfitting = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @given(case=fitting | unfitting, known=st.sampled_from(site.known))
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def one(case: Any, known: dict[str, str]) -> None:
        for name in case.path_parameters:
            case.path_parameters[name] = known.get(name, case.path_parameters[name])
        with transaction.atomic():
            ratelimit.reset()
            answer = case.call(app=site.app, headers={"Authorization": f"JWT {site.key}"})
            transaction.set_rollback(True)
        assert answer.status_code != 401, "nothing is learned from answers to those without a key"
        case.validate_response(answer, checks=CHECKS)

    one()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_it_answers_as_the_document_says(path: str, method: str, schema: Any, site: Site) -> None:
    ask(site, schema[path][method], FEW)


@pytest.mark.long
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_also_when_asked_more_often(path: str, method: str, schema: Any, site: Site) -> None:
    ask(site, schema[path][method], MANY)


@pytest.mark.parametrize(
    "told",
    [
        {"200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}},
        {"200": {"description": "", "content": {"text/csv": {"schema": {"type": "string"}}}}},
        {"204": {"description": ""}},
    ],
)
def test_a_document_that_is_wrong_is_found_out(told: dict[str, Any], site: Site) -> None:
    wrong = copy.deepcopy(document())
    wrong["paths"] = {"/labels/targets/": {"get": {**wrong["paths"]["/labels/targets/"]["get"], "responses": told}}}
    with pytest.raises(FailureGroup):
        ask(site, read(wrong)["/labels/targets/"]["get"], 1)
