"""Requests per CPU-second through the whole network room, side by side with aiohttp.

    python -m bench.net [--requests N] [--concurrency C] [--rounds R]

A local nginx with one worker serves a page of 2 KB over kept connections. Only this process's own CPU time counts,
user and system: wall-clock figures on a shared machine say more about its neighbours.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pycurl
import uvloop

try:
    import aiohttp

    COMPARED = True
except ImportError:  # a development tool only
    COMPARED = False

from vedette.contract.exchange import Request
from vedette.contract.job import Job, Limits
from vedette.engine.net.network import Network

TARGET = 11_000
PAGE = b"<!doctype html><title>bench</title>" + b"<p>The quick brown fox jumps over the lazy dog.</p>\n" * 41
CONFIG = """
worker_processes 1;
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 10000000;
    client_body_temp_path {root}/body;
    proxy_temp_path {root}/proxy;
    fastcgi_temp_path {root}/fastcgi;
    uwsgi_temp_path {root}/uwsgi;
    scgi_temp_path {root}/scgi;
    types {{ text/html html; }}
    server {{ listen 127.0.0.1:{port}; root {root}/www; }}
}}
"""

Run = Callable[[str, int, int], Coroutine[None, None, None]]


@contextlib.contextmanager
def nginx(binary: str) -> Iterator[str]:
    """A server on a random loopback port; gives the page's URL."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        root = Path(folder)
        root.chmod(0o755)
        (root / "www").mkdir()
        (root / "www" / "page.html").write_bytes(PAGE[:2048].ljust(2048))
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        (root / "nginx.conf").write_text(CONFIG.format(root=root, port=port))
        command = [binary, "-c", str(root / "nginx.conf"), "-p", str(root)]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _await_port(port)
            yield f"http://127.0.0.1:{port}/page.html"
        finally:
            server.terminate()
            server.wait(10)


def _await_port(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit("nginx did not start")


async def through_vedette(url: str, requests: int, concurrency: int) -> None:
    """Every request has another query, passes guard, names, pacing, breaker, session and counters, and is recorded."""
    origin = url.rsplit("/", 1)[0] + "/"
    job = Job(
        id="bench",
        start_urls=(origin,),
        limits=Limits(rate=0, concurrency=concurrency),
        allow_private=(f"127.0.0.1:{origin.rstrip('/').rpartition(':')[2]}",),
    )
    async with Network(job, {}) as network:

        async def work(worker: int) -> None:
            for number in range(requests // concurrency):
                exchange = await network.send(Request("GET", f"{url}?item={worker}&page={number}"))
                assert exchange.response is not None and len(exchange.response.body) == 2048, exchange

        await asyncio.gather(*(work(worker) for worker in range(concurrency)))
        assert network.part.status_counts == {"200": requests // concurrency * concurrency}


async def through_aiohttp(url: str, requests: int, concurrency: int) -> None:
    """The bare client: no guard, no pacing, no record."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:

        async def work(worker: int) -> None:
            for number in range(requests // concurrency):
                async with session.get(f"{url}?item={worker}&page={number}") as response:
                    assert len(await response.read()) == 2048

        await asyncio.gather(*(work(worker) for worker in range(concurrency)))


def measure(run: Run, url: str, requests: int, concurrency: int, rounds: int) -> tuple[float, float]:
    """Median requests per CPU-second and per second of wall clock."""
    cpu, wall = [], []
    for _ in range(rounds):
        began, spent = time.monotonic(), time.process_time()
        uvloop.run(run(url, requests, concurrency))
        cpu.append(requests / (time.process_time() - spent))
        wall.append(requests / (time.monotonic() - began))
    return statistics.median(cpu), statistics.median(wall)


def main() -> int:
    """Prints both figures; fails when the target is missed."""
    options = argparse.ArgumentParser(description="Requests per CPU-second through the network room")
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--concurrency", type=int, default=50)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        print("skipped: nginx is not installed (on Debian: apt install nginx-light)")
        return 0
    print(f"python {platform.python_version()}, {pycurl.version.split(' OpenSSL')[0]}; ", end="")
    print(f"{given.requests} requests at concurrency {given.concurrency}, median of {given.rounds}")
    with nginx(binary) as url:
        figure, wall = measure(through_vedette, url, given.requests, given.concurrency, given.rounds)
        print(f"vedette  {figure:10,.0f} requests per CPU-second {wall:10,.0f} per second")
        if not COMPARED:
            print("aiohttp  not installed")
        else:
            other, wall = measure(through_aiohttp, url, given.requests, given.concurrency, given.rounds)
            print(f"aiohttp  {other:10,.0f} requests per CPU-second {wall:10,.0f} per second")
    print(f"target   {TARGET:10,} requests per CPU-second: {'reached' if figure >= TARGET else 'MISSED'}")
    return 0 if figure >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
