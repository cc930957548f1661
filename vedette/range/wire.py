"""HTTP/1.1 on a socket: reads requests, writes answers, keeps connections open."""

from __future__ import annotations

import socketserver
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from vedette.range.web import REASONS, Request, Response, plain

if TYPE_CHECKING:
    from vedette.range.server import Listener

_LONGEST_LINE = 16_384
_MOST_HEADERS = 100
_LARGEST_BODY = 2_000_000


class Refused(Exception):  # noqa: N818 - not an error of ours
    """The request cannot be served; `status` says why. The connection is closed after the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Connection(socketserver.StreamRequestHandler):
    """One client connection, served in its own thread until either side closes it."""

    disable_nagle_algorithm = True
    timeout = 60

    def handle(self) -> None:
        """Answer requests one after the other."""
        listener = cast("Listener", self.server)
        try:
            with listener.connected(self.request):
                while self._serve_one(listener):
                    pass
        except (ConnectionError, TimeoutError):
            return

    def finish(self) -> None:
        """Close the files of the socket; the other side may be gone already."""
        try:
            super().finish()
        except ConnectionError:
            self.rfile.close()

    def _serve_one(self, listener: Listener) -> bool:
        try:
            line = self._line()
            if not line:
                return False
            request, keep = self._read(line, listener)
        except Refused as refusal:
            response = plain(REASONS[refusal.status] + "\n", refusal.status)
            self._write(response, head_only=False, keep=False)
            return False
        response = listener.answer(request)
        keep = keep and not any("\r" in line or "\n" in line for line in response.lines)
        self._write(response, head_only=request.method == "HEAD", keep=keep)
        return keep

    def _read(self, line: str, listener: Listener) -> tuple[Request, bool]:
        words = line.split(" ")
        if len(words) != 3 or not words[0].isalpha():
            raise Refused(400)
        method, target, version = words
        if version not in ("HTTP/1.1", "HTTP/1.0"):
            raise Refused(505)
        headers = self._headers()
        if headers.get("host", "").lower() not in listener.hosts:
            raise Refused(421 if "host" in headers else 400)
        path, query = _split_target(target)
        body = self._body(headers)
        asked = headers.get("connection", "").lower()
        keep = asked != "close" if version == "HTTP/1.1" else asked == "keep-alive"
        request = Request(method=method, path=path, query_string=query, headers=headers, body=body)
        return request, keep

    def _line(self) -> str:
        data = self.rfile.readline(_LONGEST_LINE + 1)
        if len(data) > _LONGEST_LINE:
            raise Refused(431)
        return data.decode("latin-1").rstrip("\r\n")

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for _ in range(_MOST_HEADERS):
            line = self._line()
            if not line:
                return headers
            name, found, value = line.partition(":")
            if not found or not name or name != name.strip():
                raise Refused(400)
            key, text = name.lower(), value.strip()
            # A second Host could mean another site to another server: refuse it as RFC 9112 asks.
            if key in headers and key in ("host", "content-length"):
                raise Refused(400)
            glue = "; " if key == "cookie" else ", "
            headers[key] = f"{headers[key]}{glue}{text}" if key in headers else text
        raise Refused(431)

    def _body(self, headers: dict[str, str]) -> bytes:
        if "transfer-encoding" in headers:
            raise Refused(411)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            raise Refused(400)
        if len(length) > 9 or int(length) > _LARGEST_BODY:
            raise Refused(413)
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionError("the client went away")
        return body

    def _write(self, response: Response, *, head_only: bool, keep: bool) -> None:
        lines = [f"HTTP/1.1 {response.status} {REASONS[response.status]}"]
        if response.status != 204:
            lines.append(f"Content-Length: {len(response.body)}")
        lines.append("Connection: keep-alive" if keep else "Connection: close")
        lines += [f"{name}: {_one_line(value)}" for name, value in response.headers]
        lines += response.lines
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")
        self.wfile.write(head if head_only else head + response.body)


def _one_line(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")


def _split_target(target: str) -> tuple[str, str]:
    if target.startswith(("http://", "https://")):
        try:
            parts = urlsplit(target)
        except ValueError as error:
            raise Refused(400) from error
        return parts.path or "/", parts.query
    if not target.startswith("/"):
        raise Refused(400)
    path, _, query = target.partition("#")[0].partition("?")
    return path, query
