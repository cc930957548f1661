"""Queued jobs worked off by two processes beside each other: each is done once, and again after a kill."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections import Counter

import pytest

from tests.journeys.databases import postgres, programs
from tests.journeys.platform import Platform, eventually

JOBS = 60
WORKER = """
import os, sys, time
from vedette.server.commands.boot import django_up

django_up()
from vedette.server.jobs import database
from vedette.server.jobs.registry import HANDLERS
from vedette.server.worker import machine, serve


def note(payload):
    with open(sys.argv[1], "a") as log:
        log.write(f"{payload['n']} {os.getpid()}\\n")
    # The first process that is given the long job is the one to be killed in the middle of it.
    if payload["n"] == "long" and not os.path.exists(sys.argv[1] + ".killed"):
        time.sleep(60)


HANDLERS["note"] = note
while True:
    serve.take_over()
    if not database.work_off(f"{machine.name()}:{os.getpid()}"):
        time.sleep(0.05)
"""
ASK = """
from django.db import transaction
from vedette.server.commands.boot import django_up

django_up()
from vedette.server.kernel.queue import enqueue

with transaction.atomic():
    for number in {numbers!r}:
        enqueue("note", payload={{"n": number}})
"""


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.long)])
def one(request, tmp_path):
    """A prepared instance of which no process runs."""
    with contextlib.ExitStack() as stack:
        server = ""
        if request.param == "postgresql":
            if programs() is None:
                pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
            server = stack.enter_context(postgres()).url
        made = Platform(tmp_path, allow="", server=server)
        stack.callback(made.stop)
        made.prepare()
        yield made


def python(one, code, *arguments):
    """A Python process that sees the instance's settings."""
    return subprocess.Popen([sys.executable, "-P", "-c", code, *arguments], env=one.environment)


def ask(one, numbers):
    assert python(one, ASK.format(numbers=list(numbers))).wait(timeout=120) == 0


def states(one):
    return dict(one.rows("SELECT state, COUNT(*) FROM server_queuedjob WHERE name = 'note' GROUP BY state"))


def noted(log):
    """The jobs that were begun, each with the process that did."""
    return [line.split() for line in log.read_text().splitlines()]


@pytest.fixture
def crew(one, tmp_path):
    """Two processes that work jobs off, and what they noted down."""
    log = tmp_path / "done.log"
    log.touch()
    workers = [python(one, WORKER, str(log)) for _ in range(2)]
    yield workers, log
    for worker in workers:
        worker.kill()
        worker.wait()


def test_each_job_is_done_once_and_again_when_its_process_was_killed(one, crew):
    workers, log = crew
    ask(one, range(JOBS))
    eventually(lambda: states(one) == {"done": JOBS}, within=120, what="all is done")
    assert Counter(number for number, _ in noted(log)) == Counter(str(number) for number in range(JOBS))
    assert one.rows("SELECT DISTINCT attempts FROM server_queuedjob WHERE name = 'note'") == [(1,)]

    ask(one, ["long"])
    eventually(lambda: len(noted(log)) > JOBS, within=120, what="the long job begins")
    log.with_name("done.log.killed").touch()
    victim = next(worker for worker in workers if worker.pid == int(noted(log)[-1][1]))
    victim.kill()
    victim.wait()
    # Long before its lease ends.
    eventually(lambda: states(one) == {"done": JOBS + 1}, within=30, what="the other process does it")
    assert [number for number, _ in noted(log)[JOBS:]] == ["long", "long"]
    assert one.rows("SELECT attempts FROM server_queuedjob WHERE attempts <> 1 AND name = 'note'") == [(2,)]
