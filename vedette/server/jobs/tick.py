"""The clock of the house: what has to be looked after without anybody asking. Any number of processes may tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vedette.server.discovery.services import assets, runs
from vedette.server.findings.services import triage
from vedette.server.jobs import database, sessions
from vedette.server.jobs.registry import WAITING
from vedette.server.kernel import clock
from vedette.server.scans.services import leasing
from vedette.server.schedules.services import firing
from vedette.server.targets import ownership
from vedette.server.targets.services import connectors

BUDGET_S = 0.3
"""How long one beat may begin queued jobs, as what is due waits for the next."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do every so many seconds."""

    name: str
    every_s: float
    work: Callable[[], object]


TASKS = (
    Task("runs", 2.0, leasing.sweep),
    Task("schedules", 1.0, firing.tick),
    Task("zones", 600.0, firing.renew),
    Task("discoveries", 30.0, runs.tend),
    Task("assets", 60.0, assets.follow_targets),
    Task("asset targets", 60.0, assets.link_targets),
    Task("asset archive", 3600.0, assets.archive_unseen),
    Task("acceptances", 300.0, triage.expire_acceptances),
    Task("connectors", 300.0, connectors.ask_due),
    Task("ownership", 3600.0, ownership.sweep),
    Task("queue", 3600.0, database.forget_done),
    Task("sessions", 3600.0, sessions.forget_ended),
    Task("statistics", 86400.0, database.renew_statistics),
)


@dataclass(slots=True)
class Tick:
    """Remembers when each task was last done in this process."""

    owner: str
    tasks: Sequence[Task] = TASKS
    done: dict[str, float] = field(default_factory=dict)

    def beat(self) -> None:
        """Does what is due, then works off those queued jobs that wait for nobody. What fails stays due; with
        DatabaseError the rest waits for the next beat, as nothing else would fare better."""
        for task in self.tasks:
            now = clock.now().timestamp()
            # A machine clock that was put back must not keep anything from being done.
            if not 0 <= now - self.done.get(task.name, 0.0) < task.every_s:
                task.work()
                self.done[task.name] = now
        database.work_off(self.owner, besides=WAITING, budget_s=BUDGET_S)
