"""One worker that commits batches at full speed: `python -m bench.server.writer --seconds S --events N --target PK`.

The place is what `VEDETTE_DATA_DIR` names. A run of its own is claimed and its batches go through the same service as
those of a worker; what they hold is made up, in the proportions of a real scan. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from typing import Any

from vedette.server.commands.boot import django_up

django_up()

from django.db import OperationalError, connection, transaction  # noqa: E402 - after Django

from bench.server.fill import WORDS, progress_of  # noqa: E402
from vedette.contract.batch import Batch, StateChange  # noqa: E402
from vedette.contract.checkinfo import ProofLevel, Severity  # noqa: E402
from vedette.contract.events import EndpointFound, Event, FindingSeen, PointTested, Written  # noqa: E402
from vedette.contract.exchange import Exchange, Request, Response, Step  # noqa: E402
from vedette.contract.finding import Finding, Identity, Location  # noqa: E402
from vedette.server.agents.models import Run  # noqa: E402
from vedette.server.kernel import clock  # noqa: E402
from vedette.server.scans.models import Scan  # noqa: E402
from vedette.server.scans.services import committing, lifecycle  # noqa: E402
from vedette.server.targets.models import Target  # noqa: E402
from vedette.server.tenancy.actor import system_actor  # noqa: E402

_SEVERITIES = (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_CHECKS = ("xss-reflected", "headers", "cookies", "sqli-error", "open-redirect")


def claimed(target: Target) -> Run:
    """A run that nobody else takes, its scan started."""
    scan = lifecycle.start(actor=system_actor(target.organisation), target=target)
    Run.objects.filter(pk=scan.run_id).update(
        state="claimed", epoch=1, worker="bench", lease_until=clock.now() + committing.agents._LEASE
    )
    Scan.objects.filter(pk=scan.pk).update(status="started", started_at=clock.now())
    return Run.objects.get(pk=scan.run_id)


class Made:
    """Batches of about so many events, with the rows of resume state that come with them."""

    def __init__(self, host: str, size: int, seed: int) -> None:
        self.host, self.size = host, size
        self.chance = random.Random(seed)
        self.body = "".join(f"<p>{self.chance.choice(WORDS)} {self.chance.random()}</p>" for _ in range(150))
        self.number = self.requests = 0

    def batch(self, number: int) -> Batch:
        """The next one."""
        events = [self._event() for _ in range(self.size)]
        if number % max(1, 40 // self.size) == 0:
            self.requests += 50
            events.append(progress_of(self.host, self.requests))
        return Batch(1, number, events, list(self._state(len(events))))

    def _event(self) -> Event:
        self.number += 1
        roll = self.chance.random()
        url = f"https://{self.host}/{self.chance.choice(WORDS)}/{self.number}?{self.chance.choice(WORDS)}=1"
        if roll < 0.12:
            return FindingSeen(finding=self._finding(url))
        if roll < 0.52:
            return EndpointFound(
                method="GET", url=url, status=200, source="link", template=f"https://{self.host}/x/{{}}"
            )
        if roll < 0.85:
            outcomes = dict.fromkeys((*_CHECKS, "path-traversal", "ssti", "xxe"), "tested")
            point = f"{self.number:064x}"
            return PointTested(point=point, method="GET", url=url, point_kind="query", parameter="q", outcomes=outcomes)
        return Written(method="POST", url=url, marker=f"vedette{self.number}")

    def _finding(self, url: str) -> Finding:
        # One in three was seen before, as when a target is scanned again.
        name = f"p{self.number if self.chance.random() > 0.3 else self.chance.randrange(self.number)}"
        check = self.chance.choice(_CHECKS)
        request = Request("GET", url, (("Host", self.host), ("User-Agent", "Vedette")))
        body = f"<!doctype html>{self.number}{self.body}".encode()
        exchange = Exchange(request, Response(200, (("Content-Type", "text/html"),), body), sent_at=1e9)
        return Finding(
            identity=Identity(check, (("path", "GET /x/{}"), ("parameter", name))), check=check, title="A flaw",
            severity=self.chance.choice(_SEVERITIES), proof=ProofLevel.CONFIRMED, detail="What was sent came back.",
            location=Location(url=url, path="/x/{}", kind="query", parameter=name), cwe=(79,), request=request,
            steps=(Step("control", exchange, control=True), Step("proof", exchange, ("1",))),
        )  # fmt: skip

    def _state(self, events: int) -> Iterator[StateChange]:
        for step in range(max(3, events)):
            yield StateChange(
                "units", f"done:light|light.1|{self.number}:{step}", f'{{"at": {self.number}, "more": "{step:040}"}}'
            )
        yield StateChange("head", "spent", json.dumps({"requests": self.requests, "text": "x" * 150}))
        yield StateChange("frontier", f"pending:{max(0, self.number - 50)}", None)


class Held:
    """How long the write lock was held, transaction by transaction: from its word until the commit was done."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._began = 0.0
        commit = connection._commit

        def committed() -> Any:
            found = commit()
            self.seconds.append(time.perf_counter() - self._began)
            return found

        connection._commit = committed  # type: ignore[method-assign]

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if sql.startswith("BEGIN"):
            self._began = time.perf_counter()
        return found


def write(target: Target, seconds: float, events: int, seed: int) -> dict[str, Any]:
    """Commits until the time is up."""
    run, made, held = claimed(target), Made(target.host, events, seed), Held()
    figures: dict[str, Any] = {"events": 0, "batches": 0, "busy": 0, "waited": [], "prepare_s": 0.0}
    cpu, began = time.process_time(), time.perf_counter()
    with connection.execute_wrapper(held):
        while time.perf_counter() - began < seconds:
            made_at = time.process_time()
            batch = made.batch(figures["batches"] + 1)
            figures["prepare_s"] += time.process_time() - made_at
            asked = time.perf_counter()
            try:
                answer = committing.commit(run.public_id, batch)
            except OperationalError:
                figures["busy"] += 1
                continue
            assert not answer.stale
            figures["waited"].append(time.perf_counter() - asked)
            figures["events"] += len(batch.events)
            figures["batches"] += 1
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        figures["synchronous"] = cursor.fetchone()[0]
    cpu_s = time.process_time() - cpu - figures.pop("prepare_s")
    return {**figures, "held": held.seconds, "seconds": took, "cpu_s": cpu_s}


def main() -> None:
    """Writes and prints."""
    options = argparse.ArgumentParser(description="A worker that commits at full speed")
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--events", type=int, default=40)
    options.add_argument("--number", type=int, default=0, help="which of the targets without a scan")
    given = options.parse_args()
    free = Target.objects.filter(running_scan=None).select_related("organisation", "domain").order_by("-pk")
    with transaction.atomic():
        target = free.filter(domain__verified=True)[given.number]
    print(json.dumps(write(target, given.seconds, given.events, given.number)))


if __name__ == "__main__":
    main()
