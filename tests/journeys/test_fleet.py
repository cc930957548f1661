"""Several workers on one PostgreSQL: nothing is claimed twice, and whatever falls down, every scan ends with the findings
of an undisturbed one."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys.databases import PostgresServer, ServerDatabase, postgres, programs
from tests.journeys.platform import FINAL, Platform, eventually, practice_shop
from vedette.range.server import RangeServer

pytestmark = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed (Debian: postgresql)")

WORKERS = ("worker-1", "worker-2")
CARRIED = re.compile(r"run (\S+): epoch (\d+) is carried by process (\d+)")
PROMPT_S = 15.0
"""From the death of a worker until another one goes on with its scan: much less than a lease."""


@dataclass
class Fleet:
    """A platform with two workers, and sites that two organisations own by turns."""

    one: Platform
    server: PostgresServer
    shops: list[RangeServer]
    keys: list[str]
    targets: list[str] = field(default_factory=list)

    @property
    def database(self) -> ServerDatabase:
        assert isinstance(self.one.database, ServerDatabase)
        return self.one.database

    def key(self, number: int) -> str:
        """The key of the organisation that owns the site of that number."""
        return self.keys[number % len(self.keys)]

    def start(self, *numbers: int) -> dict[int, str]:
        """Starts scans of these sites; their ids."""
        return {number: self.one.scan(self.targets[number], key=self.key(number)) for number in numbers}

    def await_end(self, scans: dict[int, str], *, within: float = 400) -> None:
        """Waits until all have completed."""
        ended = {
            number: self.one.await_end(scan, within=within, key=self.key(number)) for number, scan in scans.items()
        }
        assert set(ended.values()) == {"completed"}, ended

    def under_way(self, scans: dict[int, str]) -> bool:
        """Whether any of them has not ended."""
        return any(self.one.status(scan, key=self.key(number)) not in FINAL for number, scan in scans.items())

    def found(self, number: int) -> list[tuple[str, ...]]:
        """What was found on a site, without its port; each identity counts once."""
        rows = self.one.rows(
            "SELECT f.identity, f.check_id, f.method, f.path, f.kind, f.parameter, f.proof FROM server_finding f"
            " JOIN server_target t ON t.id = f.target_id WHERE t.public_id = ? AND f.observed = 'notfixed'",
            self.targets[number],
        )
        assert len({row[0] for row in rows}) == len(rows)
        return sorted(tuple(map(str, row[1:])) for row in rows)

    def holders(self) -> dict[str, int]:
        """Which scan is held by which worker's process: scan id -> process id."""
        rows = self.one.rows(
            "SELECT s.public_id, r.worker FROM server_run r JOIN server_scan s ON s.run_id = r.id"
            " WHERE r.state = 'claimed'"
        )
        return {scan: int(worker.rpartition(":")[2]) for scan, worker in rows}


@contextlib.contextmanager
def fleet(folder: Path, *, sites: int, slots: int) -> Iterator[Fleet]:
    """A fleet at work."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres())
        shops = [stack.enter_context(practice_shop()) for _ in range(sites)]
        one = Platform(folder, allow=" ".join(shop.url.removeprefix("http://") for shop in shops), workers=slots,
                       server=server.url)  # fmt: skip
        stack.callback(one.stop)
        first = one.prepare()
        made = Fleet(one, server, shops, [first, one.add_organisation("Other", "other@example.org")])
        one.narrow()
        one.start("web", *WORKERS)
        made.targets = [one.add_target(f"{shop.url}/", key=made.key(number)) for number, shop in enumerate(shops)]
        yield made


def repeated(shop: RangeServer) -> int:
    """How many requests were sent to a site that had been sent before, byte for byte."""
    return sum(count - 1 for count in Counter(shop.log).values())


class Watch:
    """Looks again and again which slices are alive. Two of one run at the same time would be one too many."""

    def __init__(self, one: Platform) -> None:
        self._one = one
        self._over = threading.Event()
        self._seen: set[frozenset[int]] = set()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.25):
            self._seen.add(frozenset(self._one.slices()))

    def doubled(self) -> list[str]:
        """The runs that more than one slice carried at the same time."""
        log = (self._one.folder / "platform.log").read_text()
        run_of = {int(process): run for run, _, process in CARRIED.findall(log)}
        found = set()
        for alive in self._seen:
            runs = Counter(run_of[process] for process in alive if process in run_of)
            found |= {run for run, count in runs.items() if count > 1}
        return sorted(found)


def takeover_s(it: Fleet, number: int, kill: Callable[[], None]) -> float:
    """Kills, and tells after how many seconds the site hears from its scan again."""
    kill()
    at, heard = time.monotonic(), len(it.shops[number].log)
    eventually(lambda: len(it.shops[number].log) > heard, within=60, what="the scan goes on elsewhere")
    return time.monotonic() - at


def kill_a_holder(it: Fleet, scans: dict[int, str]) -> tuple[float, int]:
    """Kills the worker that holds one of these scans and never starts it again; how long its scan stood still, and its
    site."""
    held = eventually(it.holders, within=60, what="a scan is held")
    number = next(number for number, scan in scans.items() if scan in held)
    name = next(name for name, process in it.one.processes.items() if process.pid == held[scans[number]])
    return takeover_s(it, number, lambda: it.one.kill(name)), number


def explore(tmp_path):
    import json

    with fleet(tmp_path, sites=5, slots=2) as it, Watch(it.one) as watch:
        t = time.monotonic()
        it.await_end(it.start(0))
        print("peace", time.monotonic() - t, len(it.shops[0].log), repeated(it.shops[0]), len(it.found(0)), flush=True)
        t = time.monotonic()
        scans = it.start(1, 2)
        it.await_end(scans)
        print("together", time.monotonic() - t, [(len(s.log), repeated(s)) for s in it.shops], flush=True)
        scans = it.start(3, 4)
        eventually(lambda: all(len(it.shops[n].log) > 2500 for n in scans), within=100, what="busy")
        marks = [len(s.log) for s in it.shops]
        print("takeover", kill_a_holder(it, scans), marks, flush=True)
        it.await_end(scans)
        print("killed", [(len(s.log), repeated(s)) for s in it.shops])
        for n in range(1, 5):
            print(set(it.found(n)) ^ set(it.found(0)))
        print("doubled", watch.doubled())
        json.dump([[list(e) for e in s.log] for s in it.shops], open("/tmp/fleetlogs.json", "w"))
        json.dump(marks, open("/tmp/fleetmarks.json", "w"))


@pytest.mark.timeout(1500)
def test_explore(tmp_path):
    explore(tmp_path)
