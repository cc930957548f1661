"""A site that says back all that it is told: every header and cookie stands in its pages, its headers, its links and
its scripts, as it came and in other spellings. Its search reflects what it is asked for."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit


class Mirror(ThreadingHTTPServer):
    """`files` are further answers by path; `seen` all header values that it was sent."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.seen: set[str] = set()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Peers that hang up are no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Mirror
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        told = [f"{name}: {value}" for name, value in self.headers.items()]
        self.server.seen.update(self.headers.values())
        parts = urlsplit(self.path)
        if parts.path in self.server.files:
            self._answer("text/plain", self.server.files[parts.path], [])
            return
        asked = parse_qs(parts.query).get("q", ["tea"])[0]
        self._answer("text/html; charset=utf-8", _page(told, asked), told)

    do_POST = do_GET
    do_HEAD = do_GET

    def _answer(self, kind: str, text: str, told: list[str]) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if told:
            self.send_header("X-Told", quote(" ".join(told)))
            self.send_header("X-Powered-By", "Mirror " + " ".join(told).encode("latin-1", "replace").decode("latin-1"))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing on the terminal."""


def _page(told: list[str], asked: str) -> str:
    every = " ".join(told)
    coded = base64.b64encode(every.encode()).decode()
    return (
        f"<!doctype html><title>Mirror {html.escape(every)}</title>"
        f'<a href="/search?q=tea">Search</a> <a href="/about/{quote(every, safe="")}">About</a>'
        f'<form action="/search"><input name="q"><input name="known" value="{html.escape(every)}"></form>'
        f"<p>You looked for {asked}, in vain.</p><pre>{html.escape(every)}</pre><!-- {quote(every)} -->"
        f"<script>const told = {json.dumps(every)}; const coded = '{coded}';</script>"
    )


@contextlib.contextmanager
def mirror(files: dict[str, str]) -> Iterator[Mirror]:
    """The site while the block runs."""
    site = Mirror(files)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()
