"""Carriers that run beside a test, with the site that they scan."""

from __future__ import annotations

import contextlib
import os
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.agent.memory_master import Kept, MemoryMaster
from tests.sites.echo import Echo, echo
from vedette.agent.carrier import Carrier
from vedette.contract.claim import Worker
from vedette.contract.job import Job, Limits

SECRET = {"tokens": {"secret": '"00112233445566778899aabbccddeeff"'}}
"""A state that fixes what tokens are made of: two scans then send the very same bytes."""

CHECKS = ("xss-reflected", "redirect", "headers", "cookies")


def fast(times: float) -> Callable[[], float]:
    """A clock that runs faster than the real one."""
    return lambda: time.monotonic() * times


def job_for(url: str, limits: dict[str, Any] | None = None, **changes: Any) -> Job:
    """A job without ceilings for a site on loopback; what it says of private ranges is for the worker to ignore."""
    bounds = {"rate": 0.0, "slice_s": 0.0, **(limits or {})}
    given = {"checks": CHECKS, "allow_private": ("10.0.0.0/8",), "browser": False, **changes}
    return Job(id="t", start_urls=(url,), limits=Limits(**bounds), **given)


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Returns as soon as the condition holds; fails when it does not in time."""
    waiter = threading.Event()
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        waiter.wait(0.01)


def runs(pid: int) -> bool:
    """Whether the process is there, and no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def slices_of(parent: int | None = None) -> list[int]:
    """The processes that this one (or the given one) has started and that still run, without the browser that tests of
    pages share."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            ours = int(fields[1]) == (parent or os.getpid()) and fields[0] != "Z"
            if ours and b"run-driver" not in (path / "cmdline").read_bytes().split(b"\0"):
                found.append(int(path.name))
    return found


@contextlib.contextmanager
def carrying(
    master: MemoryMaster, *, urls: tuple[str, ...] = (), clock: Callable[[], float] = time.monotonic, **options: Any
) -> Iterator[Carrier]:
    """A carrier at work whose operator permits the ports of the URLs, stopped at the end."""
    private = tuple(f"127.0.0.1:{urlsplit(url).port}" for url in urls)
    carrier = Carrier(master, Worker(name="w", allow_private=private), clock=clock, **{"poll_s": 0.05, **options})
    thread = threading.Thread(target=carrier.run, daemon=True)
    thread.start()
    try:
        yield carrier
    finally:
        carrier.stop()
        thread.join(60)
        assert not thread.is_alive()


class Log:
    """When each request arrived."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def __call__(self, target: str) -> None:
        self.at.append(time.monotonic())


@contextlib.contextmanager
def site(delay: float = 0.0, hang: Callable[[str], object] = lambda _: None) -> Iterator[tuple[Echo, Log]]:
    """The echo site and its log; `hang` is called with each target before it is answered."""
    log = Log()

    def on_request(target: str) -> None:
        log(target)
        hang(target)

    with echo(delay=delay, on_request=on_request) as served:
        yield served, log


def fake(code: str) -> tuple[str, ...]:
    """A command that runs these lines instead of a slice. They find `grant`, `send(message)`, `receive()`."""
    frame = """
        import json, os, signal, sys, time
        def send(message):
            sys.stdout.write(json.dumps(message) + "\\n")
            sys.stdout.flush()
        def receive():
            return json.loads(sys.stdin.readline() or "{}")
        def batch(number, events=(), state=()):
            send({"batch": {"epoch": grant["epoch"], "batch": number, "events": list(events), "state": list(state)}})
        grant = receive()["grant"]
    """
    return (sys.executable, "-c", textwrap.dedent(frame) + textwrap.dedent(code))


def released(kept: Kept, seconds: float = 15.0) -> tuple[str, str, float]:
    """The first release of a run, waited for."""
    until(lambda: kept.releases, seconds)
    return kept.releases[0]
