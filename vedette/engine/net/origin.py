"""URLs cut into an origin and a target, once, strictly: no other part of the room reads a URL in its own way.

What two programs might read differently (credentials, backslashes, escapes or odd characters in the host part) is
refused instead of interpreted. Path and query stay byte for byte as given.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#\\]*)([^#\x00-\x1f\x7f]*)(?:#.*)?\Z", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s\[\]:@%\\<>\"'`{}|^!$&()*+,;=\x00-\x20\x7f]+)(?::([0-9]{0,6}))?\Z")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\Z")
_PORTS = {"http": 80, "https": 443}
_CACHE_SIZE = 4096


class UrlError(ValueError):
    """The URL is not one that may be requested; the text says why."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port in canonical form: lower case, IPv6 without brackets, odd IPv4 forms dotted.

    `authority` is the host part as it stands in URLs and Host headers, without a default port; `url` the origin as a
    URL without a path; `literal` tells an address from a name.
    """

    scheme: str
    host: str
    port: int
    authority: str
    url: str
    literal: bool


_origins: dict[str, Origin] = {}


def split(url: str) -> tuple[Origin, str]:
    """The origin and the request target (path and query, at least `/`; the fragment is dropped). Raises UrlError."""
    match = _URL.match(url)
    if match is None:
        raise UrlError("control character in the URL" if _CONTROL.search(url) else "not an absolute URL")
    target = match[3]
    if not target.startswith("/"):
        if target.startswith("\\"):
            raise UrlError("backslash in the host part")
        target = "/" + target
    key = url[: match.end(2)]
    origin = _origins.get(key)
    if origin is None:
        origin = _parse(match[1].lower(), match[2])
        if len(_origins) >= _CACHE_SIZE:
            _origins.clear()
        _origins[key] = origin
    return origin, target


def _parse(scheme: str, authority: str) -> Origin:
    if scheme not in _PORTS:
        raise UrlError(f"scheme {scheme} is not http or https")
    if "@" in authority:
        raise UrlError("credentials in the URL")
    match = _AUTHORITY.match(authority)
    if match is None:
        raise UrlError("unusual host part")
    port = int(match[2]) if match[2] else _PORTS[scheme]
    if not 0 < port < 65536:
        raise UrlError("not a port")
    host, literal = _host(match[1])
    shown = f"[{host}]" if ":" in host else host
    if port != _PORTS[scheme]:
        shown += f":{port}"
    return Origin(scheme, host, port, shown, f"{scheme}://{shown}", literal)


def _host(text: str) -> tuple[str, bool]:
    if text.startswith("["):
        try:
            return str(ipaddress.IPv6Address(text[1:-1])), True
        except ValueError:
            raise UrlError("not an IPv6 address") from None
    name = _ascii(text).removesuffix(".")
    if _NUMERIC.match(name):
        # Browsers and libraries read 127.1, 0x7f000001 and 2130706433 as addresses; so must the guard.
        try:
            return socket.inet_ntoa(socket.inet_aton(name)), True
        except OSError:
            raise UrlError("not an IPv4 address") from None
    if not name or ".." in name or name.startswith("."):
        raise UrlError("not a host name")
    return name, False


def _ascii(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Names that change on the way to ASCII and back may be someone else's: only the unambiguous ones are taken.
    try:
        encoded = text.lower().encode("idna").decode("ascii")
        same = encoded.encode("ascii").decode("idna") == text.lower()
    except UnicodeError:
        same = False
    if not same:
        raise UrlError("ambiguous international host name: write it in its xn-- form")
    return encoded
