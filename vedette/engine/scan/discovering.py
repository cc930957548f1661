"""The `discover` job: searches domains for names and web services, in slices like a scan."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from vedette import __version__
from vedette.contract.addresses import Policy
from vedette.contract.batch import Batch, ResumeState, StateChange
from vedette.contract.discovery import Discovery
from vedette.contract.events import (
    Event,
    LimitReached,
    PhaseFinished,
    PhaseStarted,
    Progress,
    ScanFinished,
    ScanStarted,
    SliceEnded,
)
from vedette.contract.job import Job, Login, Scope
from vedette.contract.progress import PartProgress
from vedette.contract.verdict import Health, decide
from vedette.engine.discover import asking
from vedette.engine.discover.inventory import ROOM, Inventory
from vedette.engine.discover.picturing import veto
from vedette.engine.discover.run import run
from vedette.engine.discover.scope import clean_domain
from vedette.engine.discover.search import Search
from vedette.engine.net.browser import Browser
from vedette.engine.net.browser_process import missing
from vedette.engine.net.lookup import Lookup
from vedette.engine.net.masking import Masker
from vedette.engine.net.network import Network
from vedette.engine.scan.control import Control
from vedette.engine.scan.ledger import Ledger

DRAIN_S = 5.0
PROGRESS_S = 1.0
TIMEOUT_S = 8.0
MAX_BODY = 1024 * 1024
MAX_TROUBLED_SHARE = 0.05
SPANS = {"sources": (0.0, 15.0), "names": (15.0, 60.0), "services": (60.0, 99.0)}
"""Each phase's share of the bar in percent."""


def discover(
    job: Job, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int
) -> AsyncIterator[Batch]:
    """Batches as names and services are found; what they committed is not done again by a later slice.

    Raises ValueError for a job without a domain, with one that cannot be read, or with a source that cannot be asked.
    """
    wanted = job.discovery
    if wanted is None or not wanted.domains:
        raise ValueError("the job does not say what is to be searched")
    for domain in wanted.domains:
        if clean_domain(domain.name) != domain.name:
            raise ValueError(f"not a domain as it stands in a job: {domain.name}")
        if not all(0 < port < 65536 for port in (*domain.ports, *wanted.ports)):
            raise ValueError("a port is not between 1 and 65535")
    for provider in wanted.providers:
        asking.check(provider)
    Lookup(job.resolvers)
    return _batches(job, wanted, secrets, state, control, epoch)


async def _batches(
    job: Job, wanted: Discovery, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int
) -> AsyncIterator[Batch]:
    masker = Masker(secrets)
    discovering = Discovering(job, wanted, secrets, state, control, epoch)
    async with contextlib.aclosing(discovering.ledger.batches(discovering.work())) as batches:
        async for batch in batches:
            batch.events = [masker.event(event) for event in batch.events]
            yield batch


class Discovering:
    """One slice of a search, from its first event to its last."""

    def __init__(
        self,
        job: Job,
        wanted: Discovery,
        secrets: Mapping[str, str],
        state: ResumeState,
        control: Control,
        epoch: int,
    ) -> None:
        rows = state.get(ROOM, {})
        self._job = job
        self._control = control
        self._resumed = bool(rows)
        self._inventory = Inventory(wanted, rows)
        self._ended = False
        self._started = time.monotonic()
        self._phase = ""
        self._step = (0, 1)
        self._percent = 0.0
        self.ledger = Ledger(epoch, time.time, self._stamp)
        policy = Policy(allow=job.allow_private)
        self._network = Network(
            _bare(job), {}, policy=policy, resolve=self._resolve, already_spent=self._inventory.counts["requests"]
        )
        self._networks = [self._network]
        self._lookup = Lookup(job.resolvers, rate=wanted.queries_per_second)
        self._queries = self._inventory.counts["queries"]
        self._seconds = self._inventory.counts["milliseconds"] / 1000
        pictures = wanted.screenshots and job.browser
        self._unpictured = missing() if pictures else ""
        self._browser = Browser(self._network, veto=veto) if pictures and not self._unpictured else None
        self._search = Search(
            job=job,
            discovery=wanted,
            secrets=secrets,
            policy=policy,
            network=self._network,
            lookup=self._lookup,
            inventory=self._inventory,
            note=self._note,
            over=lambda: control.said or self._ended,
            attach=self._attach,
            progress=self._progressed,
            browser=self._browser,
        )

    async def work(self) -> None:
        """Runs the slice."""
        async with self._network:
            self._control.on_word(self._stop)
            aside: Sequence[Callable[[], Awaitable[None]]] = (self._report, self._drain, self._slice, self._deadline)
            tasks = [asyncio.ensure_future(one()) for one in aside]
            try:
                await self._note(self._first())
                await run(self._search, self._enter)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                if self._browser is not None:
                    await self._browser.close()
            await self._leave()
            await self._note(*self._last())

    async def _note(self, *events: Event, state: Iterable[StateChange] = ()) -> None:
        self.ledger.add(*events, state=state)
        await self.ledger.committed()

    def _stamp(self) -> list[StateChange]:
        counts = self._inventory.counts
        counts["requests"] = self._network.requests
        counts["queries"] = self._queries + self._lookup.queries
        counts["milliseconds"] = int(self._elapsed * 1000)
        return self._inventory.stamp()

    @property
    def _elapsed(self) -> float:
        return self._seconds + time.monotonic() - self._started

    async def _resolve(self, host: str) -> Sequence[str]:
        known = self._inventory.names.get(host)
        if known is not None and known.looked:
            return known.addresses
        return (await self._lookup.look(host)).addresses

    def _attach(self, network: Network) -> None:
        self._networks.append(network)
        if self._search.over():
            network.stop()

    def _stop(self) -> None:
        self._lookup.stop()
        for network in self._networks:
            network.stop()

    async def _drain(self) -> None:
        await self._control.wait()
        await asyncio.gather(*(network.drain(DRAIN_S) for network in self._networks))

    async def _slice(self) -> None:
        if self._job.limits.slice_s:
            await asyncio.sleep(self._job.limits.slice_s)
            self._control.say("time")

    async def _deadline(self) -> None:
        limit = self._job.limits.max_time_s
        if limit:
            await asyncio.sleep(max(0.0, limit - self._elapsed))
            self._inventory.limits["max-time"] = len(self._inventory.pending)
            self._ended = True
            self._stop()
            await asyncio.gather(*(network.drain(DRAIN_S) for network in self._networks))

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS_S)
            self.ledger.add(self._progress())

    def _progressed(self, done: int, total: int) -> None:
        self._step = (done, total)

    def _progress(self) -> Progress:
        low, high = SPANS.get(self._phase, (0.0, 0.0))
        done, total = self._step
        # Names that services brought up are looked up after them, and the bar does not go back for these.
        self._percent = max(self._percent, low + (high - low) * min(1.0, done / total if total else 0.0))
        inventory, counts = self._inventory, self._inventory.counts
        pending = inventory.pending
        names = PartProgress(done=len(inventory.names) - len(pending), total=len(inventory.names))
        services = PartProgress(done=counts["services"], total=counts["services"], requests=self._network.requests)
        return Progress(
            phase=self._phase,
            percent=round(self._percent, 1),
            parts={"names": names, "services": services},
            requests=self._network.requests,
            elapsed_s=round(self._elapsed, 2),
            queue=len(pending),
        )

    async def _enter(self, phase: str) -> None:
        await self._leave()
        self._phase, self._step = phase, (0, 1)
        self._spent = (self._network.requests, time.monotonic())
        await self._note(PhaseStarted(phase=phase))

    async def _leave(self) -> None:
        if self._phase and not self._search.over():
            requests, since = self._spent
            duration = round(time.monotonic() - since, 3)
            event = PhaseFinished(phase=self._phase, requests=self._network.requests - requests, duration_s=duration)
            await self._note(event)

    def _first(self) -> Event:
        return ScanStarted(
            job=self._job.id,
            version=__version__,
            catalogue="",
            profile=self._job.profile.value,
            start_urls=self._job.start_urls,
            authorized=self._job.authorized,
            resumed=self._resumed,
        )

    def _last(self) -> list[Event]:
        word = self._control.word
        if word not in ("", "cancel"):
            return [self._progress(), SliceEnded(reason=word)]
        inventory, counts = self._inventory, self._inventory.counts
        allowed = self._job.limits.max_requests
        if allowed and self._network.requests >= allowed:
            inventory.limits["max-requests"] = len(inventory.pending)
        verdict, reasons = decide(self._health(cancelled=word == "cancel"))
        limits = [LimitReached(limit=name, queued=queued) for name, queued in sorted(inventory.limits.items())]
        told = Counter(name.domain for name in inventory.kept)
        finished = ScanFinished(
            verdict=verdict.value,
            reasons=reasons,
            requests=self._network.requests,
            duration_s=round(self._elapsed, 2),
            cancelled=word == "cancel",
            coverage={
                "names": len(inventory.kept),
                "services": counts["services"],
                "unresolved": counts["unresolved"],
                "looked_up": counts["looked up"],
                "queries": self._queries + self._lookup.queries,
                "names_by_domain": dict(sorted(told.items())),
            },
        )
        return [*limits, self._progress(), finished]

    def _astray(self) -> list[str]:
        """A word on aliases that lead to no address: who sets up what they stand for speaks in the domain's name."""
        astray = [name for name in self._inventory.kept if name.aliases and not name.addresses]
        if not astray:
            return []
        first = f"{astray[0].name} stands for {astray[0].aliases[-1]}, which has no address"
        return [f"{first}: {len(astray):,} names lead nowhere." if len(astray) > 1 else f"{first}."]

    def _health(self, *, cancelled: bool) -> Health:
        inventory, counts = self._inventory, self._inventory.counts
        looked, troubled = counts["looked up"], counts["troubled"]
        gaps = [f"The source {source} failed: {reason}." for source, reason in sorted(inventory.failed.items())]
        if looked and troubled / looked > MAX_TROUBLED_SHARE:
            gaps.append(f"{troubled:,} of {looked:,} names could not be looked up. {self._search.trouble}".rstrip())
        fatal = ""
        if looked and troubled == looked:
            fatal = self._search.trouble or "No name could be looked up."
        elif not inventory.kept and not cancelled and not inventory.limits:
            fatal = "Nothing of the domain is in the name system."
        browser = self._browser.remarks if self._browser is not None else tuple(filter(None, (self._unpictured,)))
        return Health(
            endpoints=counts["services"],
            limits_reached=tuple(sorted(inventory.limits)),
            notes=(*self._search.remarks, *self._astray(), *browser),
            gaps=tuple(gaps),
            fatal=fatal,
            cancelled=cancelled,
        )


def _bare(job: Job) -> Job:
    """The job as its network sees it: nobody's headers, cookies or log-ins go to services that are still unknown, and
    one that shows a certificate of its own is a service all the same."""
    limits = replace(
        job.limits,
        timeout_s=min(job.limits.timeout_s or TIMEOUT_S, TIMEOUT_S),
        max_body_bytes=min(job.limits.max_body_bytes or MAX_BODY, MAX_BODY),
    )
    return replace(
        job, start_urls=(), scope=Scope(exclude=job.scope.exclude), login=Login(), second_login=Login(), headers=(),
        cookies=(), second_headers=(), second_cookies=(), hosts=(), certificate="", limits=limits, insecure=True,
    )  # fmt: skip
