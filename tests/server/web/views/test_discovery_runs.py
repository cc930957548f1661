"""Runs of discoveries on their pages."""

import pytest

from tests.server import factories
from tests.server.discovery.conftest import carry, name, service
from vedette.contract.batch import Batch
from vedette.contract.events import Progress, SourceAsked
from vedette.server.discovery import queries
from vedette.server.discovery.models import DiscoveryRun
from vedette.server.discovery.services import runs
from vedette.server.scans.services import committing
from vedette.server.targets.models import Domain


@pytest.fixture
def domain(home):
    return Domain.objects.create(organisation=home, hostname="example.org")


@pytest.fixture
def run(client, domain):
    client.post(f"/ui/discovery/domains/{domain.public_id}/start/")
    return DiscoveryRun.objects.get()


def test_a_domain_is_discovered_at_once_or_every_day(client, domain, words):
    page = words(client.get("/ui/discovery/runs/"))
    assert "example.org" in page and "Discover now" in page
    answer = client.post(f"/ui/discovery/domains/{domain.public_id}/start/")
    assert answer["Location"] == f"/ui/discovery/runs/{DiscoveryRun.objects.get().public_id}/"
    client.post(f"/ui/discovery/domains/{domain.public_id}/switch/on/")
    assert queries.is_enabled(Domain.objects.get(pk=domain.pk))
    assert "Switch off" in words(client.get("/ui/discovery/runs/"))
    client.post(f"/ui/discovery/domains/{domain.public_id}/switch/off/")
    assert not queries.is_enabled(Domain.objects.get(pk=domain.pk))
    assert client.post(f"/ui/discovery/domains/{domain.public_id}/switch/x/").status_code == 404


def test_a_second_one_is_refused_with_words(client, domain, run, words):
    told = words(client.post(f"/ui/discovery/domains/{domain.public_id}/start/", follow=True))
    assert "is under way" in told and DiscoveryRun.objects.count() == 1


def test_a_run_is_followed_while_it_changes(client, run, words):
    grant = factories.claim()
    path = f"/ui/discovery/runs/{run.public_id}/"
    page = client.get(path)
    assert f"{path}live/?seen=" in page.content.decode()
    seen = page.context["etag"]
    assert client.get(f"{path}live/", {"seen": seen}).status_code == 204
    asked = SourceAsked(source="crt-sh", domain="example.org", reason="It <b>failed</b>.")
    progress = Progress(phase="names", percent=42.0, parts={}, requests=7, elapsed_s=1.0)
    committing.commit(grant.run, Batch(grant.epoch, 1, [name(), service(), asked, progress]))
    part = client.get(f"{path}live/", {"seen": seen})
    assert part.status_code == 200 and "42 %" in words(part) and "shop.example.org" in words(part)
    assert "It <b>failed</b>." in words(part) and b"<b>failed" not in part.content
    assert f'href="/ui/discovery/names/?domain={run.domain.public_id}"' in part.content.decode()


def test_it_is_stopped_and_then_stands_still(client, run, words):
    path = f"/ui/discovery/runs/{run.public_id}/"
    client.post(f"{path}cancel/")
    run.refresh_from_db()
    assert run.status == "canceled"
    assert client.get(f"{path}live/").status_code == 286
    page = client.get(path)
    assert "Cancelled" in words(page) and "hx-trigger" not in page.content.decode().partition('id="live"')[2][:300]


def test_the_end_tells_what_was_new_and_what_was_not_tried(client, run, words):
    carry(factories.claim(), name(), service(), verdict="incomplete")
    page = words(client.get(f"/ui/discovery/runs/{run.public_id}/"))
    assert "shop.example.org" in page and "Ownership of this domain was not shown" in page
    assert "Completed" in words(client.get("/ui/discovery/runs/"))


def test_names_are_listed(client, run, domain, words):
    carry(factories.claim(), name(), name("dead.example.org", addresses=(), refused="A private address."))
    page = words(client.get("/ui/discovery/names/"))
    assert "dead.example.org" in page and "A private address." in page
    assert "shop.example.org" not in words(client.get("/ui/discovery/names/?q=dead"))
    assert client.get(f"/ui/discovery/names/?domain={domain.public_id}&q=%00").status_code == 200


def test_what_belongs_to_others_is_not_found(client, home):
    other = factories.organisation("Rival")
    theirs = Domain.objects.create(organisation=other, hostname="rival.example")
    run = runs.start(factories.actor(other), theirs)
    assert client.get(f"/ui/discovery/runs/{run.public_id}/").status_code == 404
    assert client.post(f"/ui/discovery/runs/{run.public_id}/cancel/").status_code == 404
    assert client.post(f"/ui/discovery/domains/{theirs.public_id}/start/").status_code == 404
    assert "rival" not in client.get("/ui/discovery/runs/").content.decode()


def test_who_only_reads_starts_nothing(enter, domain):
    auditor = enter("auditor")
    assert "Discover now" not in auditor.get("/ui/discovery/runs/").content.decode()
    auditor.post(f"/ui/discovery/domains/{domain.public_id}/start/")
    assert not DiscoveryRun.objects.exists()
    for path in ("runs/", "names/"):
        assert enter("scanner").get(f"/ui/discovery/{path}").status_code == 403
