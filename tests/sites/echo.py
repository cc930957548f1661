"""A small site with a few real flaws: a search that reflects, a door that opens to anywhere, a cookie without flags.

Serves on loopback from threads of this process; `delay` seconds before each answer make it slow.
"""

from __future__ import annotations

import contextlib
import html
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HOME = """<!doctype html><title>Echo</title><h1>Echo</h1>
<a href="/search?q=tea">Search</a> <a href="/safe?q=tea">Safe search</a> <a href="/go?to=/about">About</a>
<a href="/member">Members</a>"""


class Echo(ThreadingHTTPServer):
    """`log` holds `METHOD target` of every request, in order. Once `mended`, the search does not reflect any more."""

    daemon_threads = True
    request_queue_size = 128  # with fewer, a burst of connections waits a second to be tried again

    def __init__(self, delay: float, on_request: Callable[[str], None]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.delay = delay
        self.on_request = on_request
        self.mended = False
        self.log: list[str] = []
        self.headers_seen: list[dict[str, str]] = []
        self.scheme = "http"

    @property
    def url(self) -> str:
        """The home page."""
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Peers that hang up are no news."""


class Handler(BaseHTTPRequestHandler):
    server: Echo
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two small ones wait for each other's acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        self.server.log.append(f"{self.command} {self.path}")
        self.server.headers_seen.append({name.lower(): value for name, value in self.headers.items()})
        self.server.on_request(self.path)
        time.sleep(self.server.delay)
        parts = urlsplit(self.path)
        fields = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        page = getattr(self, f"page_{parts.path.strip('/') or 'home'}", None)
        if page is None:
            self.answer(404, "<title>None</title><p>There is no such page.")
        else:
            page(fields)

    do_HEAD = do_POST = do_OPTIONS = do_TRACE = do_GET

    def page_home(self, fields: dict[str, str]) -> None:
        self.answer(200, HOME, ("Set-Cookie", "visit=1"))

    def page_search(self, fields: dict[str, str]) -> None:
        if self.server.mended:
            self.page_safe(fields)
            return
        self.answer(200, f"<title>Search</title><p>You looked for {fields.get('q', '')}, in vain.")

    def page_safe(self, fields: dict[str, str]) -> None:
        self.answer(200, f"<title>Search</title><p>You looked for {html.escape(fields.get('q', ''))}, in vain.")

    def page_go(self, fields: dict[str, str]) -> None:
        target = "".join(char for char in fields.get("to", "/") if char.isascii() and char.isprintable()) or "/"
        self.answer(302, "", ("Location", target))

    def page_about(self, fields: dict[str, str]) -> None:
        self.answer(200, "<title>About</title><p>An echo of what you say.")

    def page_member(self, fields: dict[str, str]) -> None:
        if "sid=s3cr3tvalue" in self.headers.get("Cookie", ""):
            self.answer(200, f"<title>Members</title><p>Welcome. {fields.get('note', '')} <a href='?note=a'>Note</a>")
        else:
            self.answer(403, "<title>Members</title><p>Members only.")

    def answer(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing on the terminal."""


@contextlib.contextmanager
def echo(
    delay: float = 0.0, certificate: Path | None = None, on_request: Callable[[str], None] = lambda _: None
) -> Iterator[Echo]:
    """The site while the block runs; over TLS with a certificate (a file with its key too). `on_request` is called
    with each target before it is answered."""
    site = Echo(delay, on_request)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        site.socket = context.wrap_socket(site.socket, server_side=True)
        site.scheme = "https"
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()
