"""How much memory a scan of 50,000 pages takes, as the command line runs it: journal, collector and all.

    python -m bench.memory [--sections N] [--profile lightning|normal] [--top]

A child process serves generated pages of about 4 KB with 60 links in several layouts, some of them near-duplicates,
with one form; another child scans them. `--top` lists where the scanner's memory was allocated (slow). Target: less
than 300 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import uvloop

from vedette.cli.collector import Collector
from vedette.cli.journal import Journal
from vedette.cli.run import run_job
from vedette.contract.job import Job, Limits, Profile

TARGET_MB = 300
ITEMS = 36
"""Pages of a section that differ in their number; the crawl samples where there are more than 40 of a kind."""

SECTIONS = 1_050
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CHANCE = random.Random(1)
WORDS = ["".join(_CHANCE.choices(LETTERS, k=_CHANCE.randrange(3, 8))) for _ in range(4_000)]
_index: dict[str, int] = {}
"""Sections by their names."""


def name_of(section: int) -> str:
    """A plain word for a section, no two alike."""
    return "".join(LETTERS[section // 26**place % 26] for place in (2, 1, 0)) + "ware"


def page(target: str, sections: int) -> bytes:
    """The page of an address, empty when there is none: `/NAME/NUMBER` are items, `?print=1` their near-duplicates."""
    path = target.partition("?")[0]
    name, _, number = path.strip("/").partition("/")
    section, item = _index.get(name, 0), int(number) if number.isdigit() else 0
    if path not in ("/", "/find", f"/{name_of(section)}/{item}") or item >= ITEMS:
        return b""
    chance = random.Random(f"{section}/{item}")

    def text(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    # A tree of sections keeps every page near the start; the rest are links like those of any shop.
    near = [(2 * section + 1), (2 * section + 2), *(chance.randrange(sections) for _ in range(14))]
    links = [f"/{name_of(one % sections)}/0" for one in near]
    links += [f"/{name_of(section)}/{(item + step) % ITEMS}" for step in range(1, 43)]
    links += [f"/{name_of(section)}/{item - item % 3}?print=1", "/static/app.css"]
    frame = ("li", "p", "div", "td", "section")[section % 5]
    shown = "".join(f'<{frame}><a href="{link}">{text(2)}</a></{frame}>' for link in links)
    extra = f"<p>{text(60)}</p>" * (1 + section % 3)
    form = '<form action="/find"><input name="q"><button>Find</button></form>'
    return f"<!doctype html><title>{text(3)}</title><h1>{text(4)}</h1>{extra}{shown}{form}".encode()


async def serve(sections: int) -> None:
    """Serves the pages and prints the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                target = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
                body = page(target, sections) or b"<title>None</title><p>There is no such page."
                status = 200 if len(body) > 500 else 404
                head = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}"
                writer.write(f"{head}\r\n\r\n".encode() + body)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    _index.update((name_of(section), section) for section in range(sections))
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with its parent, whose end of the pipe then closes.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def scan(port: int, profile: str, top: bool) -> None:
    """Scans the site as the command line does and prints the figures as JSON."""
    job = Job(
        id="bench",
        start_urls=(f"http://127.0.0.1:{port}/",),
        limits=Limits(rate=0, max_pages=60_000, slice_s=0),
        profile=Profile(profile),
        checks=() if profile == "lightning" else ("headers", "xss-reflected"),
        allow_private=(f"127.0.0.1:{port}",),
    )
    collector = Collector(job)
    began = time.monotonic()
    if top:
        tracemalloc.start(8)
    with tempfile.TemporaryDirectory() as folder, Journal.create(Path(folder) / "scan.jsonl", job) as journal:
        run_job(job, [collector.take], secrets={}, journal=journal)
    if top:
        for line in tracemalloc.take_snapshot().statistics("lineno")[:30]:
            print(line, file=sys.stderr)
    figures = {
        "pages": sum(1 for one in collector.endpoints.values() if one.status),
        "duplicates": sum(1 for one in collector.endpoints.values() if one.duplicate_of),
        "requests": collector.summary.requests,
        "seconds": time.monotonic() - began,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "verdict": collector.summary.verdict,
        "reasons": collector.summary.reasons,
    }
    print(json.dumps(figures))


def main() -> int:
    """Prints the figures; fails when the target is missed."""
    options = argparse.ArgumentParser(description="Memory of a scan of 50,000 pages")
    options.add_argument("--sections", type=int, default=SECTIONS)
    options.add_argument("--profile", choices=("lightning", "normal"), default="lightning")
    options.add_argument("--top", action="store_true")
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--scan", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        uvloop.run(serve(given.sections))
        return 0
    if given.scan:
        scan(given.scan, given.profile, given.top)
        return 0
    again = [sys.executable, "-m", "bench.memory", "--sections", str(given.sections)]
    with subprocess.Popen([*again, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        port = server.stdout.readline().strip()
        child = [*again, "--scan", port, "--profile", given.profile, *(["--top"] if given.top else [])]
        done = subprocess.run(child, stdout=subprocess.PIPE, text=True, check=True)
        server.stdin.close()
    figures = json.loads(done.stdout)
    rate = figures["pages"] / figures["seconds"]
    print(f"{figures['pages']:,} pages ({figures['duplicates']:,} near-duplicates), ", end="")
    print(f"{figures['requests']:,} requests, {figures['seconds']:.0f} s, {rate:,.0f} pages per second")
    print(f"verdict {figures['verdict']}", *figures["reasons"])
    missed = figures["peak_mb"] >= TARGET_MB
    print(f"peak memory {figures['peak_mb']:,.0f} MB; target {TARGET_MB} MB: {'MISSED' if missed else 'reached'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
