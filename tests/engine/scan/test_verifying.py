"""Each suspicion proven, or dropped."""

import pytest

from tests.engine.scan.scanning import altered, catalogue, job_for, ran, scan_of, within
from tests.sites.shop import shop
from vedette.contract import events as kinds
from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Request, Step
from vedette.contract.job import Setting
from vedette.engine.attack.point import Target
from vedette.engine.attack.probe import Candidate, Proof
from vedette.engine.scan import Control, testing
from vedette.engine.scan.verifying import verify, verify_timed

SURE, FIRM = ProofLevel.CONFIRMED, ProofLevel.FIRM


@pytest.fixture
async def site():
    async with shop() as running:
        yield running


def knowing(site, **changes):
    scan = scan_of(job_for(site.url, **changes), secrets={"key": "canary-4711"})
    for path in ("/search?q=tea", "/item?id=1"):
        scan.facts.learn_target(
            Target(Request("GET", site.url.rstrip("/") + path), path.partition("?")[0]), 0, path, ""
        )
    return scan


def suspect(scan, name, check, count=1, **fields):
    """Adds suspicions as a detector's unit would; gives the point."""
    (point,) = [point for point in scan.facts.points() if (point.name, point.kind) == (name, "query")]
    candidates = [Candidate(check=check, point=point, **fields) for _ in range(count)]
    return point, testing.suspicions(scan, scan.catalogue.by_id[check], point.key, candidates)


def verifier(asked, name, level=None, fails=False):
    """A `verify` that notes its turn and shows what it is told to."""

    async def run(probe, candidate):
        asked.append((name, candidate.point.name if candidate.point else candidate.url))
        answer = await probe.send(candidate.point, "1", fresh=True)
        if fails:
            raise LookupError("lost")
        steps = (Step("proof", answer, request_marks=("canary-4711",)),)
        return Proof(level=level, detail="Saw canary-4711.", steps=steps) if level else None

    return run


async def test_what_is_proven_is_found_and_what_is_not_is_dropped(site, monkeypatch):
    asked = []
    catalogue(
        monkeypatch,
        altered("xss-reflected", verify=verifier(asked, "xss", FIRM)),
        altered("sqli-error", verify=verifier(asked, "sqli")),
    )
    scan = knowing(site, headers=(Setting(name="X-Key", secret="key"),))
    q, rows = suspect(scan, "q", "xss-reflected")
    number, more = suspect(scan, "id", "sqli-error")
    scan.ledger.add(state=[*rows, *more])
    result = await within(scan, verify(scan))
    assert list(result.proven().values()) == ["firm"]
    (event,) = result.of(kinds.FindingSeen)
    assert event.finding.detail == "Saw ‹secret:key›."
    assert event.finding.steps[0].request_marks == ("‹secret:key›",)
    assert dict(event.finding.steps[0].exchange.request.headers)["X-Key"] == "‹secret:key›"
    assert result.state["verify"] == {}, "what is settled waits no more"
    outcomes = {point: scan.coverage.points[point.key].outcomes for point in (q, number)}
    assert outcomes[q]["xss-reflected"] == "found: firm"
    assert outcomes[number]["sqli-error"] == "tested: a suspicion was not borne out"


async def test_the_surest_check_goes_first_and_its_kin_leave_the_point_alone(site, monkeypatch):
    asked = []
    catalogue(
        monkeypatch,
        altered("sqli-boolean", info={"flaw": "f", "proof": FIRM}, verify=verifier(asked, "boolean", FIRM)),
        altered("sqli-union", info={"flaw": "f", "proof": SURE}, verify=verifier(asked, "union", SURE)),
        altered("sqli-error", info={"flaw": "other", "proof": FIRM}, verify=verifier(asked, "error", FIRM)),
    )
    scan = knowing(site)
    for check in ("sqli-boolean", "sqli-union", "sqli-error"):
        point, _ = suspect(scan, "id", check)
    await within(scan, verify(scan))
    assert asked == [("union", "id"), ("error", "id")]
    outcomes = scan.coverage.points[point.key].outcomes
    assert outcomes["sqli-boolean"] == "skipped: already proven by sqli-union"


async def test_a_flaw_that_stands_confirmed_is_not_proven_again(site, monkeypatch):
    asked = []
    catalogue(monkeypatch, altered("xss-reflected", info={"flaw": ""}, verify=verifier(asked, "xss", SURE)))
    scan = knowing(site)
    suspect(scan, "q", "xss-reflected", count=3)
    result = await within(scan, verify(scan))
    assert len(asked) == 1
    assert len(result.of(kinds.FindingSeen)) == 1
    assert len(result.done()) == 3


async def test_firm_proofs_of_one_place_are_one_finding(site, monkeypatch):
    asked = []
    catalogue(monkeypatch, altered("xss-reflected", info={"flaw": ""}, verify=verifier(asked, "xss", FIRM)))
    scan = knowing(site)
    suspect(scan, "q", "xss-reflected", count=2)
    result = await within(scan, verify(scan))
    assert len(asked) == 2
    assert len(result.of(kinds.FindingSeen)) == 1


async def test_a_verifier_that_breaks_leaves_the_others_their_turn(site, monkeypatch):
    asked = []
    catalogue(
        monkeypatch,
        altered("xss-reflected", verify=verifier(asked, "xss", fails=True)),
        altered("sqli-error", verify=verifier(asked, "sqli", SURE)),
    )
    scan = knowing(site)
    suspect(scan, "q", "xss-reflected")
    suspect(scan, "id", "sqli-error")
    result = await within(scan, verify(scan))
    assert [event.check for event in result.of(kinds.CheckFailed)] == ["xss-reflected"]
    assert {key[0] for key in result.proven()} == {"sqli-error"}


async def test_what_measures_time_waits_for_its_own_phase(site, monkeypatch):
    asked, verifying = [], []

    async def timed(probe, candidate):
        verifying.append(probe._verifying)
        asked.append(("time", candidate.point.name))

    catalogue(
        monkeypatch,
        altered("sqli-time", verify=timed),
        altered("xss-reflected", verify=verifier(asked, "xss")),
    )
    scan = knowing(site)
    suspect(scan, "id", "sqli-time")
    suspect(scan, "q", "xss-reflected")
    await within(scan, in_turn(scan, asked))
    assert asked == [("xss", "q"), "timing", ("time", "id")]
    assert verifying == [True]


async def in_turn(scan, asked):
    await verify(scan)
    asked.append("timing")
    await verify_timed(scan)


async def test_a_successor_proves_what_was_left(site, monkeypatch):
    asked = []
    catalogue(
        monkeypatch,
        altered("xss-reflected", verify=verifier(asked, "xss", FIRM)),
        altered("sqli-error", verify=verifier(asked, "sqli", FIRM)),
    )
    scan = knowing(site)
    _, rows = suspect(scan, "q", "xss-reflected")
    _, more = suspect(scan, "id", "sqli-error")
    scan.ledger.add(state=[*rows, *more])
    scan.control.say("yield")
    first = await within(scan, verify(scan))
    assert asked == []
    again = scan_of(scan.job, first.state)
    result = await within(again, verify(again))
    assert sorted(asked) == [("sqli", "id"), ("xss", "q")]
    assert len(result.proven()) == 2


async def test_a_proof_cut_off_half_way_leaves_nothing_that_hides_the_flaw():
    control, proving = Control(), []

    async def cut(asked):
        if proving and asked.method == "POST" and "%3C" in asked.body:
            control.say("stop")

    def watch(batch):
        proving.extend(event for event in batch.events if event.kind == "phase_started" and event.phase == "verify")

    async with shop(cut) as site:
        job = job_for(site.url, checks=("xss-stored",), limits={"concurrency": 1})
        result = await ran(job, control=control, on_batch=watch)
        assert [event.reason for event in result.of(kinds.SliceEnded)] == ["stop"]
        assert not result.proven()
        assert site.log[-1].method == "POST", "stored, and not looked at"
        result = await ran(job, before=result, epoch=2)
    assert {key[0]: proof for key, proof in result.proven().items()} == {"xss-stored": "firm"}


async def test_host_findings_have_no_point(site, monkeypatch):
    async def found(probe, candidate):
        answer = await probe.fetch(Request("GET", candidate.url))
        return Proof(level=SURE, detail="There.", steps=(Step("get", answer),))

    catalogue(monkeypatch, altered("files-env-exposed", verify=found))
    scan = knowing(site)
    check = scan.catalogue.by_id["files-env-exposed"]
    candidate = Candidate(check=check.info.id, url=site.url + "about")
    testing.suspicions(scan, check, site.url.rstrip("/"), [candidate])
    result = await within(scan, verify(scan))
    (event,) = result.of(kinds.FindingSeen)
    assert event.finding.location.url == site.url + "about"
