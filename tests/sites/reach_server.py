"""Serves the pages of a site whose links can only be reached by doing what a person would do.

Each page is one way to hide one link. The link's path is random and new for each site, and the page holds it in no
form that a reader of its text could use; the site notes which of them were asked for.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Maker = Callable[["Hide"], "str | Answers"]
Answers = Mapping[str, tuple[str, str]]
"""Path below the page's own -> media type and body; the empty path is the page itself."""

PAGES: dict[str, tuple[str, Maker]] = {}
"""Name of a behaviour -> its group and what makes its page."""

_DECODER = "const _ = (codes) => codes.map((code) => String.fromCharCode(code ^ 42)).join('');"


@dataclass
class Hide:
    """What the maker of a page needs: an expression for the path of a link, and the path of the page itself."""

    here: str
    token: Callable[[str], str]

    def path(self, name: str = "") -> str:
        """A JavaScript expression for the hidden path; several names are several links."""
        codes = ",".join(str(ord(letter) ^ 42) for letter in self.token(name))
        return f"_([{codes}])"

    def plain(self, name: str = "") -> str:
        """The hidden path as it is, for places that only a browser makes readable."""
        return self.token(name)


def behaviour(group: str) -> Callable[[Maker], Maker]:
    """Puts a page into a group; its name is the function's."""

    def put(maker: Maker) -> Maker:
        PAGES[maker.__name__] = (group, maker)
        return maker

    return put


def document(body: str, head: str = "") -> str:
    """A page with the decoder of hidden paths."""
    head = f"<title>Page</title><script>{_DECODER}</script>{head}"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


@dataclass
class ReachSite:
    """A running site. `expected` maps the behaviour to the paths that it hides, `asked` are all requests so far."""

    url: str = ""
    expected: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, tuple[str, str]] = field(default_factory=dict)

    def found(self, name: str) -> int:
        """How many of the hidden paths of a behaviour were asked for, in whatever way."""
        paths = {path.partition("?")[0] for _, path in self.asked}
        return sum(path in paths for path in self.expected[name])

    def missed(self) -> list[str]:
        """The behaviours of which not all was found."""
        return [name for name, paths in self.expected.items() if self.found(name) < len(paths)]


def make(names: list[str]) -> ReachSite:
    """A site with the pages of these names, not yet served."""
    site = ReachSite()
    for name in names:
        tokens: dict[str, str] = {}

        def token(part: str, tokens: dict[str, str] = tokens) -> str:
            return tokens.setdefault(part, f"/{secrets.token_hex(3)}/{secrets.token_hex(5)}")

        folder = f"/{name.replace('_', '-')}"
        made = PAGES[name][1](Hide(folder, token))
        files = {"": ("text/html", made)} if isinstance(made, str) else made
        site.files |= {folder + path: answer for path, answer in files.items()}
        site.expected[name] = list(tokens.values())
    listed = "".join(f'<li><a href="/{name.replace("_", "-")}">{name}</a></li>' for name in names)
    site.files["/"] = ("text/html", f"<!doctype html><title>Reach</title><ul>{listed}</ul>")
    return site


@contextlib.contextmanager
def serve(names: list[str] | None = None) -> Iterator[ReachSite]:
    """The site on loopback, until the block ends."""
    site = make(list(PAGES) if names is None else names)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            site.asked.append((self.command, self.path))
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            path = self.path.partition("?")[0]
            hidden = any(path in paths for paths in site.expected.values())
            kind, body = site.files.get(path, ("text/html", "<p>Well found.</p>" if hidden else "<p>Nothing here.</p>"))
            raw = body.encode()
            self.send_response(200 if hidden or path in site.files else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = answer

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)
