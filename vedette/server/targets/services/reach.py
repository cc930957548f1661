"""Can a URL be reached? Asked of a worker, as the web process opens no socket to a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vedette.contract.events import EndpointFound, Event, ScanFinished
from vedette.contract.job import Job, JobKind, Limits, Setting
from vedette.contract.verdict import Verdict
from vedette.server.agents import services as agents
from vedette.server.kernel.errors import NotAllowed
from vedette.server.targets.rules import normalise_url
from vedette.server.tenancy.actor import Actor

WAIT_S = 10.0
TIMEOUT_S = 8.0
"""What a site has for its answer: less than we wait for the worker."""
NO_ANSWER = "No worker answered in time, so it is not known whether the target can be reached."


@dataclass(frozen=True, slots=True)
class ReachResult:
    """What a request to the URL gave. `ok` is None when nobody could tell; `status` is 0 without an answer.

    `location` is where a redirect leads, as far as the worker says so.
    """

    ok: bool | None
    reason: str = ""
    status: int = 0
    location: str = ""

    @property
    def redirects(self) -> bool:
        """Whether the URL only sends on to another one."""
        return self.status in (301, 302, 303, 307, 308)


def check_reach(
    actor: Actor,
    url: str,
    *,
    headers: Sequence[Setting] = (),
    cookies: Sequence[Setting] = (),
    secrets: Mapping[str, str] | None = None,
) -> ReachResult:
    """Sends one request to the URL, with these headers and cookies, and waits up to WAIT_S for what came of it.

    Never call this within a transaction. Raises Invalid for what is no URL, NotAllowed for those who change no target.
    """
    if not (actor.anywhere("targets.create") or actor.anywhere("targets.change")):
        raise NotAllowed(data={"permission": "targets.create"})
    job = Job(
        id="",
        kind=JobKind.REACH,
        start_urls=(normalise_url(url),),
        limits=Limits(timeout_s=TIMEOUT_S, max_requests=1),
        headers=tuple(headers),
        cookies=tuple(cookies),
    )
    run = agents.submit(organisation=actor.organisation, job=job, secrets=secrets, asked_by=actor.name)
    events = agents.wait(run, timeout_s=WAIT_S)
    return ReachResult(None, NO_ANSWER) if events is None else _result(events)


def _result(events: Sequence[Event]) -> ReachResult:
    found = next((event for event in events if isinstance(event, EndpointFound)), None)
    if found is not None:
        return ReachResult(True, status=found.status)
    end = next((event for event in events if isinstance(event, ScanFinished)), None)
    if end is None or end.cancelled or end.verdict != Verdict.FAILED:
        return ReachResult(None, NO_ANSWER)
    return ReachResult(False, " ".join(end.reasons)[:300] or "The target cannot be reached.")
