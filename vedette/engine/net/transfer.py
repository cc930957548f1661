"""One reusable libcurl handle: configured once for its shape, fed request after request."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from typing import NamedTuple

import pycurl

from vedette.contract.addresses import Policy, refusal
from vedette.contract.exchange import Headers, Request
from vedette.engine.net.origin import Origin
from vedette.engine.net.wire import encoded, target_bytes

_ADDED_BY_LIBCURL = ("accept", "user-agent", "content-type", "expect", "accept-encoding")


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for every request of a lane. Times are seconds, sizes bytes. `cafile` is a PEM file of trusted
    authorities, empty for the system's; `insecure` takes any certificate and any old protocol. `certificate` is PEM
    text with its key, shown to servers that ask for one."""

    timeout_s: float = 15.0
    connect_s: float = 10.0
    max_body: int = 2 * 1024 * 1024
    cafile: str = ""
    insecure: bool = False
    certificate: str = field(default="", repr=False)


class Shape(NamedTuple):
    """What is fixed in a handle. `single` forbids libcurl to send twice; `alone` takes a connection for this request
    only; `http2` permits it over TLS."""

    origin: Origin
    address: str
    method: str
    body: bool
    single: bool
    alone: bool
    http2: bool


class Transfer:
    """A handle with its callbacks and what they collected. Callbacks never raise: libcurl would lose the reason."""

    __slots__ = (
        "_headers",
        "_max_body",
        "_opened",
        "_policy",
        "curl",
        "cut",
        "lines",
        "parts",
        "sends",
        "shape",
        "size",
        "stopped",
        "vetoed",
    )

    def __init__(self, shape: Shape, settings: Settings, policy: Policy) -> None:
        self.shape = shape
        self.lines: list[bytes] = []
        self.parts: list[bytes] = []
        self.size = 0
        self.cut = False
        self.sends = 0
        self.vetoed = ""
        self.stopped = False
        self._opened: list[socket.socket] = []
        self._policy = policy
        self._max_body = settings.max_body
        self._headers: Headers | None = None
        self.curl = pycurl.Curl()
        self._configure(shape, settings)

    def prepare(self, request: Request, target: str) -> None:
        """Loads one request whose shape is this handle's."""
        curl = self.curl
        curl.setopt(pycurl.REQUEST_TARGET, target_bytes(target))
        if request.headers != self._headers:
            curl.setopt(pycurl.HTTPHEADER, _header_lines(request.headers, self.shape.origin))
            self._headers = request.headers
        if self.shape.body:
            curl.setopt(pycurl.POSTFIELDS, request.body)

    def times(self) -> tuple[float, float, float]:
        """Seconds until the first byte came, until the request could be sent, and until the end."""
        get = self.curl.getinfo
        return get(pycurl.STARTTRANSFER_TIME), get(pycurl.PRETRANSFER_TIME), get(pycurl.TOTAL_TIME)

    def clear(self) -> None:
        """Forgets what was collected; the configuration stays."""
        self.lines.clear()
        self.parts.clear()
        self.size = self.sends = 0
        self.cut = False
        self.vetoed = ""
        if self._opened:
            self._close_copies()

    def close(self) -> None:
        """Frees the handle."""
        self.curl.close()
        self._close_copies()

    def _close_copies(self) -> None:
        # pycurl works on a duplicate of each socket that it was given; ours must not keep the connection open.
        for opened in self._opened:
            opened.close()
        self._opened.clear()

    def _configure(self, shape: Shape, settings: Settings) -> None:
        curl, origin = self.curl, shape.origin
        curl.setopt(pycurl.URL, origin.url + "/")
        # The pinned address takes the place of the name: libcurl never asks a resolver.
        address = f"[{shape.address}]" if ":" in shape.address else shape.address
        curl.setopt(pycurl.CONNECT_TO, [f"::{address}:"])
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.NOPROXY, "*")
        curl.setopt(pycurl.FOLLOWLOCATION, 0)
        curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        curl.setopt(pycurl.TIMEOUT_MS, int(settings.timeout_s * 1000))
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(min(settings.connect_s, settings.timeout_s) * 1000))
        curl.setopt(pycurl.HEADERFUNCTION, self.lines.append)
        curl.setopt(pycurl.WRITEFUNCTION, self._wrote)
        curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open)
        curl.setopt(pycurl.PREREQFUNCTION, self._sending)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS if shape.http2 else pycurl.CURL_HTTP_VERSION_1_1)
        if shape.alone:
            curl.setopt(pycurl.FRESH_CONNECT, 1)
            curl.setopt(pycurl.FORBID_REUSE, 1)
        if origin.scheme == "https":
            _trust(curl, settings)
        if shape.method == "HEAD":
            curl.setopt(pycurl.NOBODY, 1)
        elif shape.body or shape.method != "GET":
            curl.setopt(pycurl.CUSTOMREQUEST, shape.method)

    def _wrote(self, chunk: bytes) -> int:
        room = self._max_body - self.size
        if len(chunk) > room:
            self.parts.append(chunk[:room])
            self.size = self._max_body
            self.cut = True
            return 0  # a short write: libcurl ends the transfer
        self.parts.append(chunk)
        self.size += len(chunk)
        return len(chunk)

    def _open(self, purpose: int, target: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
        # The last word at the moment of connecting, whatever was decided before.
        family, kind, protocol, place = target
        address, port = (place[0], place[1]) if isinstance(place, tuple) else ("", 0)
        reason = refusal(address, port, self._policy)
        if reason:
            self.vetoed = f"{address} is a {reason}"
            return int(pycurl.SOCKET_BAD)
        try:
            self._opened.append(socket.socket(family, kind, protocol))
        except OSError:
            return int(pycurl.SOCKET_BAD)
        return self._opened[-1]

    def _sending(self, *_: object) -> int:
        # Asked each time before the request goes out; a second time means that a dead connection swallowed it.
        self.sends += 1
        if self.sends > 1 and self.shape.single:
            return int(pycurl.PREREQFUNC_ABORT)
        return int(pycurl.PREREQFUNC_OK)


def _header_lines(headers: Headers, origin: Origin) -> list[bytes]:
    """The headers in libcurl's notation (`Name;` for an empty value), its own additions switched off (`Name:`)."""
    names = {name.lower() for name, _ in headers}
    lines = [encoded(name) + (b": " + encoded(value) if value.strip() else b";") for name, value in headers]
    if "host" not in names:
        lines.append(b"Host: " + origin.authority.encode())
    lines += [name.encode() + b":" for name in _ADDED_BY_LIBCURL if name not in names]
    return lines


def _trust(curl: pycurl.Curl, settings: Settings) -> None:
    if settings.certificate:
        pem = settings.certificate.encode()
        curl.setopt(pycurl.SSLCERTTYPE, "PEM")
        curl.setopt(pycurl.SSLCERT_BLOB, pem)
        curl.setopt(pycurl.SSLKEYTYPE, "PEM")
        curl.setopt(pycurl.SSLKEY_BLOB, pem)
    if settings.insecure:
        curl.setopt(pycurl.SSL_VERIFYPEER, 0)
        curl.setopt(pycurl.SSL_VERIFYHOST, 0)
        curl.setopt(pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_0)
        curl.setopt(pycurl.SSL_CIPHER_LIST, "ALL:@SECLEVEL=0")
        return
    paths = ssl.get_default_verify_paths()
    cafile = settings.cafile or paths.cafile
    if cafile:
        curl.setopt(pycurl.CAINFO, cafile)
    if not settings.cafile and paths.capath:
        curl.setopt(pycurl.CAPATH, paths.capath)
