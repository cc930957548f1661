"""What the crawl reaches of a site whose links hide behind everything that a person could do.

Serves the pages of `tests/sites/reach_*.py`, each of which hides links in one way and anew on every run, scans them
through the engine with no checks, and prints what was asked for by group of behaviour, pages per second, and the
memory of the engine and of its browser (proportional set size).

Run: `python bench/reach.py [group or behaviour ...]`. Target: everything found.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.sites import reach_apps, reach_events, reach_traffic, reach_traps, reach_widgets
from tests.sites.reach_server import PAGES, ReachSite, serve
from vedette.contract.events import EndpointFound
from vedette.contract.job import Job, Limits, Profile
from vedette.engine.scan import run

SITES = (reach_apps, reach_events, reach_traffic, reach_traps, reach_widgets)
MAX_TIME_S = 900.0


class Memory:
    """The greatest proportional set sizes seen, in megabytes: of this process, and of all those that it started."""

    def __init__(self) -> None:
        self.engine = 0.0
        self.browser = 0.0

    async def watch(self) -> None:
        """Looks twice a second until it is cancelled."""
        while True:
            sizes = {pid: await asyncio.to_thread(_pss, pid) for pid in _family(os.getpid())}
            own = sizes.pop(os.getpid(), 0.0)
            self.engine = max(self.engine, own)
            self.browser = max(self.browser, sum(sizes.values()))
            await asyncio.sleep(0.5)


def _family(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                stat = (entry / "stat").read_text()
                parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


def _pss(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


@contextlib.asynccontextmanager
async def watching() -> AsyncIterator[Memory]:
    """The memory, watched until the block ends."""
    memory = Memory()
    task = asyncio.ensure_future(memory.watch())
    try:
        yield memory
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def crawl(site: ReachSite) -> int:
    """Scans a site with one check that has next to nothing to do; how many endpoints the crawl found."""
    address = site.url.partition("://")[2].strip("/")
    limits = Limits(rate=0, slice_s=0, max_time_s=MAX_TIME_S)
    job = Job(
        id="bench",
        start_urls=(site.url,),
        limits=limits,
        profile=Profile.NORMAL,
        checks=("headers",),
        allow_private=(address,),
    )
    found = 0
    async for batch in run(job):
        found += sum(isinstance(event, EndpointFound) for event in batch.events)
    return found


def names_of(wanted: list[str]) -> list[str]:
    """The behaviours of these groups or names; all for none."""
    return [name for name, (group, _) in PAGES.items() if not wanted or name in wanted or group in wanted]


def main() -> int:
    """Prints the figures; 1 when something was missed."""
    names = names_of(sys.argv[1:])
    started = time.monotonic()

    async def measured(site: ReachSite) -> tuple[int, Memory]:
        async with watching() as memory:
            return await crawl(site), memory

    with serve(names) as site:
        endpoints, memory = asyncio.run(measured(site))
        spent = time.monotonic() - started
        for group in dict.fromkeys(PAGES[name][0] for name in names):
            members = [name for name in names if PAGES[name][0] == group]
            got = sum(site.found(name) for name in members)
            print(f"{group:<12}{got:>4}/{sum(len(site.expected[name]) for name in members)}")
        got = sum(map(site.found, names))
        print(f"{'all':<12}{got:>4}/{sum(map(len, site.expected.values()))}")
        print(f"{len(names)} pages, {endpoints} endpoints, {len(site.asked)} requests in {spent:.1f} s")
        print(
            f"{len(names) / spent:.2f} pages a second; engine {memory.engine:.0f} MB, browser {memory.browser:.0f} MB"
        )
        for name in site.missed():
            print(f"missed {name}")
        return int(bool(site.missed()))


if __name__ == "__main__":
    sys.exit(main())
