"""Many schedules due at the same minute: how soon all of their scans are queued, each once, whoever ticks.

    python -m bench.schedules [--schedules N] [--ticks M]

Fills a database of its own (SQLite, or what `VEDETTE_DATABASE` names) with N targets that are scheduled for the same
moment, and lets M processes tick as workers do, with everything else that a tick does. Target: all are queued within a
minute, exactly one scan and one occurrence for each. Exit code 1 when it is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any

WITHIN_S = 60.0
BEAT_S = 0.5
AT_ONCE = 500


def fill(count: int) -> None:
    """An organisation whose targets are all due now."""
    from django.core.management import call_command

    from vedette.server.kernel import clock, zones
    from vedette.server.kernel.ids import new_id
    from vedette.server.scans.services import profiles
    from vedette.server.schedules.models import Schedule
    from vedette.server.targets.models import Domain, Target
    from vedette.server.tenancy.services import setup

    call_command("migrate", verbosity=0, interactive=False)
    profiles.ensure_builtin()
    home = setup.create_organisation("Example")
    host = "shop.example.org"
    domain = Domain.objects.create(
        organisation=home, hostname=host, verified=True, method="file", checked_at=clock.now()
    )
    due = (clock.now() - timedelta(seconds=1)).replace(microsecond=0)
    when = {"start_date": due.date(), "start_time": due.time(), "recurrence": "d", "next_at": due, "due_at": due}
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        urls = [f"http://{host}/{number}/" for number in numbers]
        targets = Target.objects.bulk_create(
            Target(organisation=home, url=url, host=host, domain=domain, site_id_public=new_id()) for url in urls
        )
        Schedule.objects.bulk_create(
            Schedule(organisation=home, target=target, zone_data=zones.version(), **when) for target in targets
        )


def beat(owner: str) -> None:
    """Ticks until nothing is due; prints what it took as a line of JSON."""
    from vedette.server.jobs.tick import Tick
    from vedette.server.kernel import clock
    from vedette.server.schedules.models import Schedule
    from vedette.server.worker.serve import beat as one

    tick, slowest, beats = Tick(owner), 0.0, 0
    while Schedule.objects.filter(enabled=True, due_at__lte=clock.now()).exists():
        began = time.monotonic()
        one(tick)
        slowest, beats = max(slowest, time.monotonic() - began), beats + 1
        time.sleep(BEAT_S)
    print(json.dumps({"beats": beats, "slowest_s": slowest, "cpu_s": time.process_time()}))


def outcome() -> dict[str, int]:
    """What there is afterwards."""
    from django.db.models import Count

    from vedette.server.agents.models import Run
    from vedette.server.scans.models import Scan
    from vedette.server.schedules.models import Occurrence

    twice = Scan.objects.order_by().values("target").annotate(n=Count("id")).filter(n__gt=1).count()
    waiting = Run.objects.filter(state="waiting", kind="scan").count()
    return {"waiting": waiting, "occurrences": Occurrence.objects.filter(outcome="started").count(), "twice": twice}


def measured(count: int, ticks: int) -> bool:
    """Runs the processes and prints the figures; whether the target was reached."""
    from django.db import connection

    command = [sys.executable, "-m", "bench.schedules", "--beat"]
    began = time.monotonic()
    running = [subprocess.Popen([*command, f"bench:{number}"], stdout=subprocess.PIPE) for number in range(ticks)]
    told: list[dict[str, Any]] = [json.loads(process.communicate()[0]) for process in running]
    seconds = time.monotonic() - began
    found = outcome()
    slowest = max(one["slowest_s"] for one in told)
    print(f"{connection.vendor}, {ticks} tick(s), load {os.getloadavg()[0]:.1f}")
    print(
        f"{count:,} schedules queued in {seconds:.1f} s ({count / seconds:,.0f} a second), start of processes included"
    )
    cpu = sum(one["cpu_s"] for one in told)
    print(f"CPU {cpu:.1f} s, {cpu / count * 1000:.1f} ms for each; slowest beat {slowest:.2f} s; {found}")
    return seconds <= WITHIN_S and found == {"waiting": count, "occurrences": count, "twice": 0}


def main() -> int:
    """Fills, measures and judges."""
    options = argparse.ArgumentParser(description="Schedules due at the same minute")
    options.add_argument("--schedules", type=int, default=10_000)
    options.add_argument("--ticks", type=int, default=1)
    options.add_argument("--beat", default="", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.beat:
        django_up()
        beat(given.beat)
        return 0
    with tempfile.TemporaryDirectory(prefix="vedette-bench-") as folder:
        os.environ["VEDETTE_DATA_DIR"] = folder
        django_up()
        began = time.monotonic()
        fill(given.schedules)
        print(f"filled in {time.monotonic() - began:.1f} s", flush=True)
        reached = measured(given.schedules, given.ticks)
    print(f"target: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    from vedette.server.commands.boot import django_up

    sys.exit(main())
