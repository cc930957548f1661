"""Several workers on one PostgreSQL: nothing is claimed twice, and whatever falls down, every scan ends with the
findings of an undisturbed one."""

from __future__ import annotations

import contextlib
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys.databases import PostgresServer, ServerDatabase, postgres, programs
from tests.journeys.platform import FINAL, QUICK, Platform, eventually, practice_shop
from vedette.range.server import RangeServer

pytestmark = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed (Debian: postgresql)")

WORKERS = ("worker-1", "worker-2")
CARRIED = re.compile(r"run (\S+): epoch (\d+) is carried by process (\d+)")
PROMPT_S = 15.0
"""From the death of a worker until its scans may be had by others: well below a lease, on a busy machine too."""
IN_FLIGHT = 100
"""Requests of the units that are in flight when a slice is lost, at most."""
CHECKS = [*QUICK, "-sqli-boolean"]  # proven by comparing pages that other tests write to: not the same for each seed
SAMPLE = ["xss-reflected", "redirect", "headers", "crlf"]


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
def fleet(folder: Path, *, sites: int, slots: int, checks: list[str]) -> Iterator[Fleet]:
    """A fleet at work."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres())
        shops = [stack.enter_context(practice_shop()) for _ in range(sites)]
        one = Platform(folder, allow=" ".join(shop.url.removeprefix("http://") for shop in shops), workers=slots,
                       server=server.url)  # fmt: skip
        stack.callback(one.stop)
        first = one.prepare()
        made = Fleet(one, server, shops, [first, one.add_organisation("Other", "other@example.org")])
        one.narrow(checks)
        one.start("web", *WORKERS)
        made.targets = [one.add_target(f"{shop.url}/", key=made.key(number)) for number, shop in enumerate(shops)]
        yield made


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


def own_repeats(it: Fleet) -> list[int]:
    """Per site: how many of the requests that no other site was sent, as they hold random words of their scan, were
    sent more than once. A unit that runs again sends the same words."""
    logs = [set(shop.log) for shop in it.shops]
    found = []
    for number, shop in enumerate(it.shops):
        others = set().union(*(log for other, log in enumerate(logs) if other != number))
        own = Counter(entry for entry in shop.log if entry not in others)
        found.append(own.total() - len(own))
    return found


def in_peace(it: Fleet) -> list[tuple[str, ...]]:
    """What an undisturbed scan finds on the first site."""
    it.await_end(it.start(0))
    return it.found(0)


def busy(it: Fleet, scans: dict[int, str], share: float = 0.3) -> None:
    """Waits until every scan has sent this share of the requests of the one in peace."""
    enough = share * len(it.shops[0].log)
    eventually(lambda: all(len(it.shops[number].log) > enough for number in scans), within=200, what="all are at work")


def check(it: Fleet, scans: dict[int, str], expected: list[tuple[str, ...]], *, lost: int) -> None:
    """Every scan completes with the findings of the one in peace, and no unit ran twice but those in flight in the
    `lost` slices."""
    it.await_end(scans)
    for number in scans:
        assert it.found(number) == expected, set(it.found(number)) ^ set(expected)
    ended = it.one.rows("SELECT kind, state, epoch FROM server_run WHERE kind = 'scan'")
    assert all(state == "done" for _, state, _ in ended)
    assert sum(epoch - 1 for _, _, epoch in ended) == lost, ended
    peace, *others = own_repeats(it)
    print("own requests sent again: in peace", peace, "then", others, "slices lost:", lost)
    assert max(others) <= 1.5 * peace + IN_FLIGHT * (lost + 1), (peace, others)


def kill_a_holder(it: Fleet, scans: dict[int, str]) -> int:
    """Kills the worker that holds one of these scans and never starts it again. Returns how many it held, once their
    sites hear from all of them again."""
    held = eventually(it.holders, within=60, what="a scan is held")
    process = next(held[scan] for scan in scans.values() if scan in held)
    orphans = [number for number, scan in scans.items() if held.get(scan) == process]
    it.one.kill(next(name for name, one in it.one.processes.items() if one.pid == process))
    at = time.monotonic()
    heard = {number: len(it.shops[number].log) for number in orphans}
    eventually(lambda: process not in it.holders().values(), within=PROMPT_S, what="its leases end before their time")
    ended = time.monotonic() - at
    # With as many scans as slots before, they wait until the other worker has one free.
    eventually(
        lambda: all(len(it.shops[number].log) > heard[number] for number in orphans),
        within=200,
        what="the other worker goes on with them",
    )
    went_on = time.monotonic() - at
    print(f"{len(orphans)} leases ended {ended:.1f} s after the kill, their scans went on after {went_on:.1f} s")
    return len(orphans)


@pytest.mark.long
def test_a_worker_is_lost_and_all_connections_are_cut(tmp_path):
    with fleet(tmp_path, sites=3, slots=2, checks=SAMPLE) as it, Watch(it.one) as watch:
        expected = in_peace(it)
        assert len(expected) > 10
        scans = it.start(1, 2)
        busy(it, scans)
        lost = kill_a_holder(it, scans)
        assert it.database.cut() > 0
        check(it, scans, expected, lost=lost)
    assert watch.doubled() == []


def left_alone(it: Fleet, scans: dict[int, str], rng: random.Random) -> int:
    return 0


def worker_killed(it: Fleet, scans: dict[int, str], rng: random.Random) -> int:
    busy(it, scans, rng.uniform(0.1, 0.5))
    return kill_a_holder(it, scans)


def connections_cut(it: Fleet, scans: dict[int, str], rng: random.Random) -> int:
    cuts = 0
    while it.under_way(scans):
        time.sleep(rng.uniform(0.2, 2.0))
        cuts += it.database.cut()
    print(f"{cuts} connections cut")
    assert cuts > 20
    return 0


def server_restarted(it: Fleet, scans: dict[int, str], rng: random.Random) -> int:
    for share in (0.1, 0.3, 0.6):
        busy(it, scans, share)
        it.server.stop("immediate")
        time.sleep(rng.uniform(0.1, 5.0))
        it.server.start()
    return 0


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("harm", [left_alone, worker_killed, connections_cut, server_restarted])
def test_four_scans_of_two_organisations(tmp_path, harm):
    with fleet(tmp_path, sites=5, slots=2, checks=CHECKS) as it, Watch(it.one) as watch:
        expected = in_peace(it)
        assert len(expected) > 40
        scans = it.start(1, 2, 3, 4)
        check(it, scans, expected, lost=harm(it, scans, random.Random(time.time_ns())))
    assert watch.doubled() == []
