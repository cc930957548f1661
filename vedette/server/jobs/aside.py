"""Queued jobs that wait for somebody else, in threads of their own: a service that hangs holds nothing else up."""

from __future__ import annotations

import threading
import time
from collections import Counter

from django.db import connection
from django.db.models import Q

from vedette.server.jobs import database
from vedette.server.jobs.registry import WAITING
from vedette.server.kernel.models import QueuedJob


class Aside:
    """Works off the jobs of `WAITING`, so many of a name at once. Only the thread that ticks may call it."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._at_work: list[tuple[str, threading.Thread]] = []

    def begin_due(self) -> int:
        """Begins what is due and has room. Returns how many jobs that were."""
        self._at_work = [(name, thread) for name, thread in self._at_work if thread.is_alive()]
        taken, begun = Counter(name for name, _ in self._at_work), 0
        while room := [name for name, most in WAITING.items() if taken[name] < most]:
            job = database.lease(self._owner, Q(name__in=room))
            if job is None:
                break
            # What is still at work when the process ends is due again as soon as others see that it is gone.
            thread = threading.Thread(target=_run, args=(job,), name=job.name, daemon=True)
            self._at_work.append((job.name, thread))
            taken[job.name] += 1
            begun += 1
            thread.start()
        return begun

    def join(self, timeout_s: float) -> bool:
        """Waits for what is at work, so many seconds for all together. Returns whether it came to its end."""
        ends = time.monotonic() + timeout_s
        for _, thread in self._at_work:
            thread.join(max(0.0, ends - time.monotonic()))
        return not any(thread.is_alive() for _, thread in self._at_work)


def _run(job: QueuedJob) -> None:
    try:
        database.run(job)
    finally:
        connection.close()
