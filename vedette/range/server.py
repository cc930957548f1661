"""The practice site on a loopback port, in a thread of this process."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TextIO

from vedette.range.clock import Nap
from vedette.range.site import Site
from vedette.range.web import Request, Response
from vedette.range.wire import Connection


class Entry(NamedTuple):
    """A request in the log: `target` is path and query as sent, `size` the body's bytes, `user` who was logged in."""

    method: str
    target: str
    size: int
    user: str


class Listener(socketserver.ThreadingTCPServer):
    """The listening socket. Bound to 127.0.0.1 only; answers only requests for its own two host names."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, site: Site, port: int, log: list[Entry] | None, journal: TextIO | None) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.site = site
        self.port = int(self.server_address[1])
        names = ("127.0.0.1", "localhost")
        self.hosts = {f"{name}:{self.port}" for name in names} | (set(names) if self.port == 80 else set())
        self._log = log
        self._journal = journal
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def answer(self, request: Request) -> Response:
        """Note the request down, then answer it."""
        target = request.path + (f"?{request.query_string}" if request.query_string else "")
        if self._log is not None:
            self._log.append(Entry(request.method, target, len(request.body), self.site.user_of(request)))
        if self._journal is not None:
            with self._lock:
                self._journal.write(f"{request.method} {target}\n")
                self._journal.flush()
        return self.site.answer(request)

    @contextmanager
    def connected(self, connection: socket.socket) -> Iterator[None]:
        """Remember an open connection for as long as it is served, so that closing the site can end it."""
        with self._lock:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)

    def hang_up(self) -> None:
        """End all open connections."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


class RangeServer:
    """The running site. Starts when made, stops with `close()` or at the end of a `with` block.

    `url` is its address without a final slash, `log` the requests so far (empty with `keep_log=False`), `sprung` the
    traps that were sprung. `serve` maps names to texts published at the root, `log_file` gets one line
    "METHOD target" per request as it arrives, `nap` does the sleeping. Raises OSError when the port is taken.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        seed: int = 1,
        serve: Mapping[str, str] | None = None,
        log_file: Path | None = None,
        keep_log: bool = True,
        nap: Nap = time.sleep,
    ) -> None:
        self.log: list[Entry] = []
        self.site = Site(seed=seed, serve=serve, nap=nap)
        self._journal = log_file.open("a", encoding="utf-8", newline="\n") if log_file else None
        try:
            self._listener = Listener(self.site, port, self.log if keep_log else None, self._journal)
        except OSError:
            self._let_go()
            raise
        self.url = f"http://127.0.0.1:{self._listener.port}"
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def sprung(self) -> list[str]:
        """The ids of the traps that were sprung, in order."""
        return list(self.site.state.sprung)

    def close(self) -> None:
        """Stop listening and end all connections."""
        self._listener.shutdown()
        self._listener.server_close()
        self._listener.hang_up()
        self._thread.join()
        self._let_go()

    def __enter__(self) -> RangeServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _let_go(self) -> None:
        self.site.close()
        if self._journal is not None:
            self._journal.close()
