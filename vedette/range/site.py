"""The shop without its socket: from request to answer."""

from __future__ import annotations

import time
from collections.abc import Mapping

from vedette.range.catalogue import FILES
from vedette.range.clock import Clock, Nap
from vedette.range.database import Database, Row
from vedette.range.fields import Malformed
from vedette.range.layout import message_page
from vedette.range.pages import routes
from vedette.range.sinks.files import VirtualFiles
from vedette.range.state import State
from vedette.range.web import Request, Response, plain

SESSION_COOKIE = "hg_session"
_IDENTITY = (("Server", "HarbourHTTP/1.4.2"), ("X-Powered-By", "HarbourShop/3.2.1"))


class Site:
    """One shop with its memory. `serve` maps names to texts published at the root; `nap` does the sleeping."""

    def __init__(self, *, seed: int = 1, serve: Mapping[str, str] | None = None, nap: Nap = time.sleep) -> None:
        self.state = State(seed)
        self.database = Database()
        self._serve = dict(serve or {})
        self._nap = nap
        self._routes = routes()

    def user_of(self, request: Request) -> str:
        """Return who sends the request: the name of the logged-in user, else an empty string."""
        session = self.state.session(request.cookies(SESSION_COOKIE))
        return session.user if session else ""

    def answer(self, request: Request) -> Response:
        """Answer a request, as a visitor with a session."""
        request.site, request.clock = self, Clock(self._nap)
        known = self.state.session(request.cookies(SESSION_COOKIE))
        request.session = known or self.state.new_session()
        try:
            response = self._page(request)
        except Malformed as error:
            response = message_page(request, "Bad request", f"We could not read that: {error}.", status=400)
        response.headers[:0] = _IDENTITY
        if known is None:
            # Readable by scripts and sent along from other sites: two of the planted flaws.
            response.headers.append(("Set-Cookie", f"{SESSION_COOKIE}={request.session.id}; Path=/"))
        return response

    def rows(self, request: Request, sql: str, *values: object) -> list[Row]:
        """Ask the shop's database on behalf of a request; raises `QueryError`."""
        return self.database.rows(sql, values, clock=request.clock)

    def files(self) -> VirtualFiles:
        """Return a fresh copy of the machine's imaginary files: nothing written stays."""
        return VirtualFiles(FILES)

    def close(self) -> None:
        """Give the database's memory back."""
        self.database.close()

    def _page(self, request: Request) -> Response:
        served = self._serve.get(request.path.removeprefix("/"))
        if served is not None and request.method in ("GET", "HEAD"):
            return plain(served)
        methods = self._routes.find(request)
        if not methods:
            return message_page(request, "Not found", "There is no such page on this quay.", status=404)
        page = methods.get("GET" if request.method == "HEAD" else request.method)
        if page is not None:
            return page(request)
        allowed = ", ".join(sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}))
        if request.method == "OPTIONS":
            return Response(status=204, headers=[("Allow", allowed)])
        response = message_page(request, "Method not allowed", "That cannot be done here.", status=405)
        return response.with_header("Allow", allowed)
