"""The one outbound HTTP client of the server: connectors, webhooks, tickets, feeds. Beside it only mail leaves.

Addresses come from people and are meant to be public: https on port 443. The operator's list opens more: an entry with
a port opens that port there, over http too; an entry without one opens the range to https on 443. A name is resolved
once, every address of it is judged, and only those are connected to; the judgement is repeated at the moment of
connecting and for each redirect. Errors do not quote the URL, which may hold a secret.
"""

# What stopped a request is named as one says it: Refused, Failed.
# ruff: noqa: N818

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

import pycurl
from django.conf import settings

from vedette.contract.addresses import Policy, embedded, refusal

TIMEOUT_S = 10.0
MAX_BYTES = 1024 * 1024
MAX_REDIRECTS = 3

Headers = tuple[tuple[str, str], ...]
Resolver = Callable[[str, int], Sequence[str]]
"""Name and port to IP addresses, the preferred first; raises OSError."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_URL = re.compile(r"(https?)://([^/?#]*)([/?][^#]*)?(?:#.*)?", re.IGNORECASE)
_URL_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-]+)(?::([1-9][0-9]{0,4}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "expect", "te", "trailer", "upgrade", "keep-alive"}
)
"""Headers that frame or route the request: a caller's own would make two readers disagree about it."""
_HARMLESS = frozenset({"accept", "accept-language", "content-type", "user-agent"})
"""Headers that another host may see after a redirect; any other may be a credential."""
_ADDED_BY_LIBCURL = ("accept", "content-type", "expect", "user-agent")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TLS_ERRORS = frozenset({pycurl.E_SSL_CONNECT_ERROR, pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CACERT_BADFILE})


class OutboundError(Exception):
    """A request was not answered. `reason` is for people; it tells neither path, query nor header of the request, nor
    what a name resolved to."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutboundRefused(OutboundError):
    """The guard does not let the request, or a redirect of it, out. Trying again does not help."""


class OutboundFailed(OutboundError):
    """The request went out, or tried to, and no usable response came back. Trying again may help."""


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """What to send. URL, headers and body may hold secrets and are left out of the `repr`."""

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class OutboundResponse:
    """What came back, whole; the body as it came, without any decoding. A redirect that was not to be followed is a
    response like any other."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """The first header of this name, in any case; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads, read strictly: lower-case host without brackets, which is an address if `literal`. `url` is
    the whole in canonical form, without a fragment."""

    scheme: str
    host: str
    port: int
    literal: bool
    url: str = field(repr=False)


def place(url: str) -> Place:
    """Reads a URL, in the one form all programs read alike. Raises OutboundRefused for anything that could be read in
    two ways: credentials, odd number forms, a trailing dot, characters that a URL must escape."""
    match = _URL.fullmatch(url) if _URL_CHARACTERS.fullmatch(url) else None
    if match is None:
        raise OutboundRefused("not an http or https URL")
    scheme, rest = match[1].lower(), match[3] or "/"
    if "@" in match[2]:
        raise OutboundRefused("credentials in the URL")
    authority = _AUTHORITY.fullmatch(match[2])
    if authority is None:
        raise OutboundRefused("unusual host or port")
    default = 443 if scheme == "https" else 80
    port = int(authority[2] or default)
    if port > 65535:
        raise OutboundRefused("unusual host or port")
    host, literal = _host(authority[1].lower())
    shown = (f"[{host}]" if ":" in host else host) + (f":{port}" if port != default else "")
    target = rest if rest.startswith("/") else f"/{rest}"
    return Place(scheme, host, port, literal, f"{scheme}://{shown}{target}")


def resolve(host: str, port: int) -> list[str]:
    """The system's answer for a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def operator_policy() -> Policy:
    """What the operator's settings allow; never the platform's own address."""
    ours = settings.VEDETTE
    return Policy(allow=ours.outbound_allow, deny=((ours.host, ours.port),))


def send(
    request: OutboundRequest,
    *,
    policy: Policy | None = None,
    timeout_s: float = TIMEOUT_S,
    max_bytes: int = MAX_BYTES,
    redirects: int = 0,
    resolver: Resolver = resolve,
) -> OutboundResponse:
    """Sends and waits, at most `timeout_s` seconds for everything together, for a body of at most `max_bytes`.

    Without a policy the operator's holds. Follows up to `redirects` redirects, at most MAX_REDIRECTS: never from https
    to http, with a body never to another host, and to another host without any header that could be a credential.
    Raises OutboundRefused or OutboundFailed.
    """
    deadline = time.monotonic() + timeout_s
    rules = operator_policy() if policy is None else policy
    for left in reversed(range(max(0, min(redirects, MAX_REDIRECTS)) + 1)):
        there = _judged(request)
        addresses = _addresses(there, rules, resolver, deadline)
        response = _Transfer(request, there, addresses, rules, max_bytes).perform(deadline)
        location = response.header("location")
        if redirects <= 0 or response.status not in _REDIRECTS or not location:
            return response
        if left:
            request = _redirected(request, there, response.status, location)
    raise OutboundFailed("too many redirects")


def _host(text: str) -> tuple[str, bool]:
    try:
        if text.startswith("["):
            return str(ipaddress.IPv6Address(text[1:-1])), True
        labels = text.split(".")
        if _NUMERIC_LABEL.fullmatch(labels[-1]):
            # Some programs read 127.1, 0x7f000001 and 017700000001 as addresses: only the plain form is taken.
            return str(ipaddress.IPv4Address(text)), True
    except ValueError:
        raise OutboundRefused("unusual form of an address") from None
    if len(text) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise OutboundRefused("not a host name")
    return text, False


def _judged(request: OutboundRequest) -> Place:
    if request.method not in _METHODS:
        raise OutboundRefused("method not allowed")
    for name, value in request.headers:
        if not _TOKEN.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise OutboundRefused("malformed header")
        if name.lower() in _OURS or name.lower().startswith("proxy-"):
            raise OutboundRefused(f"the header {name} is not the caller's to set")
    return place(request.url)


def _addresses(there: Place, policy: Policy, resolver: Resolver, deadline: float) -> list[str]:
    """The addresses of a place, all of which may be connected to; one bad among good ones refuses them all."""
    found = [there.host] if there.literal else _resolved(there, resolver, deadline)
    for address in found:
        reason = _objection(there, address, policy)
        if reason:
            raise OutboundRefused(reason)
    return found


def _objection(there: Place, address: str, policy: Policy) -> str:
    reason = refusal(address, there.port, policy)
    if reason or (there.scheme, there.port) == ("https", 443):
        return reason
    given = ipaddress.ip_address(address)
    opened = [network for network, port in policy.rules if port == there.port]
    if any(form in network for network in opened for form in (given, embedded(given))):
        return ""
    return "only https on port 443 is allowed"


def _resolved(there: Place, resolver: Resolver, deadline: float) -> list[str]:
    """Asks in a thread of its own: the system's resolver knows no time limit."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(resolver(there.host, there.port)))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, name="outbound-resolver", daemon=True).start()
    try:
        found = answers.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        raise OutboundFailed("timeout while resolving the name") from None
    if not found:
        raise OutboundFailed("the name cannot be resolved")
    return found


def _redirected(request: OutboundRequest, there: Place, status: int, location: str) -> OutboundRequest:
    """The request that a redirect asks for."""
    if not _URL_CHARACTERS.fullmatch(location):
        raise OutboundRefused("redirect to a malformed URL")
    target = place(urljoin(there.url, location))
    if there.scheme == "https" and target.scheme == "http":
        raise OutboundRefused("redirect from https to http")
    method, body, headers = request.method, request.body, request.headers
    if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):
        method, body = "GET", b""
        headers = tuple((name, value) for name, value in headers if name.lower() != "content-type")
    if (there.scheme, there.host, there.port) != (target.scheme, target.host, target.port):
        if body:
            raise OutboundRefused("redirect of a body to another host")
        headers = tuple((name, value) for name, value in headers if name.lower() in _HARMLESS)
    return replace(request, method=method, url=target.url, headers=headers, body=body)


class _Transfer:
    """One request on one connection of its own. Callbacks never raise: libcurl would lose the reason."""

    def __init__(
        self, request: OutboundRequest, there: Place, addresses: Sequence[str], policy: Policy, max_bytes: int
    ) -> None:
        self._request, self._place, self._policy = request, there, policy
        self._pinned = {ipaddress.ip_address(address) for address in addresses}
        self._addresses = addresses
        self._room = max_bytes
        self._lines: list[bytes] = []
        self._parts: list[bytes] = []
        self._opened: list[socket.socket] = []
        self._vetoed = self._oversize = False

    def perform(self, deadline: float) -> OutboundResponse:
        """Sends and waits for the end. Raises OutboundRefused or OutboundFailed."""
        left = int((deadline - time.monotonic()) * 1000)
        if left <= 0:
            raise OutboundFailed("timeout")
        curl = pycurl.Curl()
        try:
            self._configure(curl, left)
            self._load(curl)
            curl.perform()
            return OutboundResponse(curl.getinfo(pycurl.RESPONSE_CODE), self._headers(), b"".join(self._parts))
        except pycurl.error as error:
            raise self._fault(error.args[0], str(error.args[1])) from None
        finally:
            curl.close()
            # pycurl works on a duplicate of each socket that it was given.
            for opened in self._opened:
                opened.close()

    def _configure(self, curl: pycurl.Curl, timeout_ms: int) -> None:
        there = self._place
        curl.setopt(pycurl.URL, there.url)
        curl.setopt(pycurl.PATH_AS_IS, 1)
        if not there.literal:
            shown = ",".join(f"[{address}]" if ":" in address else address for address in self._addresses)
            curl.setopt(pycurl.RESOLVE, [f"{there.host}:{there.port}:{shown}"])
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.NOPROXY, "*")
        curl.setopt(pycurl.NETRC, pycurl.NETRC_IGNORED)
        curl.setopt(pycurl.FOLLOWLOCATION, 0)
        curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.FRESH_CONNECT, 1)
        curl.setopt(pycurl.FORBID_REUSE, 1)
        curl.setopt(pycurl.TIMEOUT_MS, timeout_ms)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, timeout_ms)
        curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open)
        curl.setopt(pycurl.HEADERFUNCTION, self._lines.append)
        curl.setopt(pycurl.WRITEFUNCTION, self._wrote)
        if there.scheme == "https":
            paths = ssl.get_default_verify_paths()
            curl.setopt(pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2)
            curl.setopt(pycurl.SSL_VERIFYPEER, 1)
            curl.setopt(pycurl.SSL_VERIFYHOST, 2)
            if paths.cafile:
                curl.setopt(pycurl.CAINFO, paths.cafile)
            if paths.capath:
                curl.setopt(pycurl.CAPATH, paths.capath)

    def _load(self, curl: pycurl.Curl) -> None:
        request = self._request
        if request.method == "HEAD":
            curl.setopt(pycurl.NOBODY, 1)
        elif request.body or request.method != "GET":
            curl.setopt(pycurl.POSTFIELDS, request.body)
            curl.setopt(pycurl.CUSTOMREQUEST, request.method)
        curl.setopt(pycurl.HTTPHEADER, _header_lines(request.headers))

    def _open(self, purpose: int, target: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
        # The last word, whatever was decided before and by whichever resolver.
        family, kind, protocol, where = target
        address = where[0] if isinstance(where, tuple) and where[1] == self._place.port else ""
        if _objection(self._place, address, self._policy) or ipaddress.ip_address(address) not in self._pinned:
            self._vetoed = True
            return int(pycurl.SOCKET_BAD)
        try:
            self._opened.append(socket.socket(family, kind, protocol))
        except OSError:
            return int(pycurl.SOCKET_BAD)
        return self._opened[-1]

    def _wrote(self, chunk: bytes) -> int:
        self._room -= len(chunk)
        if self._room < 0:
            self._oversize = True
            return 0  # a short write: libcurl ends the transfer
        self._parts.append(chunk)
        return len(chunk)

    def _headers(self) -> Headers:
        """The headers of the last head: an interim response (100) has one of its own."""
        found: list[tuple[str, str]] = []
        for line in self._lines:
            if line.startswith(b"HTTP/"):
                found.clear()
            name, colon, value = line.decode("latin-1").partition(":")
            if colon and _TOKEN.fullmatch(name):
                found.append((name, value.strip()))
        return tuple(found)

    def _fault(self, code: int, detail: str) -> OutboundError:
        if self._vetoed:
            return OutboundRefused("the address is not one that was resolved")
        if self._oversize:
            return OutboundFailed("the response is too large")
        if code == pycurl.E_OPERATION_TIMEDOUT:
            return OutboundFailed("timeout")
        if code in _TLS_ERRORS:
            # Nobody can repair a certificate without libcurl's words.
            return OutboundFailed(f"TLS: {detail}")
        return OutboundFailed("connection failed")


def _header_lines(headers: Iterable[tuple[str, str]]) -> list[bytes]:
    """The headers in libcurl's notation (`Name;` for an empty value), its own additions switched off (`Name:`)."""
    given = tuple(headers)
    names = {name.lower() for name, _ in given}
    if "user-agent" not in names:
        given += (("User-Agent", "vedette"),)
        names.add("user-agent")
    lines = [f"{name}: {value}" if value.strip() else f"{name};" for name, value in given]
    return [line.encode("latin-1") for line in lines] + [
        f"{name}:".encode() for name in _ADDED_BY_LIBCURL if name not in names
    ]
