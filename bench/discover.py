"""What a discovery finds of a company whose names are known, and how fast it asks.

    python -m bench.discover [--names N] [--rate Q]

A process of its own plays the company of `tests/sites/estate.py`: its name server with N common names beside those that
only a source, the records, a zone transfer, a certificate, a redirect or a guess tell of, wildcards and lame names, and
its web services. The engine searches it with everything it has, the whole word list included. Printed are the names
found of those that are there, by what tells of them, traps that were taken, and questions to the name server per second
and per second of CPU. Target: everything found, no trap.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import uvloop

from tests.sites.estate import OPEN, estate
from vedette.contract import wire
from vedette.contract.events import NameFound, PhaseFinished, ScanFinished, ServiceFound
from vedette.contract.job import Job
from vedette.engine.scan import run

SERVICES = 12
"""Web services that answer, whatever the number of names."""


async def _play(names: int) -> None:
    async with estate(names) as company:
        job = company.job(company.domain(), company.domain(OPEN))
        expected = {name: sorted(there) for name, there in company.expected.items()}
        expected["transfer"] = sorted({OPEN} | {f"zone-{number}k.{OPEN}" for number in range(70)})
        row = {"job": wire.dump(job), "expected": expected, "traps": sorted(company.traps)}
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


async def _search(job: Job) -> dict[str, Any]:
    names: set[str] = set()
    services: set[str] = set()
    phases: list[str] = []
    finished = ScanFinished(verdict="")
    wall, cpu = time.perf_counter(), time.process_time()
    async for batch in run(job):
        for event in batch.events:
            if isinstance(event, NameFound):
                names.add(event.name)
            elif isinstance(event, ServiceFound):
                services.add(event.url)
            elif isinstance(event, PhaseFinished):
                phases.append(f"{event.phase} {event.duration_s:.1f} s")
            elif isinstance(event, ScanFinished):
                finished = event
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"names": names, "services": services, "phases": phases, "finished": finished, "wall": wall, "cpu": cpu}


def _tell(played: dict[str, Any], found: dict[str, Any]) -> bool:
    whole = True
    for technique, names in played["expected"].items():
        seen = found["names"] & set(names)
        whole = whole and len(seen) == len(names)
        print(f"{technique:12} {len(seen):4} of {len(names):4} names")
    expected = {name for names in played["expected"].values() for name in names}
    traps = sorted(found["names"] & set(played["traps"]))
    surplus = found["names"] - expected
    print(
        f"{'all':12} {len(found['names'] & expected):4} of {len(expected):4} names, {len(surplus)} that are not there"
    )
    print(f"traps taken: {', '.join(traps) or 'none'}")
    print(f"web services: {len(found['services'])} of {SERVICES}")
    queries = found["finished"].coverage["queries"]
    print(f"phases: {', '.join(found['phases'])}")
    print(f"{queries:,} questions in {found['wall']:.1f} s: {queries / found['wall']:,.0f} a second, "
          f"{queries / found['cpu']:,.0f} a second of CPU, services included")  # fmt: skip
    print(f"verdict: {found['finished'].verdict}")
    return whole and not traps and not surplus and len(found["services"]) == SERVICES


def main() -> int:
    """0 when everything was found and nothing else."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--names", type=int, default=400)
    parser.add_argument("--rate", type=float, default=0.0, help="questions a second (0: no ceiling)")
    parser.add_argument("--play", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.play:
        uvloop.run(_play(options.names))
        return 0
    command = [sys.executable, "-m", "bench.discover", "--play", "--names", str(options.names)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as company:
        assert company.stdin is not None and company.stdout is not None
        played = json.loads(company.stdout.readline())
        job = wire.load(Job, played["job"])
        wanted = replace(job.discovery, queries_per_second=options.rate) if job.discovery else None
        found = uvloop.run(_search(replace(job, discovery=wanted)))
        company.stdin.close()
    return 0 if _tell(played, found) else 1


if __name__ == "__main__":
    sys.exit(main())
