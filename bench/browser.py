"""What the browser costs: its start, pages a second in a tab that is used again, proofs a second, and memory.

    python -m bench.browser [--pages N]

A child process serves a page of about 4 KB with a style, a script and one request of that script. Memory is the
proportional set size of all processes of the browser and its driver.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import uvloop

from vedette.contract.exchange import Request
from vedette.contract.job import Job, Limits
from vedette.engine.net.browser import Browser
from vedette.engine.net.network import Network

FORM = "<form><input name=q><button>Go</button></form>"
ROWS = "".join(f"<li><a href='/item/{number}'>Item {number}</a> some words of it</li>" for number in range(60))
PAGE = f"""<!doctype html><title>Bench</title><link rel=stylesheet href=/style.css><h1>Bench</h1><ul>{ROWS}</ul>{FORM}
<div id=late></div><script src=/app.js></script>"""
SCRIPT = "fetch('/api').then((one) => one.json()).then((data) => { late.textContent = data.text; });"
PARTS = {
    "/style.css": ("text/css", "li { margin: 0 }"),
    "/app.js": ("text/javascript", SCRIPT),
    "/api": ("application/json", '{"text": "late"}'),
    "/flaw": ("text/html", "<img src=x onerror=console.log(/bench/)>"),
    "/look": ("text/html", "<p>&lt;img src=x onerror=console.log(/bench/)&gt;"),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        kind, text = PARTS.get(self.path.partition("?")[0], ("text/html", PAGE))
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


def serve(pipe: Connection) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        pipe.send(server.server_address[1])
        server.serve_forever()


def memory_mb(pids: tuple[int, ...]) -> float:
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


async def measure(port: int, count: int) -> None:
    home = f"http://127.0.0.1:{port}/"
    limits = Limits(rate=0)
    job = Job(id="bench", start_urls=(home,), limits=limits, allow_private=(f"127.0.0.1:{port}",))
    async with Network(job, {}) as network:
        browser = Browser(network)
        begun = time.perf_counter()
        reason = await browser.start()
        if reason:
            print(reason)
            return
        try:
            print(f"start: {time.perf_counter() - begun:.2f} s, {memory_mb(browser.pids):.0f} MB without a page")
            await pages(browser, home, count)
            print(
                f"memory: {memory_mb(browser.pids):.0f} MB (PSS) in {len(browser.pids)} processes after {count} pages"
            )
            await proofs(browser, home, count)
            print(f"memory: {memory_mb(browser.pids):.0f} MB (PSS) after the proofs, {network.requests} requests")
        finally:
            await browser.close()


async def pages(browser: Browser, home: str, count: int) -> None:
    for settled in (False, True):
        tab = await browser.tab()
        await tab.goto(home)
        begun = time.perf_counter()
        seen = 0
        for number in range(count):
            await tab.goto(f"{home}?page={number}")
            if settled:
                await tab.settle()
            seen += len(tab.drain())
        words = "opened and settled" if settled else "opened"
        print(f"pages {words}: {count / (time.perf_counter() - begun):.1f}/s, {seen} requests seen")
        await tab.release()


async def proofs(browser: Browser, home: str, count: int) -> None:
    for path, expected in (("flaw", True), ("look", False)):
        await browser.executes(Request("GET", home + path), "bench")
        begun = time.perf_counter()
        for number in range(count):
            step = await browser.executes(Request("GET", f"{home}{path}?{number}"), "bench")
            if (step is not None) != expected:
                raise SystemExit(f"/{path} was not told rightly")
        print(f"proofs, {'runs' if expected else 'does not run'}: {count / (time.perf_counter() - begun):.1f}/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40)
    count = parser.parse_args().pages
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    try:
        uvloop.run(asyncio.wait_for(measure(ours.recv(), count), 300))
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
