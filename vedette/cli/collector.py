"""Gathers a scan's events into what reports are made of: one row per finding, endpoint and insertion point."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vedette.contract import events as kinds
from vedette.contract.checkinfo import ProofLevel
from vedette.contract.events import Event
from vedette.contract.finding import Finding
from vedette.contract.job import Job


@dataclass(slots=True)
class Summary:
    """How the scan went as a whole."""

    version: str = ""
    started_at: float = 0.0
    finished_at: float = 0.0
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    requests: int = 0
    duration_s: float = 0.0
    cancelled: bool = False


@dataclass(slots=True)
class Collector:
    """What the events said so far. Repeated findings and endpoints replace their earlier selves."""

    job: Job
    summary: Summary = field(default_factory=Summary)
    found: dict[str, Finding] = field(default_factory=dict)
    endpoints: dict[tuple[str, str], kinds.EndpointFound] = field(default_factory=dict)
    points: dict[str, kinds.PointTested] = field(default_factory=dict)
    technologies: dict[tuple[str, str], kinds.TechnologyFound] = field(default_factory=dict)
    failures: list[kinds.CheckFailed] = field(default_factory=list)
    trouble: list[kinds.TargetSlowed | kinds.TargetBlocked | kinds.LimitReached] = field(default_factory=list)
    written: list[kinds.Written] = field(default_factory=list)
    descriptions: list[kinds.DescriptionRead] = field(default_factory=list)
    phases: list[kinds.PhaseFinished] = field(default_factory=list)
    progress: kinds.Progress | None = None
    economy: dict[str, Any] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Takes one event; kinds that no report needs are passed over."""
        match event:
            case kinds.FindingSeen():
                self.found[event.finding.id] = event.finding
            case kinds.EndpointFound():
                self.endpoints[event.method, event.url] = event
            case kinds.PointTested():
                self.points[event.point] = event
            case kinds.TechnologyFound():
                self.technologies[event.host, event.name] = event
            case kinds.CheckFailed():
                self.failures.append(event)
            case kinds.TargetSlowed() | kinds.TargetBlocked() | kinds.LimitReached():
                self.trouble.append(event)
            case kinds.Progress():
                self.progress = event
                self.summary.requests, self.summary.duration_s = event.requests, event.elapsed_s
            case kinds.ScanStarted():
                self.summary.version = event.version
                self.summary.started_at = self.summary.started_at or event.at
            case kinds.ScanFinished():
                self._finish(event)
            case _:
                self._keep(event)

    def _keep(self, event: Event) -> None:
        match event:
            case kinds.Written():
                self.written.append(event)
            case kinds.DescriptionRead():
                self.descriptions.append(event)
            case kinds.PhaseFinished():
                self.phases.append(event)
            case _:
                pass

    def _finish(self, event: kinds.ScanFinished) -> None:
        self.summary.finished_at = event.at
        self.summary.verdict, self.summary.reasons = event.verdict, event.reasons
        self.summary.requests, self.summary.duration_s = event.requests, event.duration_s
        self.summary.cancelled = event.cancelled
        self.economy = event.coverage

    def stop_short(self, reason: str) -> None:
        """The scan ended before its end, and nothing more will come: what there is is incomplete."""
        if not self.summary.verdict:
            self.summary.verdict, self.summary.reasons, self.summary.cancelled = "incomplete", (reason,), True

    @property
    def shown(self) -> int:
        """How many findings a report of now would show; tentative ones are hidden."""
        return sum(1 for finding in self.found.values() if finding.proof != ProofLevel.TENTATIVE)

    def findings(self, *, tentative: bool = False) -> list[Finding]:
        """The findings, worst first, then surest, then by place; tentative ones only when asked for."""
        shown = [finding for finding in self.found.values() if tentative or finding.proof != ProofLevel.TENTATIVE]
        return sorted(shown, key=lambda one: (one.severity.rank, one.proof.rank, one.check, one.location.url, one.id))
