"""A discovery as a job: slices that go on, a verdict that says what is missing, and jobs that are refused."""

import asyncio
import dataclasses

import pytest

from tests.engine.discover.searching import FEW
from tests.engine.scan.scanning import ran
from tests.sites.estate import DOMAIN, HERE, OPEN, estate
from vedette.contract import events as kinds
from vedette.contract.discovery import Discovery, DiscoveryDomain, Provider
from vedette.contract.job import Job, JobKind
from vedette.engine.discover import resolving
from vedette.engine.scan import Control, JobRefused, run


@pytest.fixture(autouse=True)
def few_words(monkeypatch):
    monkeypatch.setattr(resolving, "words", lambda: FEW)
    monkeypatch.setattr(resolving, "MAX_VARIANTS", 100)


@pytest.fixture
async def company():
    async with estate(0) as made:
        yield made


def names(result):
    return {event.name for event in result.of(kinds.NameFound)}


def services(result):
    return sorted(event.url for event in result.of(kinds.ServiceFound))


async def test_from_the_first_event_to_the_last(company):
    result = await ran(company.job())
    assert names(result) == company.names
    assert len(services(result)) == len(set(services(result))) == 12
    assert isinstance(result.events[0], kinds.ScanStarted)
    assert result.events[0].authorized == "the tests"
    assert result.finished.verdict == "clean"
    coverage = result.finished.coverage
    assert (coverage["names"], coverage["services"]) == (len(company.names), 12)
    assert coverage["queries"] == len([line for line in company.server.log if not line.startswith("AXFR")])
    begun = [event.phase for event in result.of(kinds.PhaseStarted)]
    assert begun == ["sources", "names", "services", "names", "services"]
    assert [event.phase for event in result.of(kinds.PhaseFinished)] == begun
    assert result.of(kinds.Progress)[-1].parts["names"].done == len(company.names)
    assert not company.traps & {host.lower() for host in company.hosts}


async def test_the_same_names_in_the_same_way(company):
    def told(result):
        events = [*result.of(kinds.NameFound), *result.of(kinds.ServiceFound)]
        return sorted(repr(dataclasses.replace(event, at=0.0)) for event in events)

    job = company.job()
    assert told(await ran(job)) == told(await ran(job))


async def test_killed_again_and_again_it_finds_the_same_and_does_little_twice(company):
    whole = await ran(company.job())
    asked = len(company.server.log)
    company.server.log.clear()
    result, slices = None, 0
    while result is None or not result.of(kinds.ScanFinished):
        result = await ran(company.job(), before=result, kill_after=14)
        slices += 1
    assert slices > 1
    assert names(result) == names(whole)
    assert set(services(result)) == set(services(whole))
    assert len(company.server.log) < 2 * asked
    assert all(event.resumed for event in result.of(kinds.ScanStarted)[1:])


async def test_told_to_end_it_ends_and_goes_on_later(company):
    control = Control()

    def on_batch(batch):
        if any(isinstance(event, kinds.SourceAsked) and event.source == "lines" for event in batch.events):
            control.say("pause")

    first = await ran(company.job(), control=control, on_batch=on_batch)
    assert first.of(kinds.ScanFinished) == []
    assert isinstance(first.events[-1], kinds.SliceEnded)
    assert first.events[-1].reason == "pause"
    sent = len(company.server.log)
    await asyncio.sleep(0)
    assert len(company.server.log) == sent
    result = await ran(company.job(), before=first)
    assert names(result) == company.names
    assert result.finished.verdict == "clean"


async def test_cancelled_it_says_so(company):
    control = Control()
    result = await ran(company.job(), control=control, on_batch=lambda batch: control.say("cancel"))
    assert result.finished.cancelled
    assert (result.finished.verdict, result.finished.reasons[0]) == (
        "incomplete",
        "The scan was stopped before its end.",
    )


async def test_its_time_ends_it(company):
    result = await ran(company.job(limits={"max_time_s": 0.05}))
    assert result.finished.verdict == "incomplete"
    assert "The limit max-time ended the scan with work still queued." in result.finished.reasons


async def test_a_slice_has_its_time(company):
    result = await ran(company.job(limits={"slice_s": 0.05}))
    assert result.events[-1] == kinds.SliceEnded(reason="time", at=result.events[-1].at)


async def test_a_source_that_fails_makes_it_incomplete(company):
    job = company.job(company.domain(verified=False), providers=(Provider(source="crt-sh", url=f"http://{HERE}:1/"),))
    result = await ran(job)
    assert result.finished.verdict == "incomplete"
    assert result.finished.reasons[0].startswith(f"The source crt-sh for {DOMAIN} failed: it did not answer")


async def test_keys_are_told_to_nobody(company):
    provider = Provider(source="lines", url=f"http://{HERE}:{company.plain_port}/told/{{domain}}", secret="key")
    job = company.job(company.domain(verified=False), providers=(provider,))
    result = await ran(job, secrets={"key": "k-1234567890abcdef"})
    (asked,) = [one for one in company.plain.asked if one.path.startswith("/told/")]
    assert asked.headers["authorization"] == "Bearer k-1234567890abcdef"
    others = [one for one in (*company.plain.asked, *company.secure.asked) if one is not asked]
    assert others
    assert not any("k-1234567890abcdef" in str(one.headers) for one in others)
    assert "k-1234567890abcdef" not in str(result.batches)


async def test_a_domain_that_is_not_there_is_a_failure(company):
    result = await ran(company.job(DiscoveryDomain(name="nowhere.example")))
    assert (result.finished.verdict, result.finished.reasons) == (
        "failed", ("Nothing of the domain is in the name system.",),
    )  # fmt: skip


async def test_without_a_name_server_nothing_can_be_told(company):
    company.server.rcode = 5
    result = await ran(company.job(providers=()))
    assert result.finished.verdict == "failed"
    assert "The name servers gave no usable answer" in result.finished.reasons[0]


async def test_an_open_zone_is_a_remark(company):
    result = await ran(company.job(company.domain(OPEN), providers=()))
    assert len(names(result)) == 71
    assert (result.finished.verdict, result.finished.reasons) == (
        "clean", (f"The name servers of {OPEN} hand out the whole zone to anybody.",),
    )  # fmt: skip


async def test_aliases_that_lead_nowhere_are_remarked_on(company):
    company.server.lame.clear()
    company.told += [f"old-a.{DOMAIN}", f"old-b.{DOMAIN}"]
    company.server.zone[f"old-a.{DOMAIN}", "CNAME"] = ["gone.elsewhere.example."]
    job = company.job(company.domain(verified=False))
    remark = f"old-a.{DOMAIN} stands for gone.elsewhere.example, which has no address"
    assert (await ran(job)).finished.reasons == (f"{remark}.",)
    company.server.zone[f"old-b.{DOMAIN}", "CNAME"] = ["gone.elsewhere.example."]
    finished = (await ran(job)).finished
    assert (finished.verdict, finished.reasons) == ("clean", (f"{remark}: 2 names lead nowhere.",))


@pytest.mark.parametrize(
    ("discovery", "words"),
    [
        (None, "does not say what is to be searched"),
        (Discovery(), "does not say what is to be searched"),
        (Discovery(domains=(DiscoveryDomain(name="Shop.example"),)), "not a domain as it stands in a job"),
        (Discovery(domains=(DiscoveryDomain(name="shop"),)), "not a domain: shop"),
        (Discovery(domains=(DiscoveryDomain(name="a.example", ports=(70000,)),)), "a port"),
        (
            Discovery(domains=(DiscoveryDomain(name="a.example"),), providers=(Provider(source="x"),)),
            "no source named x",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(discovery, words):
    with pytest.raises(JobRefused, match=words):
        run(Job(id="d", start_urls=(), kind=JobKind.DISCOVER, discovery=discovery))


def test_a_name_server_that_cannot_be_read_is_refused(company):
    job = dataclasses.replace(company.job(), resolvers=("ns.example",))
    with pytest.raises(JobRefused, match="not the address of a name server"):
        run(job)
