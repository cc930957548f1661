"""How soon `vedette up` is ready on an empty data directory, and what it takes of the memory while nothing happens.

    python -m bench.idle [--after SECONDS] [--pages]

Prints the seconds until the first page, and the proportional set size of every process of the tree some time after (60
s). With --pages the set-up page, a list and the health pages were asked for once before. Targets: ready in 10 s on two
idle cores, less than 300 MB in all. Ends by itself; exit code 1 when a target is missed. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

READY_S = 10.0
MOST_MB = 300.0
PATIENCE_S = 120.0
PAGES = ("/ui/account/login/", "/targets/", "/api/1.0/account/me", "/readyz", "/metrics")


def tree(pid: int) -> list[int]:
    """A process and all it has started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(path.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def pss_mb(pid: int) -> float:
    """The proportional set size of a process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def name_of(pid: int) -> str:
    """What a process is, by its command line."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    known = ("vedette.server.commands.running", "vedette.server.worker", "granian")
    return next((word for word in words if word in known), " ".join(words)[:40])


def visit(address: str, link: str) -> None:
    """Asks for a few pages, so that what they need is loaded."""
    for url in (link, *(address + path for path in PAGES)):
        with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(url, timeout=30) as answer:
            answer.read()


def measure(process: subprocess.Popen[str], after: float, pages: bool) -> tuple[float, float]:
    """Seconds until ready, and MB."""
    started = time.monotonic()
    assert process.stdout is not None
    address = re.search(r"(http://\S+)/ui/", process.stdout.readline())
    ready = time.monotonic() - started
    if address is None:
        raise SystemExit("the platform did not start")
    link = process.stdout.readline().split()[-1]
    print(f"ready after {ready:.1f} s")
    if pages:
        visit(address[1], link)
    time.sleep(after)
    total = 0.0
    for pid in tree(process.pid):
        size = pss_mb(pid)
        total += size
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
        print(f"{size:7.1f} MB  {threads:2} threads  {name_of(pid)}")
    print(f"{total:7.1f} MB  PSS of the whole tree, {after:.0f} s after it was ready{', pages loaded' * pages}")
    return ready, total


def main() -> int:
    """Returns 1 when a target is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--after", type=float, default=60.0)
    parser.add_argument("--pages", action="store_true")
    given = parser.parse_args()
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("VEDETTE_", "DJANGO_"))}
    with tempfile.TemporaryDirectory(prefix="vedette-idle-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "vedette", "up", "--port", "0", "--data-dir", f"{folder}/data"],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            ready, total = measure(process, min(given.after, PATIENCE_S), given.pages)
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
            if process.stdout:
                process.stdout.close()
    return int(ready > READY_S or total > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
