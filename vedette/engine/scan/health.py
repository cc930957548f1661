"""Counts what the verdict is drawn from, over all slices of a scan."""

from __future__ import annotations

from typing import Any, Protocol

from vedette.contract.batch import ResumeState
from vedette.contract.job import Job, JobKind
from vedette.contract.verdict import Health
from vedette.engine.scan.rows import read


class Counters(Protocol):
    """What the network counts; `troubled` ended blocked, timed out or in error."""

    requests: int
    troubled: int


class Tally:
    """Sums of the whole scan. `requests` counts earlier slices too. `logins` holds what log-ins came to, by user;
    `ended_early` says why a scan that is to fail fast did."""

    def __init__(self, state: ResumeState, job: Job) -> None:
        spent = read(state, "head", "spent", {})
        self.requests: int = spent.get("requests", 0)
        self.troubled: int = spent.get("troubled", 0)
        self.elapsed_before: float = spent.get("elapsed", 0.0)
        self.endpoints: int = spent.get("endpoints", 0)
        self.units_left: int = spent.get("left", 0)
        self.crashed: list[str] = spent.get("crashed", [])
        self.notes: list[str] = spent.get("notes", [])
        self.fruitful: list[str] = spent.get("fruitful", [])
        self.login_failed: str = spent.get("login_failed", "")
        self.logged_in: int = spent.get("logged_in", 0)
        self.logged_out: int = spent.get("logged_out", 0)
        self.second_login_failed: str = spent.get("second_login_failed", "")
        self.sequences_failed: list[str] = spent.get("sequences_failed", [])
        self.logins: dict[str, Any] = spent.get("logins", {})
        self.caps: list[str] = spent.get("caps", [])
        self.counts: dict[str, int] = spent.get("counts", {})
        self.ended_early: str = spent.get("ended_early", "")
        self.limits: list[str] = []
        self.fatal = ""
        self._job = job
        self._before = (self.requests, self.troubled)

    def take(self, counters: Counters) -> None:
        """Adds this slice's counters to those of the earlier ones."""
        before, troubled = self._before
        self.requests = max(before, counters.requests)
        self.troubled = troubled + counters.troubled

    def spent(self, elapsed: float) -> dict[str, Any]:
        """The row that goes with every batch."""
        return {
            "requests": self.requests,
            "troubled": self.troubled,
            "elapsed": round(elapsed, 3),
            "endpoints": self.endpoints,
            "left": self.units_left,
            "caps": self.caps,
            "counts": self.counts,
            "crashed": self.crashed,
            "notes": self.notes,
            "fruitful": self.fruitful,
            "login_failed": self.login_failed,
            "logged_in": self.logged_in,
            "logged_out": self.logged_out,
            "second_login_failed": self.second_login_failed,
            "sequences_failed": self.sequences_failed,
            "logins": self.logins,
            "ended_early": self.ended_early,
        }

    def count(self, name: str, more: int) -> None:
        """Adds to one of the numbers that the coverage tells beside the usual ones."""
        self.counts[name] = self.counts.get(name, 0) + more

    def failed_login(self, user: str) -> str:
        """Why user A or B has no session; empty when he has one, or is to have none."""
        return self.second_login_failed if user == "B" else self.login_failed

    def fail_login(self, reason: str, user: str = "A") -> None:
        """A user has no session any more, or, with an empty reason, has one."""
        if user == "B":
            self.second_login_failed = reason and f"That of the second user: {reason}"
        else:
            self.login_failed = reason

    def limit(self, name: str) -> None:
        """A limit was reached with work still queued."""
        if name not in self.limits:
            self.limits.append(name)

    def cap(self, name: str) -> None:
        """A limit ended a part of the work; the rest goes on."""
        if name not in self.caps:
            self.caps.append(name)

    def crash(self, check: str) -> None:
        """A check crashed."""
        if check not in self.crashed:
            self.crashed.append(check)

    def remark(self, note: str) -> None:
        """Something the reader of the verdict should know."""
        if note not in self.notes:
            self.notes.append(note)

    @property
    def logged_in_share(self) -> float:
        """Share of the judged answers that came within a session; 1 when none was asked for."""
        judged = self.logged_in + self.logged_out
        return self.logged_in / judged if judged else 1.0

    def health(self, findings: int, *, cancelled: bool, unsettled: int = 0) -> Health:
        """What the verdict needs. A retest may be of pages whose site has no start page any more."""
        retest = self._job.kind is JobKind.RETEST
        barren = tuple(url for url in self._job.start_urls if url not in self.fruitful and not retest)
        return Health(
            findings=findings,
            endpoints=self.endpoints,
            requests=self.requests,
            troubled_requests=self.troubled,
            login_requested=self._job.login.kind != "none" or self._job.second_login.kind != "none",
            login_failed=self.login_failed or self.second_login_failed,
            logged_in_share=self.logged_in_share,
            limits_reached=(*self.limits, *self.caps),
            checks_crashed=tuple(self.crashed),
            barren_start_urls=barren,
            units_left=self.units_left,
            notes=tuple(self.notes),
            fatal=self.ended_early or self.fatal,
            cancelled=cancelled,
            unsettled=unsettled,
            sequences_failed=tuple(self.sequences_failed),
        )
