"""Everybody at the same targets at the same time, on PostgreSQL: nobody is locked out, and nothing is lost."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, connections

from tests.server import factories
from vedette.contract.batch import Batch, StateChange
from vedette.contract.claim import Worker
from vedette.contract.events import FindingSeen, Rechecked, ScanFinished
from vedette.server.agents.models import Run
from vedette.server.audit import queries as audit_queries
from vedette.server.audit import services as audit
from vedette.server.findings.models import Finding, FindingCount
from vedette.server.findings.services import counts, triage
from vedette.server.jobs import database
from vedette.server.kernel import clock
from vedette.server.kernel.errors import DomainError
from vedette.server.scans import rules
from vedette.server.scans.models import Scan
from vedette.server.scans.services import committing, leasing, lifecycle, retesting
from vedette.server.targets.models import Target
from vedette.server.targets.services import targets as target_services
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor, system_actor
from vedette.server.tenancy.services import account, roles, teams

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer at a time: run tools/with_postgres.sh"
    ),
]
STORM_S = 20.0
FLAWS = tuple(factories.flaw(f"q{number}") for number in range(12))
Deed = Callable[[random.Random], object]


class Storm:
    """Threads that do what they are given over and over. `done` counts what was done and, with a `!`, what the rules
    refused; `failed` is what the database did."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []

    def blow(self, *deeds: Deed) -> None:
        """Returns when all are over."""
        threads = [threading.Thread(target=self._repeat, args=(deed, number)) for number, deed in enumerate(deeds)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _repeat(self, deed: Deed, number: int) -> None:
        rng = random.Random(number)
        name = deed.__name__
        try:
            while time.monotonic() < self._until:
                try:
                    deed(rng)
                    self.done[name] += 1
                except DomainError:
                    self.done[f"{name}!"] += 1
                except DatabaseError as error:
                    self.failed.append(f"{name}: {error}")
        finally:
            connections.close_all()


class Scene:
    """Two targets of one organisation, found wanting before; what happens to them at the same time."""

    def __init__(self) -> None:
        self.home = factories.organisation()
        self.actor: Actor = system_actor(self.home)
        self.targets = [factories.target(self.home) for _ in range(2)]
        for target in self.targets:
            factories.run_scan(target, *FLAWS[:6])
        self.team = teams.create(actor=self.actor, name="Team")
        self.person = factories.person(self.home, "developer")

    def target(self, rng: random.Random) -> Target:
        return Target.objects.select_related("organisation").get(pk=rng.choice(self.targets).pk)

    def work(self, rng: random.Random) -> None:
        """A worker: claims, commits findings, and ends in one way or another; sometimes without a word."""
        grant = leasing.claim(Worker(name=f"w:{threading.get_ident()}", pools=("default-short", "default")))
        if grant is None:
            time.sleep(0.01)
            return
        for number in range(1, rng.randrange(2, 6)):
            known = [FindingSeen(finding=one) for one in rng.sample(FLAWS, 3)]
            again = [Rechecked(finding=one.id, outcome="gone") for one in rng.sample(FLAWS, 2)]
            batch = Batch(grant.epoch, number, [*known, *again], [StateChange("head", "phase", str(number))])
            if committing.commit(grant.run, batch).stale:
                return
            leasing.heartbeat(grant.run, grant.epoch)
        ending = rng.choice(["finished", "finished", "time", "crashed", "silent"])
        if ending == "silent":
            Run.objects.filter(public_id=grant.run, epoch=grant.epoch).update(lease_until=clock.now())
            return
        if ending == "finished":
            last = Batch(grant.epoch, number + 1, [ScanFinished(verdict="findings", requests=3)])
            committing.commit(grant.run, last)
        leasing.release(grant.run, grant.epoch, ending)

    def start(self, rng: random.Random) -> None:
        lifecycle.start(actor=self.actor, target=self.target(rng))

    def retest(self, rng: random.Random) -> None:
        found = list(Finding.objects.filter(target=self.target(rng)).order_by("?")[:3])
        retesting.retest(actor=self.actor, findings=found)

    def control(self, rng: random.Random) -> None:
        scan = Scan.objects.select_related("organisation", "target").filter(completed_at=None).order_by("?").first()
        if scan is not None:
            word = rng.choice([lifecycle.pause, lifecycle.resume, lifecycle.resume, lifecycle.cancel])
            word(actor=self.actor, scan=scan)

    def triage(self, rng: random.Random) -> None:
        found = list(Finding.objects.filter(organisation=self.home).order_by("?")[:6])
        wish = rng.choice(
            [
                {"state": "accepted", "change_reason": "known"},
                {"state": "invalid"},
                {"state": "notfixed"},
                {"severity": rng.choice([10, 20, 30, 40])},
                {"comment": str(rng.random())},
            ]
        )
        triage.bulk_change(actor=self.actor, findings=found, **wish)

    def change(self, rng: random.Random) -> None:
        ids = [target.public_id for target in self.targets]
        rng.shuffle(ids)
        target_services.change_many(self.actor, ids, name=f"Shop {rng.random()}")

    def note(self, rng: random.Random) -> None:
        scan = Scan.objects.select_related("organisation", "target").order_by("?").first()
        assert scan is not None
        lifecycle.change(actor=self.actor, scan=scan, user_data=str(rng.random()))

    def stop_all(self, rng: random.Random) -> None:
        lifecycle.stop_all(actor=self.actor)
        time.sleep(0.02)
        account.lift_stop(actor=self.actor)
        time.sleep(0.2)

    def grant(self, rng: random.Random) -> None:
        """Refers to a row that `rename` locks, and locks one that `rename` refers to."""
        wish = roles.NewGrant(tenancy.builtin_role("analyst"), "team", self.team)
        roles.set_grants(actor=self.actor, holder=self.person, wanted=rng.choice([[wish], []]))

    def rename(self, rng: random.Random) -> None:
        teams.change(actor=self.actor, team=self.team, name=f"Team {rng.random()}")

    def settings(self, rng: random.Random) -> None:
        account.change_settings(actor=self.actor, require_approver_name=False, name=f"Acme {rng.random()}")

    def tick(self, rng: random.Random) -> None:
        leasing.sweep()
        time.sleep(0.02)

    def seal(self, rng: random.Random) -> None:
        database.work_off(f"here:{threading.get_ident()}")
        time.sleep(0.01)

    def check(self) -> None:
        """What was counted in passing is what counting gives, and every row agrees with its neighbours."""
        for target in self.targets:
            kept = FindingCount.objects.filter(target=target).exclude(count=0)
            assert {(row.severity, row.state): row.count for row in kept} == counts.counted(target_pk=target.pk)
            numbers = list(Finding.objects.filter(target=target).values_list("number", flat=True))
            assert len(set(numbers)) == len(numbers)
            target.refresh_from_db()
            opened = counts.counted(target_pk=target.pk)
            for severity, name in rules.COUNT_FIELDS.items():
                assert getattr(target, name) == opened.get((severity, "notfixed"), 0)
        for scan in Scan.objects.select_related("run", "target"):
            over = scan.completed_at is not None
            assert over == (scan.run.state == "done"), (scan.status, scan.run.state)
            assert over != (scan.target.running_scan_id == scan.pk), scan.status
        while audit.seal():
            continue
        assert audit_queries.verify(self.home) == []


def test_nobody_is_locked_out_and_nothing_is_lost():
    scene = Scene()
    storm = Storm(STORM_S)
    storm.blow(
        scene.work, scene.work, scene.work, scene.start, scene.retest, scene.control, scene.triage, scene.triage,
        scene.change, scene.note, scene.stop_all, scene.grant, scene.rename, scene.settings, scene.tick, scene.tick,
        scene.seal, scene.seal,
    )  # fmt: skip
    print(dict(storm.done))
    assert storm.failed == []
    idle = [name for name in ("work", "start", "retest", "control", "triage", "change", "seal") if not storm.done[name]]
    assert not idle, "it was never done"
    scene.check()
