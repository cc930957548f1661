"""A client of the platform: an API key for the dialect, a session for the pages."""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

_FORM = "application/x-www-form-urlencoded"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read to its end; `seconds` from sending the request."""

    status: int
    body: bytes
    seconds: float


@dataclass(slots=True)
class Client:
    """One connection, kept open."""

    port: int
    key: str = ""
    _cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Reply:
        """Asks for an address."""
        return self.send("GET", path)

    def post(self, path: str, values: dict[str, str]) -> Reply:
        """Sends a form of a page."""
        return self.send("POST", path, urlencode(values), {"Content-Type": _FORM, "X-CSRFToken": self._csrf()})

    def patch(self, path: str, values: dict[str, Any]) -> Reply:
        """Sends a change to the dialect."""
        return self.send("PATCH", path, json.dumps(values), {"Content-Type": "application/json"})

    def sign_in(self, email: str, password: str) -> None:
        """Through the form, as a person does."""
        page = self.get("/ui/account/login/")
        token = _TOKEN.search(page.body.decode())
        assert token, f"no form: {page.status}"
        values = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
        reply = self.send("POST", "/ui/account/login/", urlencode(values), {"Content-Type": _FORM})
        assert reply.status == 302, f"not signed in: {reply.status}"

    def send(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Reply:
        """One request, over the open connection if the other end has not closed it."""
        own = {"Accept-Encoding": "identity", "Referer": f"http://127.0.0.1:{self.port}/ui/", **(headers or {})}
        if path.startswith("/ui/"):
            own["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        else:
            own["Authorization"] = f"JWT {self.key}"
        began = time.perf_counter()
        answer = self._answer(method, path, body, own)
        text = answer.read()
        seconds = time.perf_counter() - began
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self._cookies[cookie] = kept
        return Reply(answer.status, text, seconds)

    def _answer(self, method: str, path: str, body: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        for again in (True, False):
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self._connection.request(method, path, body or None, headers)
                return self._connection.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._connection.close()
                self._connection = None
                if not again:
                    raise
        raise AssertionError("unreachable")

    def _csrf(self) -> str:
        return self._cookies.get("vedette_csrf", "")
