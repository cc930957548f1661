"""Everything that can happen in a scan, each as a small record. The engine speaks only in these.

Readers keep kinds that they do not know: `vedette.contract.wire` reads those as `Unknown`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from vedette.contract.discovery import (
    ApiDescription,
    CertificateFacts,
    Screenshot,
    SecurityHeaders,
    SeenTechnology,
)
from vedette.contract.exchange import Exchange
from vedette.contract.finding import Finding
from vedette.contract.progress import PartProgress


@dataclass(slots=True, kw_only=True)
class Event:
    """What all events share: `at`, seconds since the epoch. The kind is a class attribute."""

    kind: ClassVar[str] = ""
    at: float = 0.0


@dataclass(slots=True, kw_only=True)
class ScanStarted(Event):
    """The first event of a scan, and of each of its later slices with `resumed` set."""

    kind: ClassVar[str] = "scan_started"
    job: str
    version: str
    catalogue: str
    profile: str
    start_urls: tuple[str, ...]
    authorized: str = ""
    resumed: bool = False


@dataclass(slots=True, kw_only=True)
class PhaseStarted(Event):
    """A phase begins, with the number of units it holds when known."""

    kind: ClassVar[str] = "phase_started"
    phase: str
    total: int = 0


@dataclass(slots=True, kw_only=True)
class PhaseFinished(Event):
    """A phase has ended; `requests` were spent in it, `duration_s` seconds of this slice."""

    kind: ClassVar[str] = "phase_finished"
    phase: str
    requests: int = 0
    duration_s: float = 0.0


@dataclass(slots=True, kw_only=True)
class EndpointFound(Event):
    """Something that answers: the method and URL, the status it gave, and where we learned of it. `digest` stands for
    what it answered, with `key` for a later scan of only what is new or changed."""

    kind: ClassVar[str] = "endpoint_found"
    method: str
    url: str
    status: int
    source: str
    template: str = ""
    content_type: str = ""
    depth: int = 0
    duplicate_of: str = ""
    skipped: str = ""
    key: str = ""
    digest: str = ""


@dataclass(slots=True, kw_only=True)
class InputFound(Event):
    """An insertion point of an endpoint."""

    kind: ClassVar[str] = "input_found"
    point: str
    method: str
    url: str
    point_kind: str
    parameter: str


@dataclass(slots=True, kw_only=True)
class TechnologyFound(Event):
    """A technology seen on a host, with what gave it away."""

    kind: ClassVar[str] = "technology_found"
    host: str
    name: str
    technology_version: str = ""
    evidence: str = ""


@dataclass(slots=True, kw_only=True)
class LoginAttempt(Event):
    """A log-in was tried; `reason` says in a sentence why it failed. `user` is `A` or `B`."""

    kind: ClassVar[str] = "login_attempt"
    ok: bool
    url: str = ""
    reason: str = ""
    user: str = "A"


@dataclass(slots=True, kw_only=True)
class LoginStep(Event):
    """One step of a log-in as a person would have seen it: what was done, where it led, and a picture (PNG) where
    there is a browser."""

    kind: ClassVar[str] = "login_step"
    label: str
    url: str = ""
    detail: str = ""
    picture: bytes = b""


@dataclass(slots=True, kw_only=True)
class LoginVideo(Event):
    """The recording of a log-in, WebM."""

    kind: ClassVar[str] = "login_video"
    video: bytes


@dataclass(slots=True, kw_only=True)
class DescriptionRead(Event):
    """A description of an API was read: how many operations it tells, and what was wrong with which of them."""

    kind: ClassVar[str] = "description_read"
    source: str
    operations: int = 0
    problems: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class SequencePlayed(Event):
    """A recorded sequence was replayed; `reason` says in a sentence why it failed."""

    kind: ClassVar[str] = "sequence_played"
    name: str
    ok: bool
    url: str = ""
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class FindingSeen(Event):
    """A finding, new or seen again with more occurrences; its identity is its key."""

    kind: ClassVar[str] = "finding"
    finding: Finding


@dataclass(slots=True, kw_only=True)
class Rechecked(Event):
    """What became of a known finding; `finding` is its identity's id.

    Outcomes: `seen` (it is still there), `gone` (the same check tested the same input in an equal log-in state and
    could not prove it), `unreachable` (the endpoint or input was not there to be tested), `untested` (it was not
    tested; `reason` says why). Only `gone` may count as fixed.
    """

    kind: ClassVar[str] = "rechecked"
    finding: str
    outcome: str
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class OwnershipChecked(Event):
    """Whether a host showed the token that was asked for; `reason` says what was missing, `evidence` what was seen."""

    kind: ClassVar[str] = "ownership_checked"
    method: str
    ok: bool
    reason: str = ""
    evidence: str = ""


@dataclass(slots=True, kw_only=True)
class StepReplayed(Event):
    """A step of a proof, sent again: `verdict` says in a sentence how the answer compares with the recorded one."""

    kind: ClassVar[str] = "step_replayed"
    index: int
    exchange: Exchange
    same: bool
    verdict: str


@dataclass(slots=True, kw_only=True)
class PointTested(Event):
    """Coverage of one insertion point: per class what happened, and what it cost in requests.

    `outcomes` maps a check id to `tested`, `light`, `skipped: why`, `blocked: why` or `error: why`.
    """

    kind: ClassVar[str] = "point_tested"
    point: str
    method: str
    url: str
    point_kind: str
    parameter: str
    outcomes: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    dull: bool = False


@dataclass(slots=True, kw_only=True)
class CheckFailed(Event):
    """A check crashed or ran out of time on a unit: a fault of ours, and a gap in coverage."""

    kind: ClassVar[str] = "check_failed"
    check: str
    unit: str
    reason: str


@dataclass(slots=True, kw_only=True)
class TargetSlowed(Event):
    """The target asked for less or answered slowly; `concurrency` is what we use from now on."""

    kind: ClassVar[str] = "target_slowed"
    host: str
    reason: str
    wait_s: float = 0.0
    concurrency: int = 0


@dataclass(slots=True, kw_only=True)
class TargetBlocked(Event):
    """The circuit to a host opened or closed again; what was queued is kept, not dropped."""

    kind: ClassVar[str] = "target_blocked"
    host: str
    reason: str
    open: bool = True


@dataclass(slots=True, kw_only=True)
class Written(Event):
    """Something that a probe may have left on the target, with the marker to find it by."""

    kind: ClassVar[str] = "written"
    method: str
    url: str
    marker: str


@dataclass(slots=True, kw_only=True)
class Progress(Event):
    """The live numbers, whole, per part."""

    kind: ClassVar[str] = "progress"
    phase: str
    percent: float
    parts: dict[str, PartProgress]
    requests: int
    elapsed_s: float
    eta_s: float = 0.0
    queue: int = 0
    logged_in_share: float = 1.0


@dataclass(slots=True, kw_only=True)
class LimitReached(Event):
    """A limit of the job ended work that was still queued."""

    kind: ClassVar[str] = "limit_reached"
    limit: str
    queued: int = 0


@dataclass(slots=True, kw_only=True)
class SliceEnded(Event):
    """This slice is over and the scan is not; `reason` is `time`, `yield`, `pause` or `stop`."""

    kind: ClassVar[str] = "slice_ended"
    reason: str


@dataclass(slots=True, kw_only=True)
class ScanFinished(Event):
    """The last event of a scan."""

    kind: ClassVar[str] = "scan_finished"
    verdict: str
    reasons: tuple[str, ...] = ()
    requests: int = 0
    duration_s: float = 0.0
    cancelled: bool = False
    coverage: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class SourceAsked(Event):
    """A source was asked for the names of a domain: how many it told that are in scope, and why it failed (empty: it
    did not). `source` is one of `discovery.TECHNIQUES` or the id of a provider."""

    kind: ClassVar[str] = "source_asked"
    source: str
    domain: str
    names: int = 0
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class NameFound(Event):
    """A name of a domain that is there; told again, whole, when more is learned of it.

    `aliases` is the chain of CNAMEs it stands for, in order; a name with aliases and no addresses leads nowhere.
    `refused` says why its addresses are not connected to; `wildcard` that any other name there is answered alike.
    """

    kind: ClassVar[str] = "name_found"
    name: str
    domain: str
    sources: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    refused: str = ""
    wildcard: bool = False


@dataclass(slots=True, kw_only=True)
class ServiceFound(Event):
    """A web service that answers at an origin (`url`, with a path of `/`); told again, whole, when more is learned.

    `type` is `web` or `api`; `status`, `title` and the like are those of its start page. `redirect_to` is where that
    sends on, within the domain or not.
    """

    kind: ClassVar[str] = "service_found"
    url: str
    name: str
    domain: str
    address: str
    sources: tuple[str, ...] = ()
    type: str = "web"
    status: int = 0
    title: str = ""
    server: str = ""
    content_type: str = ""
    redirect_to: str = ""
    technologies: tuple[SeenTechnology, ...] = ()
    certificate: CertificateFacts | None = None
    security_headers: SecurityHeaders = field(default_factory=SecurityHeaders)
    description: ApiDescription | None = None
    screenshot: Screenshot | None = None


@dataclass(slots=True, kw_only=True)
class Unknown(Event):
    """An event of a newer kind, kept as it came."""

    kind: ClassVar[str] = "unknown"
    raw: dict[str, Any] = field(default_factory=dict)
