"""Slices, workers, web process and database connection are taken away at random instants: every scan ends in a final
state with the findings of an undisturbed one, none twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter

import pytest

from tests.journeys.platform import Platform, free_port, platform, practice_shop

LOCKED_S = 30.0


def undisturbed(tmp_path, port):
    """What a scan finds when it is left in peace."""
    folder = tmp_path / "peace"
    folder.mkdir()
    with practice_shop(port) as shop, platform(folder, shop) as peace:
        target = peace.add_target(f"{shop.url}/")
        assert peace.await_end(peace.scan(target)) == "completed"
        return peace.identities(target)


class Faults:
    """Does harm. `done` counts what was hit."""

    def __init__(self, one: Platform, rng: random.Random, *, locked_s: float) -> None:
        self.one = one
        self.rng = rng
        self.locked_s = locked_s
        self.done: Counter[str] = Counter()
        self.threads: list[threading.Thread] = []

    def strike(self, kind: str) -> None:
        """One fault of this kind."""
        if kind == "slice":
            # Three epochs in a row that commit nothing end a scan, so a slice is let come to its first batch.
            began = self.one.rows("SELECT last_batch FROM server_run WHERE kind = 'scan' AND state = 'claimed'")
            for pid in self.one.slices()[:1] if began and began[0][0] else []:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.done["slice"] += 1
        elif kind in ("worker", "web"):
            self.one.kill(kind)
            self.done[kind] += 1
            self.one.start(kind)
        else:
            self.threads.append(self.one.database.disturb(self.locked_s))
            self.done["database"] += 1

    def over(self) -> None:
        """Waits until the last of them is over."""
        for thread in self.threads:
            thread.join()


def disturbed(tmp_path, port, rng, *, kinds, strikes, pause, locked_s=LOCKED_S):
    """A scan under faults; its findings and what was hit."""
    folder = tmp_path / f"faults-{rng.random()}"
    folder.mkdir()
    with practice_shop(port) as shop, platform(folder, shop) as one:
        target = one.add_target(f"{shop.url}/")
        scan = one.scan(target)
        faults = Faults(one, rng, locked_s=locked_s)
        while sum(faults.done.values()) < strikes:
            time.sleep(rng.uniform(*pause))
            if one.status(scan) in ("completed", "failed", "canceled"):
                break
            faults.strike(rng.choice(kinds))
        faults.over()
        status = one.await_end(scan, within=400)
        return status, one.identities(target), faults.done, len(one.rows("SELECT id FROM server_scan"))


def check(result, expected):
    status, found, done, scans = result
    assert status == "completed", (status, done)
    assert found == expected, (set(found) ^ set(expected), done)
    assert len({identity for identity, _ in found}) == len(found)
    assert scans == 1
    return done


@pytest.mark.long
def test_a_few_faults_change_nothing(tmp_path):
    port = free_port()
    expected = undisturbed(tmp_path, port)
    assert len(expected) > 20
    kinds = ["slice", "worker", "web", "database"]
    done = check(
        disturbed(tmp_path, port, random.Random(5), kinds=kinds, strikes=4, pause=(1.0, 3.0), locked_s=4.0), expected
    )
    assert sum(done.values()) >= 2, done


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_faults_change_nothing(tmp_path):
    port = free_port()
    expected = undisturbed(tmp_path, port)
    total: Counter[str] = Counter()
    rng = random.Random(time.time_ns())
    while sum(total.values()) < 100:
        kinds = ["slice"] * 5 + ["worker"] * 5 + ["web"] * 5 + (["database"] if total["database"] < 5 else [])
        total += check(disturbed(tmp_path, port, rng, kinds=kinds, strikes=12, pause=(0.3, 2.5)), expected)
        print(dict(total))
    assert min(total[kind] for kind in ("slice", "worker", "web", "database")) > 0, total
