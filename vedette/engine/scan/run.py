"""The one entrance: a job goes in, commit batches come out."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from vedette import __version__
from vedette.contract.addresses import Policy
from vedette.contract.batch import Batch, ResumeState, StateChange
from vedette.contract.events import (
    LimitReached,
    PhaseFinished,
    PhaseStarted,
    Progress,
    ScanFinished,
    ScanStarted,
    SliceEnded,
)
from vedette.contract.exchange import Request
from vedette.contract.job import Job, JobKind, secret_names
from vedette.contract.verdict import decide
from vedette.engine import catalog
from vedette.engine.crawl.login import login_for
from vedette.engine.net.client_certificate import check as check_certificate
from vedette.engine.net.encrypting import envelope_of
from vedette.engine.net.guard import Guard
from vedette.engine.net.signing import signer_of
from vedette.engine.scan.context import Scan
from vedette.engine.scan.control import Control
from vedette.engine.scan.coverage import economy
from vedette.engine.scan.crawling import Crawler, crawl
from vedette.engine.scan.describing import Describer
from vedette.engine.scan.discovering import discover
from vedette.engine.scan.hosting import host_checks
from vedette.engine.scan.login_testing import login_test
from vedette.engine.scan.login_values import codes_of
from vedette.engine.scan.obtaining import fetch_schema
from vedette.engine.scan.owning import own
from vedette.engine.scan.reach import reach
from vedette.engine.scan.rechecking import Outcome
from vedette.engine.scan.replaying import replay
from vedette.engine.scan.retest import refetch
from vedette.engine.scan.revisiting import revisit
from vedette.engine.scan.rows import read, row
from vedette.engine.scan.settling import rechecked
from vedette.engine.scan.testing import detection, light_pass, stored, testable, timing
from vedette.engine.scan.touring import Tour
from vedette.engine.scan.verifying import verify, verify_timed

OPEN = (Outcome.UNREACHABLE, Outcome.UNTESTED)
DRAIN_S = 5.0
PROGRESS_S = 1.0

Runner = Callable[[Job, Mapping[str, str], ResumeState, Control, int], AsyncIterator[Batch]]
PhaseWork = Callable[[Scan], Awaitable[None]]


async def _crawl(scan: Scan) -> None:
    # Both read what an earlier slice did, before the crawl takes these rows.
    described = Describer(scan) if scan.job.descriptions else None
    tour = Tour(scan, scan.state.get("browser", {}))

    async def first(crawler: Crawler) -> None:
        if described is not None:
            await described.run(crawler)
        await tour.run(crawler)

    await crawl(scan, first)


PHASES: tuple[tuple[str, PhaseWork], ...] = (
    ("crawl", _crawl),
    ("host", host_checks),
    ("light", light_pass),
    ("detect", detection),
    ("stored", stored),
    ("verify", verify),
    ("timing", timing),
    ("verify-timing", verify_timed),
)
"""Timing comes last and alone on its host, so that it neither disturbs the other checks nor is disturbed by them."""

RECHECK: tuple[str, PhaseWork] = ("recheck", revisit)
"""Comes after all others when the job knows findings."""

_RESTART = "host"
"""Where a scan goes on when its checks have changed: with the first phase that is not the crawl."""


class JobRefused(ValueError):  # noqa: N818 - the job is at fault, not the engine
    """The job cannot be run as it stands; the message says why."""


def run(
    job: Job,
    *,
    secrets: Mapping[str, str] | None = None,
    state: ResumeState | None = None,
    control: Control | None = None,
    epoch: int = 1,
) -> AsyncIterator[Batch]:
    """Runs one slice of a job and yields its commit batches; asking for the next batch commits the last.

    Rows of `state` are let go as they are read: give a copy of what is to be kept.
    Raises JobRefused at once for what the engine cannot do: an unknown kind of job, check or log-in, a missing
    secret, a malformed address range, a short job that does not say what it is for.
    """
    handler = KINDS.get(job.kind)
    if job.kind is JobKind.RETEST and not job.known:
        raise JobRefused("a retest needs findings to test again")
    if job.kind is JobKind.SCAN and job.part.sequences_only and not job.sequences:
        raise JobRefused("a scan that keeps to its sequences needs some")
    if job.kind is JobKind.SCAN and job.part.described_only and not job.descriptions:
        raise JobRefused("a scan that keeps to what descriptions tell needs one")
    if job.kind is JobKind.LOGIN_TEST and job.login.kind == "none":
        raise JobRefused("a test of the log-in needs a log-in")
    if handler is None:
        raise JobRefused(f"this engine cannot run jobs of the kind {job.kind.value}")
    given = dict(secrets or {})
    missing = [name for name in secret_names(job) if name not in given]
    if missing:
        raise JobRefused(f"these secrets are missing: {', '.join(missing)}")
    try:
        Guard(job.start_urls, job.scope, Policy(allow=job.allow_private))
        signer_of(job, given)
        envelope_of(job, given)
        catalog.load().select(job.profile, job.checks)
        for user in ("A", "B"):
            login_for(job, user)
            check_certificate(given.get(job.certificate, ""))
            codes_of(job.login.otp if user == "A" else job.second_login.otp, given)
        return handler(job, given, state or {}, control or Control(), epoch)
    except ValueError as error:
        raise JobRefused(str(error).rstrip(".")) from None


async def _scan(
    job: Job, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int
) -> AsyncIterator[Batch]:
    scan = Scan(job, secrets, state, control, epoch)
    async with contextlib.aclosing(scan.ledger.batches(_work(scan))) as batches:
        async for batch in batches:
            batch.events = [scan.masker.event(event) for event in batch.events]
            yield batch


KINDS: dict[JobKind, Runner] = {
    JobKind.SCAN: _scan,
    JobKind.RETEST: _scan,
    JobKind.REACH: reach,
    JobKind.OWN: own,
    JobKind.REPLAY: replay,
    JobKind.FETCH_SCHEMA: fetch_schema,
    JobKind.LOGIN_TEST: login_test,
    JobKind.DISCOVER: discover,
}
"""What the engine can do, by kind of job."""


async def _work(scan: Scan) -> None:
    control = scan.control
    async with scan.network:
        control.on_word(scan.network.stop)
        helpers = [
            asyncio.ensure_future(task) for task in (_report(scan), _drain(scan), _slice_clock(scan), _deadline(scan))
        ]
        try:
            await _begin(scan)
            await _phases(scan)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            if scan.browser is not None:
                await scan.browser.close()
        await _end(scan)


async def _report(scan: Scan) -> None:
    while True:
        await asyncio.sleep(PROGRESS_S)
        scan.check_limits()
        scan.ledger.add(_progress(scan))


def _progress(scan: Scan) -> Progress:
    return scan.meter.snapshot(scan.tally.requests, scan.elapsed, scan.queue, scan.tally.logged_in_share)


async def _drain(scan: Scan) -> None:
    await scan.control.wait()
    await scan.network.drain(DRAIN_S)


async def _slice_clock(scan: Scan) -> None:
    if scan.job.limits.slice_s:
        await asyncio.sleep(scan.job.limits.slice_s)
        scan.control.say("time")


async def _deadline(scan: Scan) -> None:
    """Ends the scan when its time is up, and soon after what is in flight: a site that hangs must not prolong it."""
    if scan.job.limits.max_time_s:
        await asyncio.sleep(max(0.0, scan.job.limits.max_time_s - scan.elapsed))
        scan.tally.limit("max-time")
        await scan.network.drain(DRAIN_S)


async def _begin(scan: Scan) -> None:
    rows = [] if scan.resumed else _head(scan)
    restarted = scan.resumed and read(scan.state, "head", "catalogue") != scan.catalogue.digest
    if restarted:
        scan.tally.remark("The checks changed while the scan was under way; its tests were begun again.")
        rows += [row("head", "catalogue", scan.catalogue.digest), *_forget_tests(scan)]
    await scan.commit(
        ScanStarted(
            job=scan.job.id,
            version=__version__,
            catalogue=scan.catalogue.digest,
            profile=scan.job.profile.value,
            start_urls=scan.job.start_urls,
            authorized=scan.job.authorized,
            resumed=scan.resumed,
        ),
        state=rows,
    )
    await _log_in(scan)


async def _log_in(scan: Scan) -> None:
    """Makes sure of the sessions. They are never stored, so a resumed scan does this again, and asks once more for its
    start URLs and the pages that set cookies."""
    part = scan.meter.parts["crawler"]
    send = functools.partial(scan.network.send, part=part)
    part.doing_login = bool(scan.user)
    result = await scan.entries["A"].establish()
    scan.login_page = result.url if result.ok else ""
    scan.watch.arm(result)
    part.doing_login = False
    if scan.user:
        scan.tally.login_failed = result.reason
        scan.logged_in(result)
        if not result.ok:
            scan.fail_early(f"The log-in failed: {result.reason}")
    if scan.job.second_login.kind != "none":
        second = await scan.entries["B"].establish()
        scan.tally.fail_login("" if second.ok else second.reason, "B")
        scan.watches.of("B").arm(second)
        scan.logged_in(second, "B")
        if not second.ok:
            scan.fail_early(f"The log-in failed: {scan.tally.second_login_failed}")
    await scan.ledger.committed()
    if scan.resumed:
        if scan.job.descriptions:
            await Describer(scan).enter_again()
        for url in dict.fromkeys((*scan.job.start_urls, *scan.cookie_pages)):
            await send(Request("GET", url, user=scan.user))
        scan.fresh.learn(scan.facts.targets.values())
        await scan.fresh.renew()


def _head(scan: Scan) -> list[StateChange]:
    return [
        row("head", "catalogue", scan.catalogue.digest),
        row("head", "seed", scan.job.seed),
        row("tokens", "secret", scan.secret.hex()),
    ]


def _forget_tests(scan: Scan) -> list[StateChange]:
    phase = read(scan.state, "head", "phase", 0)
    names = [name for name, _ in PHASES]
    scan.phase = min(phase, names.index(_RESTART))
    rows = [row("head", "phase", scan.phase)]
    rows += [StateChange("units", key, None) for key in scan.state.get("units", {}) if key.startswith("done:")]
    rows += [StateChange("verify", key, None) for key in scan.suspicions]
    scan.suspicions.clear()
    scan.coverage.forget()
    return rows


def phases_of(job: Job) -> tuple[tuple[str, PhaseWork], ...]:
    """The phases of a job in order. A retest fetches what is known instead of crawling."""
    crawling = (("crawl", refetch), *PHASES[1:]) if job.kind is JobKind.RETEST else PHASES
    return (*crawling, RECHECK) if job.known else crawling


async def _phases(scan: Scan) -> None:
    first = scan.phase
    # All but the crawl's rows were read by now and need not be kept.
    for room in [room for room in scan.state if first or room not in ("frontier", "identity", "browser")]:
        del scan.state[room]
    for index, (name, work) in enumerate(phases_of(scan.job)):
        if index < first:
            continue
        scan.check_limits()
        if scan.over:
            return
        started, spent = time.monotonic(), scan.network.requests
        scan.meter.enter(name)
        await scan.commit(PhaseStarted(phase=name))
        await work(scan)
        if _over(scan):
            return
        await scan.ask_for_given()
        done = PhaseFinished(
            phase=name, requests=scan.network.requests - spent, duration_s=round(time.monotonic() - started, 3)
        )
        scan.phase = index + 1
        await scan.commit(done, state=[row("head", "phase", scan.phase)])


def _over(scan: Scan) -> bool:
    # Asked again after the work, during which it may have changed.
    return scan.over


async def _end(scan: Scan) -> None:
    word = scan.control.word
    if word and word != "cancel" and not scan.tally.ended_early:
        await scan.commit(*scan.findings.recounted(), _progress(scan), SliceEnded(reason=word))
        return
    rechecks = rechecked(scan)
    retest = scan.job.kind is JobKind.RETEST
    if not scan.tally.fruitful and not scan.tally.endpoints and not word and not scan.tally.limits and not retest:
        scan.tally.fatal = "No start URL could be reached."
    for limit in scan.tally.limits:
        scan.ledger.add(LimitReached(limit=limit, queued=scan.queue))
    points = testable(scan)
    dull = {point.key for point in points if point.key in scan.facts.reactions and scan.facts.reaction_of(point).dull}
    tested = scan.coverage.events(points, dull)
    scan.tally.take(scan.network)
    unsettled = sum(event.outcome in OPEN for event in rechecks) if retest else 0
    health = scan.tally.health(scan.findings.shown, cancelled=word == "cancel", unsettled=unsettled)
    verdict, reasons = decide(health)
    finished = ScanFinished(
        verdict=verdict.value,
        reasons=reasons,
        requests=scan.tally.requests,
        duration_s=round(scan.elapsed, 2),
        cancelled=word == "cancel",
        coverage={
            **economy(tested),
            "endpoints": scan.tally.endpoints,
            "baseline_requests": scan.baselines.requests,
            **scan.tally.counts,
        },
    )
    await scan.commit(*scan.findings.recounted(), *tested, *rechecks, _progress(scan), finished)
