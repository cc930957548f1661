"""What part of a target a scan looks at."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.batch import Batch
from vedette.contract.events import EndpointFound, ScanFinished
from vedette.server.kernel.errors import Invalid
from vedette.server.scans.models import Scan
from vedette.server.scans.services import committing, leasing, lifecycle, parts
from vedette.server.targets.models import Target
from vedette.server.targets.services import reduced_scopes, sequences, targets
from vedette.server.tenancy.actor import system_actor

pytestmark = pytest.mark.django_db
STEPS = '[{"type": "goto", "url": "http://shop.example.org/"}]'


@shared
def home():
    return factories.organisation()


@shared
def target(home):
    return factories.target(home, "http://shop.example.org/")


def fresh(target):
    return Target.objects.get(pk=target.pk)


def set_to(home, target, **settings):
    return targets.change(system_actor(home), fresh(target), **settings)


def scanned(target, answers, *, verdict="clean", **fields):
    """A scan that met endpoints with these keys and digests."""
    factories.start(fresh(target), **fields)
    grant = factories.claim()
    events = [
        EndpointFound(method="GET", url=f"{target.url}{key}", status=200, source="link", key=key, digest=digest)
        for key, digest in answers.items()
    ]
    committing.commit(grant.run, Batch(grant.epoch, 1, [*events, ScanFinished(verdict=verdict)]))
    leasing.release(grant.run, grant.epoch, "finished")
    return grant.job


def next_part(target):
    factories.start(fresh(target))
    return factories.claim().job.part


def test_a_profile_for_apis_keeps_to_what_the_description_tells(target):
    owner = system_actor(target.organisation)
    settings = {"api_schema_url": "http://api.example.org/openapi.json"}
    service = factories.target(target.organisation, "http://api.example.org/", kind="api", api_scan_settings=settings)
    assert service.profile == "api_normal"
    scan = factories.start(service)
    grant = factories.claim()
    assert (grant.job.part.described_only, grant.job.profile, len(grant.job.descriptions)) == (True, "normal", 1)
    assert next_part(target).described_only is False
    with pytest.raises(Invalid) as caught:
        lifecycle.start(actor=owner, target=factories.target(target.organisation), profile="api_safe")
    assert list(caught.value.fields) == ["scan_profile"]
    lifecycle.cancel(actor=owner, scan=scan)
    leasing.release(grant.run, grant.epoch, "finished")
    factories.start(fresh(service), profile="normal")
    assert factories.claim().job.part.described_only is False


def test_a_whole_scan_is_the_default(target):
    assert parts.choose(target, "normal") == parts.Chosen()
    part = next_part(target)
    assert (part.urls, part.incremental, part.earlier, part.sequences_only) == ((), False, {}, False)
    assert not Scan.objects.get().incremental


def test_an_incremental_scan_knows_what_the_last_one_met(home, target):
    set_to(home, target, incremental=True)
    first = scanned(target, {"a": "1", "b": "1"})
    assert (first.part.incremental, first.part.earlier) == (True, {})
    second = scanned(target, {"b": "2", "c": "1", "": "9"})
    assert second.part.earlier == {"a": "1", "b": "1"}
    assert next_part(target).earlier == {"b": "2", "c": "1"}
    assert Scan.objects.filter(incremental=True).count() == 3


@pytest.mark.parametrize("verdict", ["incomplete", "failed"])
def test_what_saw_only_a_part_is_no_measure(home, target, verdict):
    set_to(home, target, fail_fast=False)
    scanned(target, {"a": "1"})
    scanned(target, {"a": "1", "b": "1"}, verdict=verdict)
    scanned(target, {"c": "1"}, profile="lightning")
    scanned(target, {"d": "1"}, reduced=[{"url": "http://shop.example.org/d"}])
    set_to(home, target, incremental=True)
    assert next_part(target).earlier == {"a": "1"}


def test_a_later_scan_alters_no_running_one(home, target):
    scanned(target, {"a": "1"})
    set_to(home, target, incremental=True)
    scan = factories.start(fresh(target))
    set_to(home, target, incremental=False)
    assert parts.part_of(Scan.objects.get(pk=scan.pk)).earlier == {"a": "1"}


def test_addresses_and_sequences_narrow_it(home, target):
    actor = system_actor(home)
    reduced_scopes.add(actor, target, url="http://shop.example.org/cart")
    sequences.add(actor, target, name="Cart", kind="navigation", content=STEPS)
    set_to(home, target, reduced_scope=True, crawl_sequences_only=True)
    part = next_part(target)
    assert (part.urls, part.sequences_only) == (("http://shop.example.org/cart",), True)


@pytest.mark.parametrize("name", ["reduced_scope", "crawl_sequences_only"])
def test_a_part_that_nobody_named_is_refused(home, target, name):
    set_to(home, target, **{name: True})
    with pytest.raises(Invalid):
        factories.start(fresh(target))
    assert not Scan.objects.exists()


def test_a_retest_is_about_findings_and_nothing_else(home, target):
    set_to(home, target, reduced_scope=True, incremental=True)
    factories.start(fresh(target), kind="retest", findings=[])
    assert factories.claim().job.part.incremental is False
