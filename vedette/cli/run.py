"""Runs a job in this process and feeds its events to listeners, through a journal when there is one."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence

import uvloop

from vedette.cli.codes import Source, serve
from vedette.cli.journal import Journal
from vedette.contract.batch import ResumeState
from vedette.contract.events import Event
from vedette.contract.job import Job
from vedette.engine.scan import Control, run

Listener = Callable[[Event], None]
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_job(
    job: Job,
    listeners: Sequence[Listener],
    *,
    secrets: Mapping[str, str],
    state: ResumeState | None = None,
    epoch: int = 1,
    journal: Journal | None = None,
    on_interrupt: Callable[[], None] | None = None,
    patient: bool = True,
    codes: Source | None = None,
) -> bool:
    """Runs the job to its end. Returns False when it was interrupted (Ctrl-C, SIGTERM) before that.

    Raises JobRefused, and JournalError when a batch cannot be stored. The first interrupt calls `on_interrupt` and ends
    the scan in order within seconds, a second one ends it at once; so does the first for a job that is not `patient`.
    `codes` gives the one-time codes that a log-in waits for.
    """
    control = Control()

    def interrupt() -> None:
        # With a journal the scan can go on later, so it is stopped; without one it ends here and reports.
        control.say("stop" if journal else "cancel")
        if on_interrupt is not None:
            on_interrupt()

    async def work() -> None:
        task = asyncio.current_task()
        if codes is not None:
            serve(control, codes)
        with _interrupts(interrupt if patient or task is None else task.cancel):
            async for batch in run(job, secrets=secrets, state=state or {}, control=control, epoch=epoch):
                if journal is not None:
                    journal.store(batch)
                for event in batch.events:
                    for listener in listeners:
                        listener(event)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(work())
        except asyncio.CancelledError:
            return False
    return not control.said


@contextlib.contextmanager
def _interrupts(interrupt: Callable[[], object]) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def forget() -> None:
        for name in _SIGNALS:
            loop.remove_signal_handler(name)

    def once() -> None:
        forget()
        interrupt()

    for name in _SIGNALS:
        loop.add_signal_handler(name, once)
    try:
        yield
    finally:
        forget()
