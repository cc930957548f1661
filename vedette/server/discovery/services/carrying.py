"""Runs of discoveries in the hands of workers: granted, stored, given back, taken from those that fell silent."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F

from vedette.contract.batch import Batch
from vedette.contract.claim import Answer, Grant
from vedette.contract.discovery import Discovery, DiscoveryDomain
from vedette.contract.job import Job, JobKind, Limits
from vedette.server.agents import kinds
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.agents.rules import DISCOVER
from vedette.server.discovery import providers, queries
from vedette.server.discovery.models import DiscoveryRun
from vedette.server.discovery.services import committing, resuming, runs
from vedette.server.kernel import clock
from vedette.server.targets import ownership
from vedette.server.targets.rules import split_port

LOST = "worker lost three times"


class Keeper:
    """Looks after the runs of discoveries: `agents.kinds.Keeper`."""

    def grant(self, run: Run) -> Grant:
        """What a worker needs to go on. Whether names may be tried is asked anew for each slice: ownership may have
        been lost meanwhile."""
        found = _of(run)
        domain = found.domain
        found.active = domain is not None and domain.verified and ownership.is_fresh(domain)
        begun = {"started_at": found.started_at or clock.now(), "active": found.active, "counter": F("counter") + 1}
        # One that somebody cancels at this moment stays so.
        waiting = DiscoveryRun.objects.filter(pk=found.pk, status__in=("queued", "pending"))
        waiting.update(status="in_progress", **begun)
        asked = providers.asked(found.organisation)
        return Grant(
            run=run.public_id,
            epoch=run.epoch,
            job=_job(found, asked),
            secrets=dict(asked.secrets),
            state=resuming.state_of(found),
        )

    def commit(self, run_id: str, batch: Batch) -> Answer:
        """Stores a batch."""
        return committing.commit(run_id, batch)

    def release(self, run: Run, ending: str, detail: str) -> None:
        """What becomes of a run whose slice ended."""
        found = _of(run)
        if ending == "refused":
            runs.close(found, run, status="failed", ending=ending, failure=detail or "The job was refused.")
        elif found.verdict:
            _complete(found, run)
        elif run.control == "cancel" or ending == "cancel":
            runs.close(found, run, status="canceled", ending="cancel")
        elif ending in ("crashed", "finished"):
            self._crashed(found, run, detail)
        else:
            _again(found, run, behind=ending in ("time", "yield"))

    def recover(self, run: Run) -> None:
        """What becomes of a run whose worker fell silent."""
        found = _of(run)
        if found.verdict:
            _complete(found, run)
        elif run.control == "cancel":
            runs.close(found, run, status="canceled", ending="lost")
        elif agents.note_fruitless(run, crashed=False):
            runs.close(found, run, status="failed", ending="lost", failure=LOST)
        else:
            _again(found, run, behind=False)

    def _crashed(self, found: DiscoveryRun, run: Run, detail: str) -> None:
        if agents.note_fruitless(run, crashed=True):
            failure = f"{LOST}: {detail}" if detail else LOST
            runs.close(found, run, status="failed", ending="crashed", failure=failure)
        else:
            _again(found, run, behind=False)


def _of(run: Run) -> DiscoveryRun:
    return DiscoveryRun.objects.select_related("organisation", "domain").get(run=run)


def _complete(found: DiscoveryRun, run: Run) -> None:
    failed = found.verdict == "failed"
    reason = " ".join(found.reasons) if failed else ""
    runs.close(found, run, status="failed" if failed else "completed", ending="finished", failure=reason)


def _again(found: DiscoveryRun, run: Run, *, behind: bool) -> None:
    agents.requeue(run, behind=behind)
    runs.mark(found, "pending")


def _job(found: DiscoveryRun, asked: providers.Asked) -> Job:
    name, port = split_port(str(found.domain_then["hostname"]))
    ports = (int(port),) if port and port not in ("80", "443") else ()
    wanted = DiscoveryDomain(name=name, verified=found.active, ports=ports)
    shots = queries.settings_of(found.organisation).screenshots
    return Job(
        id=found.public_id,
        kind=JobKind.DISCOVER,
        start_urls=(),
        seed=found.seed,
        limits=Limits(slice_s=settings.VEDETTE.slice_s),
        authorized=_authorized(found),
        resolvers=settings.VEDETTE.resolvers,
        discovery=Discovery(domains=(wanted,), providers=asked.providers, screenshots=shots),
    )


def _authorized(found: DiscoveryRun) -> str:
    domain = found.domain
    if domain is None or not found.active:
        return ""
    proof = ownership.proof_of(domain) or domain
    day = f" on {proof.checked_at:%Y-%m-%d}" if proof.checked_at else ""
    return f"{proof.hostname} verified by {proof.method}{day}"


kinds.keep(DISCOVER, Keeper())
