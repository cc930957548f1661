"""Who waits for whom on SQLite: two workers commit at full speed while ten clients read lists and one changes states.

    python -m bench.contention [--seconds S] [--findings N] [--data DIR]

Three rounds: one worker alone with batches as large as a scan's longest, the same with batches of a single event, and
everybody at once. The database is SQLite with `synchronous=FULL`, filled with findings first. Targets: at least 2,000
events a second alone, 95 of 100 write transactions shorter than 50 ms, and nobody is told that the database is busy.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.api import ROUTES, Choice, decide_in_dialect, filled, place, signed_in
from bench.server import figures
from bench.server.client import Client
from bench.server.web import Web, load

LARGE, SMALL = 40, 1
WORKERS = 2
READERS = 10
CHANGE_EVERY_S = 0.5
EVENTS_PER_S = 2000
HELD_MS = 50
READ = ("page: findings, open", "page: findings, by filter", "dialect: findings", "dialect: findings of a target")
FULL = 2
"""What SQLite calls `synchronous=FULL`."""


class Writer:
    """A worker of its own process."""

    def __init__(self, number: int, events: int, seconds: float) -> None:
        options = {"number": number, "events": events, "seconds": seconds}
        words = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        command = [sys.executable, "-m", "bench.server.writer", *words]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def figures(self) -> dict[str, Any]:
        """What it did, once it is done."""
        told, _ = self._process.communicate()
        if self._process.returncode:
            raise RuntimeError("a writer failed")
        found: dict[str, Any] = json.loads(told)
        return found


def told(name: str, all_of: list[dict[str, Any]]) -> tuple[float, float, int]:
    """Prints a round; events a second of all workers, the p95 of write transactions in ms, how often one was busy."""
    events, batches = (sum(one[what] / one["seconds"] for one in all_of) for what in ("events", "batches"))
    held = [one for some in all_of for one in some["held"]]
    waited = [one for some in all_of for one in some["waited"]]
    cpu = sum(one["cpu_s"] for one in all_of) / sum(one["batches"] for one in all_of) * 1000
    busy = sum(one["busy"] for one in all_of)
    half, most = (figures.percentile(held, share) * 1000 for share in (0.5, 0.95))
    commit = figures.percentile(waited, 0.95) * 1000
    print(
        f"{name:28s}{events:10,.0f}{batches:10,.0f}{cpu:10.1f}{half:10.1f}{most:10.1f}{max(held) * 1000:10.1f}"
        f"{commit:10.1f}{busy:6d}",
        flush=True,
    )
    if any(one["synchronous"] != FULL for one in all_of):
        raise RuntimeError("synchronous is not FULL")
    return events, most, busy


class Together:
    """Clients that read and one that changes, until told to stop."""

    def __init__(self, web: Web, known: dict[str, Any]) -> None:
        self._known = known
        self._over = threading.Event()
        self.read: list[float] = []
        self.changed: list[float] = []
        self.faults: list[str] = []
        clients = [signed_in(web.port, known) for _ in range(READERS + 1)]
        self._threads = [
            threading.Thread(target=self._repeat, args=(self._reading(client, number), 1.0, self.read))
            for number, client in enumerate(clients[:READERS])
        ]
        changing = self._changing(clients[READERS])
        self._threads.append(threading.Thread(target=self._repeat, args=(changing, CHANGE_EVERY_S, self.changed)))

    def start(self) -> None:
        """Lets all of them begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Waits until the last has its answer."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, ask: Callable[[], float], every_s: float, took: list[float]) -> None:
        self._over.wait(random.random() * every_s)
        while not self._over.is_set():
            seconds = ask()
            took.append(seconds)
            self._over.wait(max(0.0, every_s - seconds))

    def _reading(self, client: Client, number: int) -> Callable[[], float]:
        choice = Choice(self._known, number)
        routes = [route for route in ROUTES if route.name in READ]

        def ask() -> float:
            route = choice.random.choice(routes)
            reply = route.ask(client, choice)
            if reply.status != 200:
                self.faults.append(f"{route.name}: {reply.status} {reply.body[:120]!r}")
            return reply.seconds

        return ask

    def _changing(self, client: Client) -> Callable[[], float]:
        choice = Choice(self._known, READERS)

        def ask() -> float:
            reply = decide_in_dialect(client, choice)
            if reply.status != 200:
                self.faults.append(f"change: {reply.status} {reply.body[:120]!r}")
            return reply.seconds

        return ask


def everybody(folder: Path, known: dict[str, Any], seconds: float) -> bool:
    """Two workers, ten readers and one who decides."""
    with Web(folder) as web:
        clients = Together(web, known)
        clients.start()
        try:
            writers = [Writer(2 + number, LARGE, seconds) for number in range(WORKERS)]
            _, held, busy = told("two workers, all clients", [one.figures() for one in writers])
        finally:
            clients.stop()
    figures.head("n", "p50", "p95", "max", "target")
    figures.row("lists meanwhile", clients.read, 1000)
    figures.row("decisions meanwhile", clients.changed, 1000)
    for fault in sorted(set(clients.faults))[:5]:
        print(f"not answered: {fault}")
    return held <= HELD_MS and not busy and not clients.faults


def main() -> int:
    """Prints the figures; fails when a target is missed."""
    options = argparse.ArgumentParser(description="Writers and readers at once")
    options.add_argument("--seconds", type=float, default=20.0, help="for each round")
    options.add_argument("--findings", type=int, default=50_000)
    options.add_argument("--data", type=Path)
    given = options.parse_args()
    if os.environ.get("VEDETTE_DATABASE"):
        print("this is about SQLite: unset VEDETTE_DATABASE")
        return 2
    with place(given.data) as folder:
        known = filled(folder, given.findings)
        print(load())
        names = ("events/s", "commits/s", "CPU ms", "held p50", "held p95", "held max", "took p95")
        print(f"{'':28s}" + "".join(f"{name:>10s}" for name in names) + "  busy")
        alone, held, busy = told("one worker, large batches", [Writer(0, LARGE, given.seconds).figures()])
        _, small, more = told("one worker, single events", [Writer(1, SMALL, given.seconds).figures()])
        kept = alone >= EVENTS_PER_S and max(held, small) <= HELD_MS and not busy + more
        kept = everybody(folder, known, given.seconds) and kept
    print(load())
    print(f"targets: {'reached' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(code)
