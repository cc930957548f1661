"""Keeps the processes of `vedette up` running: starts them, restarts one that dies, ends them in order.

Knows nothing of Django, so that it stays small: it lives as long as the platform does.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess  # our own processes, no shell
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vedette.server.kernel.lifeline import die_with

PATIENCE_S = {"worker": 18.0, "web": 8.0}
"""How long a process may take to end in order; a worker's slices need up to 15 seconds."""

CALM_S = 60.0
FIRST_WAIT_S = 0.5
MAX_WAIT_S = 10.0
_POLL_S = 0.2


@dataclass(slots=True)
class Child:
    """One process: its name, its command, and what it did so far. Times are those of a monotonic clock."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    next_start: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Runs children until told to stop. `say` prints a line for the operator; `environment` is what children see."""

    children: list[Child]
    say: Callable[[str], None]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Callable[[], float] = time.monotonic
    stopping: bool = False

    def start(self) -> None:
        """Starts every child."""
        for child in self.children:
            self._start(child)

    def _start(self, child: Child) -> None:
        parent = os.getpid()
        child.started_at = self.clock()
        # A session of its own: Ctrl-C at the terminal is for the supervisor, which ends its children in order.
        child.process = subprocess.Popen(  # noqa: S603
            list(child.command),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            env=self.environment,
            preexec_fn=lambda: die_with(parent),
        )

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Restarts what dies, with growing pauses, until told to stop or `until` says so."""
        while not self.stopping and not until():
            self.look()
            time.sleep(_POLL_S)

    def look(self) -> None:
        """Looks once at every child: starts again what ended, when its time has come."""
        now = self.clock()
        for child in self.children:
            self._look_at(child, now)

    def _look_at(self, child: Child, now: float) -> None:
        if child.process is None:
            if now >= child.next_start:
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            return
        _kill_group(child.process)
        child.failures = 1 if now - child.started_at > CALM_S else child.failures + 1
        wait = min(MAX_WAIT_S, FIRST_WAIT_S * 2 ** (child.failures - 1))
        self.say(f"the {child.name} process ended with code {code}; it starts again in {wait:.1f} s")
        child.process, child.next_start = None, now + wait

    def stop(self) -> None:
        """Makes `watch` return; safe to call from a signal handler."""
        # A plain flag: an event's own lock may be held by the very code that the handler interrupts.
        self.stopping = True

    def end(self) -> None:
        """Ends the children, the last started first: workers give their scans back before the pages go."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        for child in reversed(self.children):
            if child.process is not None:
                _await_end(child.process, PATIENCE_S.get(child.name, 10.0))
                child.process = None


def _await_end(process: subprocess.Popen[bytes], patience_s: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=patience_s)
    _kill_group(process)
    process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends whatever is left of a child's session: the web server's own child outlives it when it is killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
