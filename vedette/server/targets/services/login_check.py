"""Can a scan log in? Asked of a worker, as the web process opens no socket to a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vedette.contract.events import Event, LoginAttempt, LoginStep, ScanFinished
from vedette.contract.job import Job, JobKind, Limits, Login, Profile
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets.models import Target
from vedette.server.targets.services import credential_uses
from vedette.server.targets.services.job_settings import job_settings
from vedette.server.targets.services.permits import permit
from vedette.server.tenancy.actor import Actor

WAIT_S = 10.0
LONGEST_S = 180.0
NO_LOGIN = "Say first how to log in."


@dataclass(frozen=True, slots=True)
class LoginResult:
    """What came of it so far. `ok` is None until that is known; `reason` is a sentence; `url` where it ended; `steps`
    what a person would have seen, with pictures (PNG) where there was a browser."""

    done: bool
    ok: bool | None = None
    reason: str = ""
    url: str = ""
    steps: tuple[LoginStep, ...] = ()


def is_picture(content: bytes) -> bool:
    """Whether it is a PNG. Nothing else is ever shown as a picture."""
    return content.startswith(b"\x89PNG\r\n\x1a\n")


def start(actor: Actor, target: Target) -> str:
    """Queues a log-in like those of a scan, and gives back the id of its run. Raises Invalid without a way to log in,
    NotAllowed, NotFound."""
    found = permit(actor, target)
    credential_uses.require(found)
    given = job_settings(found)
    if given.login.kind == Login().kind:
        raise Invalid(fields={"": [NO_LOGIN]})
    job = Job(
        id="",
        kind=JobKind.LOGIN_TEST,
        start_urls=given.start_urls,
        scope=given.scope,
        login=given.login,
        limits=Limits(max_time_s=LONGEST_S),
        profile=Profile.LIGHTNING,
        headers=given.headers,
        cookies=given.cookies,
        hosts=given.hosts,
        descriptions=given.descriptions,
        certificate=given.certificate,
        signing=given.signing,
        encryption=given.encryption,
    )
    run = agents.submit(
        organisation=found.organisation,
        job=job,
        secrets=given.secrets,
        subject=_subject(found),
        asked_by=actor.name,
    )
    return str(run.public_id)


def wait(actor: Actor, target: Target, run: str) -> LoginResult:
    """What came of it, waiting up to WAIT_S. Never call this within a transaction. Raises NotAllowed, NotFound."""
    found = _run(actor, target, run)
    agents.wait(found, timeout_s=WAIT_S)
    return result(actor, target, run)


def result(actor: Actor, target: Target, run: str) -> LoginResult:
    """What came of it so far. Raises NotAllowed, NotFound."""
    found = _run(actor, target, run)
    return _told(agents.events_of(found), done=found.state == "done", detail=found.detail)


def _run(actor: Actor, target: Target, public_id: str) -> Run:
    row = permit(actor, target)
    kind = JobKind.LOGIN_TEST.value
    rows = Run.objects.filter(organisation=actor.organisation, kind=kind, order__subject=_subject(row))
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _subject(target: Target) -> str:
    return f"target:{target.public_id}"


def _told(events: Sequence[Event], *, done: bool, detail: str) -> LoginResult:
    steps = tuple(event for event in events if isinstance(event, LoginStep))
    attempts = [event for event in events if isinstance(event, LoginAttempt) and event.user == "A"]
    end = next((event for event in events if isinstance(event, ScanFinished)), None)
    if attempts:
        last = attempts[-1]
        return LoginResult(done, last.ok if done or last.ok else None, last.reason, last.url, steps)
    if not done:
        return LoginResult(done, steps=steps)
    reason = " ".join(end.reasons) if end is not None else detail
    return LoginResult(done, False, reason or "The log-in was not tried.", steps=steps)
