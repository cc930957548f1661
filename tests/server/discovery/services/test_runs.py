"""Discoveries asked for, cancelled, and started by the clock."""

from datetime import timedelta

import pytest

from tests.server import factories
from tests.server.discovery.conftest import carry, service
from vedette.server.audit.models import DomainEvent
from vedette.server.discovery.models import DiscoveryAsset, DiscoveryRun, DomainDiscovery
from vedette.server.discovery.services import runs
from vedette.server.jobs import database
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, NotAllowed, NotFound
from vedette.server.kernel.models import QueuedJob
from vedette.server.targets import ownership
from vedette.server.targets.models import Domain
from vedette.server.targets.services import domains
from vedette.server.tenancy.models import Organisation


def facts():
    return list(DomainEvent.objects.filter(kind__startswith="discovery.").order_by("id").values_list("kind", flat=True))


def test_a_run_is_queued_with_what_is_known_of_the_domain(owner, domain):
    run = runs.start(owner, domain)
    assert (run.status, run.type, run.created_by, run.run.kind) == ("queued", "regular", owner.user, "discover")
    assert run.domain_then["hostname"] == "example.org" and run.domain_then["token"] == str(domain.token)
    assert facts() == ["discovery.created"]


def test_a_domain_has_one_at_a_time(owner, domain):
    run = runs.start(owner, domain)
    with pytest.raises(Conflict) as caught:
        runs.start(owner, domain)
    assert (caught.value.code, caught.value.data) == ("discovery_active", {"discovery": run.public_id})
    assert DiscoveryRun.objects.count() == 1
    carry(factories.claim())
    runs.start(owner, domain)


def test_of_two_at_the_same_moment_one_is_refused(owner, domain, monkeypatch):
    run = runs.start(owner, domain)
    monkeypatch.setattr(runs, "_check", lambda domain: None)
    with pytest.raises(Conflict) as caught:
        runs.start(owner, domain)
    assert caught.value.data == {"discovery": run.public_id}


@pytest.mark.parametrize("hostname", ["192.0.2.7", "[2001:db8::1]", "localhost", "192.0.2.7:8443"])
def test_there_is_nothing_below_an_address(owner, home, hostname):
    row = Domain.objects.create(organisation=home, hostname=hostname)
    for ask in (lambda: runs.start(owner, row), lambda: runs.switch(owner, row, enabled=True)):
        with pytest.raises(Conflict) as caught:
            ask()
        assert caught.value.code == "no_name"


def test_a_stopped_organisation_starts_none(owner, domain, home):
    Organisation.objects.filter(pk=home.pk).update(paused=True)
    with pytest.raises(Conflict) as caught:
        runs.start(owner, Domain.objects.get(pk=domain.pk))
    assert caught.value.code == "scans_stopped"


def test_readers_and_strangers_start_and_stop_nothing(owner, reader, stranger, domain):
    for actor, error in ((reader, NotAllowed), (stranger, NotFound)):
        with pytest.raises(error):
            runs.start(actor, domain)
        with pytest.raises(error):
            runs.switch(actor, domain, enabled=True)
    run = runs.start(owner, domain)
    for actor, error in ((reader, NotAllowed), (stranger, NotFound)):
        with pytest.raises(error):
            runs.cancel(actor, run)


def test_old_ownership_is_looked_for_again(owner, domain, monkeypatch):
    asked = []
    monkeypatch.setattr(ownership, "refresh", lambda row, **by: asked.append(row.pk) or row)
    runs.start(owner, domain)
    carry(factories.claim())
    assert asked == []
    Domain.objects.filter(pk=domain.pk).update(checked_at=clock.now() - timedelta(days=40))
    runs.start(owner, Domain.objects.get(pk=domain.pk))
    assert asked == [domain.pk]


def test_one_that_waits_is_cancelled_at_once_and_not_twice(owner, domain):
    run = runs.start(owner, domain)
    assert runs.cancel(owner, run).status == "canceled"
    with pytest.raises(Conflict):
        runs.cancel(owner, run)
    assert facts() == ["discovery.created", "discovery.cancel_asked", "discovery.canceled"]


def test_switching_on_makes_a_run_due_and_off_takes_it_back(owner, domain):
    assert runs.switch(owner, domain, enabled=True) and not runs.switch(owner, domain, enabled=True)
    row = DomainDiscovery.objects.get()
    assert row.enabled and row.next_at <= clock.now()
    assert runs.switch(owner, domain, enabled=False)
    row.refresh_from_db()
    assert not row.enabled and row.next_at is None
    assert facts() == ["discovery.enabled", "discovery.disabled"]


def test_what_is_due_runs_and_then_not_before_a_day_is_over(owner, domain):
    with clock.frozen(clock.now()) as time:
        runs.switch(owner, domain, enabled=True)
        runs.tend()
        runs.tend()
        assert QueuedJob.objects.filter(name="discovery.scheduled").count() == 1
        database.work_off("test:1")
        run = DiscoveryRun.objects.get()
        assert (run.type, run.status, run.created_by) == ("scheduled", "queued", None)
        carry(factories.claim(), service())
        time.advance(23 * 3600)
        runs.tend()
        database.work_off("test:1")
        assert DiscoveryRun.objects.count() == 1
        time.advance(2 * 3600)
        runs.tend()
        database.work_off("test:1")
        assert DiscoveryRun.objects.count() == 2


def test_of_two_ticks_one_asks(owner, domain, monkeypatch):
    runs.switch(owner, domain, enabled=True)
    seen = runs.queries.due(clock.now())
    monkeypatch.setattr(runs.queries, "due", lambda now: seen)
    runs.fire_due()
    QueuedJob.objects.all().delete()
    runs.fire_due()
    assert not QueuedJob.objects.filter(name="discovery.scheduled").exists()


def test_what_was_switched_off_or_is_under_way_is_not_started(owner, domain):
    assert runs.start_scheduled("2" * 12) is None
    runs.switch(owner, domain, enabled=True)
    runs.start(owner, domain)
    assert runs.start_scheduled(domain.public_id) is None
    runs.switch(owner, domain, enabled=False)
    carry(factories.claim())
    assert runs.start_scheduled(domain.public_id) is None
    assert DiscoveryRun.objects.count() == 1


def test_a_domain_that_was_removed_ends_its_run_and_leaves_what_was_found(owner, domain):
    run = runs.start(owner, domain)
    grant = factories.claim()
    carry(grant, service(), verdict="", ending="time")
    domains.remove(owner, domain)
    runs.tend()
    run.refresh_from_db()
    assert run.status == "canceled" and run.domain_then["hostname"] == "example.org"
    assert DiscoveryAsset.objects.get().domain is None
