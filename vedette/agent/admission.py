"""What a worker makes of a job before it runs it: the consent rule, and the operator's address policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vedette.contract.addresses import is_loopback
from vedette.contract.claim import Worker
from vedette.contract.job import Job, JobKind, Profile

_ACTIVE = (JobKind.SCAN, JobKind.RETEST, JobKind.REPLAY)
"""The kinds that send payloads in all profiles but lightning."""


def refusal(job: Job) -> str:
    """Why this job may not be run without a word on who allows it; empty when it may.

    Asked again here, although whoever built the job has asked: a payload that has left cannot be called back.
    """
    if _searches(job) and not job.authorized.strip():
        return "Names of a domain are only tried with a word on who allows it: the job needs `authorized`."
    if job.kind not in _ACTIVE or job.profile == Profile.LIGHTNING or job.authorized.strip():
        return ""
    urls = tuple(_named(job))
    if urls and all(is_loopback(url) for url in urls):
        return ""
    return (
        f"No payload is sent without a word on who allows it: the profile {job.profile.value} needs `authorized`, "
        "or a target on this machine itself."
    )


def _searches(job: Job) -> bool:
    """Whether the job tries names and ports of a domain, beyond what others tell of it."""
    wanted = job.discovery.domains if job.kind is JobKind.DISCOVER and job.discovery is not None else ()
    return any(domain.verified for domain in wanted)


def confined(job: Job, worker: Worker) -> Job:
    """The job with the private ranges that the worker's operator permits; what it asked for itself is ignored."""
    return replace(job, allow_private=worker.allow_private)


def _named(job: Job) -> Iterator[str]:
    """Every URL that the job may make the engine ask for, crawled ones left out: those lie in its scope."""
    yield from job.start_urls
    yield from job.scope.include
    for known in job.known:
        yield known.location.url
        if known.location.sink_url:
            yield known.location.sink_url
        if known.request is not None:
            yield known.request.url
    for step in job.replay:
        yield step.exchange.request.url
