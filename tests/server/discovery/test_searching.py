"""Discoveries from end to end with the real engine, against a name server and web services on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from dataclasses import replace

import pytest

from tests.engine.discover.searching import FEW
from tests.server import factories
from tests.sites.estate import DOMAIN, estate_beside
from vedette.contract.events import ScanFinished, SliceEnded
from vedette.engine.discover import resolving
from vedette.engine.scan import Control, run
from vedette.server.agents.models import Run
from vedette.server.discovery.models import AssetLog, DiscoveredName, DiscoveryAsset, DiscoveryRun
from vedette.server.discovery.services import runs, settings
from vedette.server.kernel import clock
from vedette.server.scans.services import committing, leasing
from vedette.server.targets.models import Domain

VARIANTS = 40


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(resolving, "words", lambda: FEW)
    monkeypatch.setattr(resolving, "MAX_VARIANTS", VARIANTS)


@pytest.fixture(scope="module")
def company():
    with estate_beside() as made:
        yield made


@pytest.fixture
def domain(home):
    return Domain.objects.create(
        organisation=home, hostname=DOMAIN, verified=True, method="dns_txt", checked_at=clock.now()
    )


@pytest.fixture
def slice_of(company):
    """Carries a claimed run as a worker does: the server's job, on the ports of the company alone. After `kill_after`
    batches the worker is gone without a word; `on_batch` is called once each was stored."""

    def one(grant, *, kill_after=0, on_batch=lambda number: None):
        wanted = grant.job.discovery
        domains = tuple(replace(one, ports=(company.plain_port, company.secure_port)) for one in wanted.domains)
        ports = {"ports": (), "queries_per_second": 0.0, "name_server_port": company.server.port}
        job = replace(
            grant.job,
            discovery=replace(wanted, domains=domains, screenshots=False, **ports),
            resolvers=(company.server.address,),
            allow_private=company.allowed,
            limits=replace(grant.job.limits, rate=0.0),
        )
        ending = ""
        for number, (batch, go_on) in enumerate(_batches(replace(grant, job=job)), 1):
            assert not committing.commit(grant.run, batch).stale
            on_batch(number)
            for event in batch.events:
                if isinstance(event, ScanFinished):
                    ending = "cancel" if event.cancelled else "finished"
                elif isinstance(event, SliceEnded):
                    ending = event.reason
            if number == kill_after:
                return
            go_on(leasing.heartbeat(grant.run, grant.epoch).control)
        leasing.release(grant.run, grant.epoch, ending)

    return one


def _batches(grant):
    """The batches of the engine, which runs in a thread of its own: database connections belong to threads. Each comes
    with what lets it go on, or pass it a word; whoever asks for no more ends it."""
    told, words, control = queue.SimpleQueue(), queue.SimpleQueue(), Control()

    async def work():
        stream = run(grant.job, secrets=grant.secrets, state=grant.state, control=control, epoch=grant.epoch)
        async with contextlib.aclosing(stream):
            async for batch in stream:
                told.put(batch)
                word = await asyncio.get_running_loop().run_in_executor(None, words.get)
                if word is None:
                    return
                if word:
                    control.say(word)

    def carry():
        try:
            asyncio.run(work())
        finally:
            told.put(None)

    thread = threading.Thread(target=carry, daemon=True)
    thread.start()
    try:
        while (batch := told.get()) is not None:
            yield batch, words.put
    finally:
        words.put(None)
        thread.join()


def names():
    return set(DiscoveredName.objects.values_list("name", flat=True))


def urls():
    return set(DiscoveryAsset.objects.values_list("url", flat=True))


def test_a_company_is_found_and_found_again(owner, domain, company, slice_of):
    address = f"http://127.0.0.1:{company.plain_port}/told/{{domain}}"
    settings.set_source(owner, "lines", enabled=True, url=address)
    first = runs.start(owner, domain)
    slice_of(factories.claim())
    first.refresh_from_db()
    assert (first.status, first.verdict, first.percent, first.active) == ("completed", "clean", 100.0, True)
    assert names() == company.names
    assert first.names_count == len(company.names) and first.assets_count == first.new_count == len(urls()) > 5
    strict = DiscoveryAsset.objects.get(name=f"www.{DOMAIN}", url__startswith="https:")
    assert (strict.score, strict.title) == ("A+", f"Welcome to www.{DOMAIN}")
    assert {"name": "nginx", "version": "1.25.3"} in strict.technologies
    api = DiscoveryAsset.objects.get(name=f"api.{DOMAIN}", url__startswith="http:")
    assert (api.type, api.has_description, api.description.operations) == ("api", True, 1)
    assert DiscoveredName.objects.get(name=f"intranet.{DOMAIN}").refused
    assert first.sources["lines"]["names"] > 0


@pytest.mark.long
def test_found_again_it_is_nothing_new(owner, domain, slice_of):
    first = runs.start(owner, domain)
    slice_of(factories.claim())
    before = urls()
    second = runs.start(owner, domain)
    slice_of(factories.claim())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.status, second.new_count, second.assets_count) == ("completed", 0, first.assets_count)
    assert urls() == before
    assert not AssetLog.objects.exclude(kind="first_seen").exists()


def test_of_what_nobody_was_shown_to_own_only_the_public_is_asked(owner, domain, company, slice_of):
    Domain.objects.filter(pk=domain.pk).update(verified=False)
    company.server.log.clear()
    run = runs.start(owner, domain)
    slice_of(factories.claim())
    run.refresh_from_db()
    assert run.status == "completed" and not run.active
    told = set().union(*(company.expected[way] for way in ("given", "records", "certificate", "redirect")))
    assert company.expected["given"] <= names() <= told
    assert not any("www." in line for line in company.server.log)


def test_cancelled_half_way_it_keeps_what_it_found(owner, domain, slice_of):
    run = runs.start(owner, domain)

    def after(number):
        if DiscoveryAsset.objects.exists() and DiscoveryRun.objects.get().status == "in_progress":
            runs.cancel(owner, DiscoveryRun.objects.get(pk=run.pk))

    slice_of(factories.claim(), on_batch=after)
    run.refresh_from_db()
    assert run.status == "canceled" and run.completed_at and urls()
    assert not run.resume_rows.exists()


def test_killed_half_way_it_goes_on_where_it_was(owner, domain, company, slice_of):
    run = runs.start(owner, domain)
    killed, asked = 0, []
    while run.status not in ("completed", "failed"):
        company.server.log.clear()
        slice_of(factories.claim(), kill_after=12 if killed < 2 else 0)
        asked += company.server.log
        Run.objects.filter(pk=run.run_id, state="claimed").update(lease_until=clock.now())
        killed += 1
        run.refresh_from_db()
    assert (run.status, killed) == ("completed", 3)
    assert run.names_count == len(names()) and run.assets_count == run.new_count == len(urls()) > 5
    questions = [line for line in asked if not line.startswith("AXFR")]
    assert len(questions) < 1.5 * len(set(questions))
