"""How fast lists, details and changes are with many findings, over HTTP, with ten clients at one request a second each.

    python -m bench.api [--findings N] [--seconds S] [--data DIR]

Fills an organisation (1,000 targets, 20,000 scans, 1,000,000 findings unless told otherwise; minutes and 3 GB) in a
temporary directory, or in DIR, which is kept and used again. The database is SQLite there, or what VEDETTE_DATABASE
names; on PostgreSQL keep DIR together with its database. Then the real web process answers: one request at a time at
first, which tells what each costs in CPU, then the ten clients. Totals are cached for ten seconds at most, so that
nearly every request meets a cold cache.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.server import figures
from bench.server.client import Client, Reply
from bench.server.web import Web, load

CLIENTS = 10
EVERY_S = 1.0
ALONE = 6
"""Requests of each route, one at a time, before the clients begin."""
STEP = 7
"""Each client begins so many routes further on than the one before."""


class Choice:
    """What a client may ask about, chosen by its own random numbers. `known` is what filling left."""

    def __init__(self, known: dict[str, Any], number: int) -> None:
        self.known = known
        self.random = random.Random(number)
        # Findings of its own to change, so that no two clients undo each other's work.
        self.own = [one for place, one in enumerate(known["sample"]) if place % (CLIENTS + 1) == number]

    def one(self, name: str) -> str:
        """A target, label, person, check or word."""
        return str(self.random.choice(self.known[name]))

    def finding(self) -> tuple[str, str, int]:
        """A finding's id, its target's id and its number there."""
        public_id, target, number = self.random.choice(self.known["sample"])
        return public_id, target, number

    def filter(self, words: dict[str, Any]) -> str:
        """One condition or several that an index serves, in the words of pages or of the dialect."""
        severity, other = self.random.sample(words["severity"], 2)
        state = self.random.choice(("notfixed", "fixed", "accepted", "invalid"))
        options: list[list[tuple[str, str]]] = [
            [("severity", severity)],
            [("state", state)],
            [("severity", severity), ("severity", other), ("state", state)],
            [("target", self.one("targets"))],
            [("target", self.one("targets")), ("state", state)],
            [("assignee", self.one("people")), ("state", "notfixed")],
            [("label", self.one("labels")), ("state", state)],
            [("new", words["yes"])],
            *([[("check", self.one("checks")), ("state", state)]] if words["check"] else []),
        ]
        return urlencode(self.random.choice(options))

    def text(self) -> str:
        """Words to look for: a common one, a rare one, two at once, a host."""
        rare = str(self.random.randrange(1000, 10_000))
        host = f"{self.one('words')}{self.random.randrange(1000)}"
        return self.random.choice((self.one("words"), rare, f"{self.one('words')} {self.one('words')}", host))


PAGES = {"severity": ["critical", "high", "medium", "low"], "yes": "yes", "check": True}
DIALECT = {"severity": ["40", "30", "20", "10"], "yes": "true", "check": False}
CHARTS = ("severity-trend", "flow", "repairs", "risk", "risk-trend")
DASHBOARD = (
    "aggregated-risk-trend",
    "average-fix-time",
    "fixed-vulnerabilities-trend",
    "needs-attention-pie",
    "needs-attention-top",
    "risk-trend",
    "severity-trend",
)
TARGET_CHARTS = ("average_fix_time", "risk_trend", "severity_trend", "top_vulns")
TABS = ("evidence", "fix", "history", "notes")
Ask = Callable[[Client, Choice], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """Something that clients ask for, with its p95 in milliseconds."""

    name: str
    target_ms: float
    ask: Ask


def plain(path: str) -> Ask:
    """Always the same address."""
    return lambda client, choice: client.get(path)


def built(make: Callable[[Choice], str]) -> Ask:
    """An address that is made anew each time."""
    return lambda client, choice: client.get(make(choice))


def last_page(client: Client, choice: Choice) -> Reply:
    """The last page of a list whose length is known."""
    state = choice.random.choice(("", "&state=notfixed", "&state=fixed"))
    pages = choice.known.setdefault("pages", {})
    if state not in pages:
        pages[state] = json.loads(client.get(f"/findings/?length=50{state}").body)["page_total"]
    return client.get(f"/findings/?length=50&page={pages[state]}{state}")


def decide_on_page(client: Client, choice: Choice) -> Reply:
    """Marks a finding as a false positive, or takes that back."""
    public_id, _, _ = choice.random.choice(choice.own)
    marked: set[str] = choice.known.setdefault("marked", set())
    word = "reopen" if public_id in marked else "invalid"
    marked ^= {public_id}
    return client.post(f"/ui/findings/decide/{word}/", {"ids": public_id, "change_reason": "Looked at."})


def decide_in_dialect(client: Client, choice: Choice) -> Reply:
    """The same through the dialect."""
    public_id, target, number = choice.random.choice(choice.own)
    marked: set[str] = choice.known.setdefault("marked", set())
    state = "notfixed" if public_id in marked else "accepted"
    marked ^= {public_id}
    return client.patch(f"/targets/{target}/findings/{number}/", {"state": state, "change_reason": "Looked at."})


def numbered(choice: Choice) -> str:
    """A finding in the dialect."""
    _, target, number = choice.finding()
    return f"/targets/{target}/findings/{number}/"


ROUTES = (
    Route("page: findings, all", 100, plain("/ui/findings/?state=all")),
    Route("page: findings, open", 100, plain("/ui/findings/")),
    Route("page: findings, by filter", 100, built(lambda one: f"/ui/findings/?{one.filter(PAGES)}")),
    Route(
        "page: findings, other order",
        100,
        built(lambda one: f"/ui/findings/?sort=-last_found&{one.filter(PAGES)}"),
    ),
    Route(
        "page: findings, further on",
        100,
        built(lambda one: f"/ui/findings/?state=notfixed&page={one.random.randrange(2, 40)}"),
    ),
    Route("page: findings, free text", 500, built(lambda one: f"/ui/findings/?{urlencode({'q': one.text()})}")),
    Route("page: targets", 100, plain("/ui/targets/")),
    Route("page: scans", 100, plain("/ui/scans/")),
    Route("page: finding", 100, built(lambda one: f"/ui/findings/{one.finding()[0]}/{one.random.choice(TABS)}/")),
    Route("page: finding at the side", 100, built(lambda one: f"/ui/findings/{one.finding()[0]}/peek/")),
    Route("page: decision", 100, decide_on_page),
    Route("page: overview", 200, plain("/ui/")),
    Route("page: overview's change", 200, plain("/ui/overview/change/")),
    Route("page: overview's charts", 200, built(lambda one: f"/ui/charts/{one.random.choice(CHARTS)}/")),
    Route("dialect: findings", 100, plain("/findings/?length=50")),
    Route("dialect: findings, by filter", 100, built(lambda one: f"/findings/?length=50&{one.filter(DIALECT)}")),
    Route(
        "dialect: findings of a target",
        100,
        built(lambda one: f"/targets/{one.one('targets')}/findings/?length=50"),
    ),
    Route(
        "dialect: findings, free text",
        500,
        built(lambda one: f"/findings/?{urlencode({'length': '50', 'search': one.text()})}"),
    ),
    Route("dialect: findings, last page", 300, last_page),
    Route("dialect: targets", 100, plain("/targets/?length=50")),
    Route("dialect: scans", 100, plain("/scans/?length=50")),
    Route("dialect: finding", 100, built(numbered)),
    Route("dialect: decision", 100, decide_in_dialect),
    Route("dialect: charts", 200, built(lambda one: f"/dashboard/{one.random.choice(DASHBOARD)}/")),
    Route("dialect: commonest flaws", 500, plain("/dashboard/top-vulnerabilities/")),
    Route(
        "dialect: charts of a target",
        200,
        built(lambda one: f"/targets/{one.one('targets')}/{one.random.choice(TARGET_CHARTS)}/"),
    ),
)


def signed_in(port: int, known: dict[str, Any]) -> Client:
    """A client with a session and a key."""
    client = Client(port, known["key"])
    client.sign_in(known["email"], known["password"])
    return client


def asked(route: Route, client: Client, choice: Choice, faults: list[str]) -> float:
    """Seconds that one request took."""
    reply = route.ask(client, choice)
    if reply.status != 200:
        faults.append(f"{route.name}: {reply.status} {reply.body[:200]!r}")
    return reply.seconds


def alone(web: Web, known: dict[str, Any], faults: list[str]) -> None:
    """Prints what each route costs with nobody else there: seconds of CPU of the web process, and of the clock."""
    client, choice = signed_in(web.port, known), Choice(known, CLIENTS)
    print("one at a time, in ms")
    figures.head("n", "CPU", "first", "p50", "max")
    for route in ROUTES:
        before = web.cpu_s()
        took = [1000 * asked(route, client, choice, faults) for _ in range(ALONE)]
        cpu = (web.cpu_s() - before) * 1000 / ALONE
        half = figures.percentile(took, 0.5)
        print(f"{route.name:34s}{ALONE:9d}{cpu:9.1f}{took[0]:9.1f}{half:9.1f}{max(took):9.1f}", flush=True)


def together(web: Web, known: dict[str, Any], seconds: float, faults: list[str]) -> bool:
    """Prints how ten clients fare; whether every target was met."""
    took: dict[str, list[float]] = {route.name: [] for route in ROUTES}
    clients = [signed_in(web.port, known) for _ in range(CLIENTS)]
    began, cpu = time.monotonic() + 0.5, web.cpu_s()

    def drive(number: int) -> None:
        client, choice = clients[number], Choice(known, number)
        start = began + number * EVERY_S / CLIENTS
        for count in range(int(seconds / EVERY_S)):
            time.sleep(max(0.0, start + count * EVERY_S - time.monotonic()))
            route = ROUTES[(number * STEP + count) % len(ROUTES)]
            took[route.name].append(asked(route, client, choice, faults))

    threads = [threading.Thread(target=drive, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.monotonic() - began
    print(f"ten clients, one request a second each, for {wall:.0f} s; in ms")
    figures.head("n", "p50", "p95", "max", "target")
    kept = [figures.row(route.name, took[route.name], route.target_ms) for route in ROUTES if took[route.name]]
    every = [one for some in took.values() for one in some]
    print(f"{len(every)} requests, web process: {(web.cpu_s() - cpu) / wall:.0%} of one core, {web.memory_mb():.0f} MB")
    return all(kept)


@contextlib.contextmanager
def place(given: Path | None) -> Iterator[Path]:
    """Where the data lies: as named, and kept, or for this time only."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="vedette-bench-") as folder:
        yield Path(folder)


def filled(folder: Path, findings: int) -> dict[str, Any]:
    """Fills the database, unless that was done before; what clients need to know."""
    os.environ["VEDETTE_DATA_DIR"] = str(folder)
    command = [sys.executable, "-m", "bench.server.fill", "--findings", str(findings)]
    subprocess.run(command, check=True)
    known: dict[str, Any] = json.loads((folder / "bench.json").read_text())
    return known


def main() -> int:
    """Prints the figures; fails when a target is missed or a request was not answered."""
    options = argparse.ArgumentParser(description="Answers with many findings")
    options.add_argument("--findings", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=120.0)
    options.add_argument("--data", type=Path)
    given = options.parse_args()
    faults: list[str] = []
    with place(given.data) as folder:
        known = filled(folder, given.findings)
        print(f"{known['findings']:,} findings, database {known['database_mb']:,.0f} MB when filled, {load()}")
        with Web(folder) as web:
            alone(web, known, faults)
            kept = together(web, known, given.seconds, faults)
    print(load())
    for fault in sorted(set(faults))[:10]:
        print(f"not answered: {fault}")
    print(f"targets: {'reached' if kept and not faults else 'MISSED'}")
    return 0 if kept and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
