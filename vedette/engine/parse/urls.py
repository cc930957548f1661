"""URLs as a browser reads them: references resolved, addresses put into one form for comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, unquote_plus, urlencode

MAX_URL = 8_192
MAX_REMEMBERED = 256
MAX_KNOWN = 16_384
DEFAULT_PORTS = {"http": "80", "https": "443"}
_PLAIN = re.compile(r"/[A-Za-z0-9\-._~!$&()*+,;=:@%/]*(?:\?[A-Za-z0-9\-._~!$&()*+,;=:@%/?]*)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_NORMAL = re.compile(r"(https?://[a-z0-9.\-]+(?::(?!0|80/|443/)[0-9]{1,5})?)(/[^?#]*)(?:\?([^#]*))?")
_INNER_WHITESPACE = re.compile(r"[\t\r\n]+")
_ABSOLUTE = ("http://", "https://")
_EDGE = "".join(map(chr, range(0x21)))
_DOT = re.compile(r"(?:\.|%2e)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9._\-]+|\[[0-9a-f:.]+\]")
_PATH_SAFE = "!$&'()*+,;=:@%/~-._|[]^\\"
_QUERY_SAFE = "!$&()*+,;=:@%/?~-._|[]^\\{}`"


def resolve(base: str, reference: str) -> str | None:
    """The absolute http or https URL that a browser on page `base` would request for `reference`.

    Without fragment and user information; None when it is another scheme or not a URL at all. Characters that cannot
    stand in a request line are percent-encoded, everything else stays byte for byte.
    """
    if reference[:1] == "/" or reference.startswith(_ABSOLUTE):
        known = _known_from(base)
        if known is not None:
            return known[reference]
    return _resolve_any(base, reference)


class _Known(dict[str, str | None]):
    """Reference -> URL for references that do not depend on the page's path: one answer serves all pages of a site,
    and most of them name what the menu of the site names."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self._root = root

    def __missing__(self, reference: str) -> str | None:
        if _PLAIN.fullmatch(reference) and "/." not in reference and "%2" not in reference and reference[1:2] != "/":
            url: str | None = self._root + reference
        else:
            url = _resolve_any(self._root + "/", reference)
        if len(reference) <= MAX_REMEMBERED:
            if len(self) >= MAX_KNOWN:
                self.clear()
            self[reference] = url
        return url


@lru_cache(maxsize=4)
def _known_of(root: str) -> _Known:
    return _Known(root)


@lru_cache(maxsize=16)
def _known_from(base: str) -> _Known | None:
    root = origin(base)
    return _known_of(root) if root else None


def _resolve_any(base: str, reference: str) -> str | None:
    reference = _INNER_WHITESPACE.sub("", reference.strip(_EDGE)).partition("#")[0]
    if len(reference) > MAX_URL:
        return None
    scheme, rest = _split_scheme(reference)
    base_scheme = base.partition(":")[0].lower()
    if scheme and scheme not in DEFAULT_PORTS:
        return None
    address, mark, query = rest.partition("?")
    address = address.replace("\\", "/")
    if scheme and (scheme != base_scheme or address.startswith("/")):
        address = "//" + address.lstrip("/")
    if address.startswith("//"):
        authority, slash, path = address.lstrip("/").partition("/")
        root = _origin_of(scheme or base_scheme, authority)
        path = slash + path
    else:
        root = origin(base)
        path, inherited = _on_base(base, address)
        if not mark and not address:
            _, mark, query = inherited.partition("?")
    if not root:
        return None
    return root + _encode(_without_dots(path), _PATH_SAFE) + mark + _encode(query, _QUERY_SAFE)


def _split_scheme(reference: str) -> tuple[str, str]:
    match = _SCHEME.match(reference)
    return (match.group(1).lower(), reference[match.end() :]) if match else ("", reference)


def _on_base(base: str, path: str) -> tuple[str, str]:
    """The path to use, and the base's query with its question mark."""
    if path.startswith("/"):
        return path, ""
    rest = base.partition("#")[0].partition("://")[2]
    whole, mark, query = rest.partition("?")
    base_path = "/" + whole.partition("/")[2]
    return (base_path.rpartition("/")[0] + "/" + path) if path else base_path, mark + query


def _without_dots(path: str) -> str:
    if "." not in path and "%2" not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        plain = _DOT.sub(".", segment) if len(segment) <= 6 else segment
        if plain not in (".", ".."):
            kept.append(segment)
            continue
        if plain == ".." and kept:
            kept.pop()
        if index == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)


def _encode(text: str, safe: str) -> str:
    # A lone surrogate can stand in a script's string; it has no bytes, so it becomes a question mark.
    return text if text.isalnum() and text.isascii() else quote(text.encode("utf-8", "replace"), safe=safe)


def _origin_of(scheme: str, authority: str) -> str:
    host = authority.rpartition("@")[2].lower()
    port = ""
    if not host.endswith("]"):
        name, _, digits = host.rpartition(":")
        if name:
            host, port = name, digits
    host = _ascii_host(host)
    if not _HOST.fullmatch(host) or (port and not (port.isascii() and port.isdigit() and int(port) < 65536)):
        return ""
    port = str(int(port)) if port else ""
    return f"{scheme}://{host}" + (f":{port}" if port and port != DEFAULT_PORTS[scheme] else "")


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


@lru_cache(maxsize=4096)
def origin(url: str) -> str:
    """Scheme, host and port, in lower case and without a default port; empty when the URL is not http or https."""
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in DEFAULT_PORTS:
        return ""
    return _origin_of(scheme, re.split(r"[/?#\\]", rest, maxsplit=1)[0])


def normalise(url: str) -> str:
    """The form in which two URLs are compared: lower-case scheme and host, no default port, no fragment, `/` for an
    empty path; the bytes of path and query stay as they are. An unusable URL comes back unchanged."""
    if _NORMAL.fullmatch(url):
        return url
    root = origin(url)
    if not root:
        return url
    rest = url.partition("://")[2].partition("#")[0]
    cut = next((index for index, letter in enumerate(rest) if letter in "/?\\"), len(rest))
    tail = rest[cut:]
    return root + (tail if tail.startswith("/") else "/" + tail.lstrip("\\"))


def split(url: str) -> tuple[str, str, str]:
    """Origin, path and query of an absolute URL; the query without its question mark."""
    if match := _NORMAL.fullmatch(url):
        return match.group(1), match.group(2), match.group(3) or ""
    rest = normalise(url)
    root = origin(url)
    path, _, query = rest[len(root) :].partition("?")
    return root, path, query


def query_pairs(url: str) -> list[tuple[str, str]]:
    """The decoded query parameters in their order, blank and repeated ones included."""
    return pairs_of(url.partition("#")[0].partition("?")[2])


def pairs_of(encoded: str) -> list[tuple[str, str]]:
    """The decoded pairs of an urlencoded text, in their order."""
    pairs = []
    for part in encoded.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_decoded(name), _decoded(value)))
    return pairs


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def with_query(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The URL with its query replaced by the pairs, encoded as a form would; none at all for no pairs."""
    bare = url.partition("#")[0].partition("?")[0]
    encoded = urlencode(list(pairs))
    return f"{bare}?{encoded}" if encoded else bare
