"""Which URLs of a site are asked for: where a scan starts, how far it goes, what it keeps away from. Pure."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from urllib.parse import urljoin

from vedette.server.targets.rules import PORTS, UNSAFE, origin_of, split_port
from vedette.server.targets.values import FieldError, shortened, texts_of

_PATTERN = re.compile(r"(?:https?|\*)://[^/?#\\]+(?:[/?][^#]*)?|\*(?!://)[^#\\]*", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def whitelist(values: object) -> list[str]:
    """Extra start paths, each beginning with `/`. Raises FieldError."""
    found: dict[str, None] = {}
    for text in texts_of(values):
        entry = text.partition("#")[0].strip()
        if UNSAFE.search(entry) or not entry.isascii() or entry.startswith("//") or _SCHEME.match(entry):
            raise FieldError(f"{shortened(text)} is not a path: write it like /account/orders.")
        if entry:
            found[entry if entry.startswith("/") else "/" + entry] = None
    return list(found)


def blacklist(values: object, url: str) -> list[str]:
    """Patterns of URLs that are never requested: absolute, or beginning with `*` as in `*.archive.shop.example`. Raises
    FieldError, also for one that would exclude the target."""
    found: dict[str, None] = {}
    for text in texts_of(values):
        entry = text.strip()
        if not entry:
            continue
        if not _PATTERN.fullmatch(entry) or UNSAFE.search(entry):
            raise FieldError(f"{shortened(text)} is not a URL: write it like https://shop.example/admin/*.")
        if excludes([entry], url):
            raise FieldError(f"{shortened(text)} would exclude the target itself.")
        found[entry] = None
    return list(found)


def exclusions(patterns: Iterable[str]) -> tuple[str, ...]:
    """The blacklist as shell-style patterns for the engine: only `*` is special. A pattern without a query also keeps
    away from the same page asked for with one, and one that may be a host's name from all of that host."""
    found: list[str] = []
    for pattern in (form for given in patterns for form in _absolute(given)):
        literal = pattern.replace("[", "[[]").replace("?", "[?]")
        found.append(literal)
        if "?" not in pattern and not pattern.endswith("*"):
            found.append(literal + "[?]*")
    return tuple(dict.fromkeys(found))


def _absolute(pattern: str) -> tuple[str, ...]:
    """The pattern with a scheme, and what else a short one may mean."""
    if "://" in pattern:
        return (pattern,)
    whole = f"*://{pattern}"
    return (whole,) if "/" in pattern else (whole, f"{whole}/*", f"{whole}:*")


def excludes(patterns: Iterable[str], url: str) -> bool:
    """Whether any of the patterns keeps away from this normalised URL."""
    shown = [re.compile(fnmatch.translate(pattern), re.IGNORECASE) for pattern in exclusions(patterns)]
    origin = origin_of(url)
    scheme, _, host = origin.partition("://")
    target = url[len(origin) :]
    forms = [url] if split_port(host)[1] else [url, f"{origin}:{PORTS[scheme]}{target}"]
    return any(pattern.match(form) for pattern in shown for form in forms)


def prefix_of(url: str) -> str:
    """Where a site's scope begins: its URL without query, and without a last segment that names a file."""
    path = url.partition("?")[0]
    head, _, last = path.rpartition("/")
    return head + "/" if "." in last else path


def start_urls(url: str, paths: Iterable[str], patterns: Iterable[str]) -> tuple[str, ...]:
    """The URL and the extra start paths on its host, without those that the patterns exclude."""
    kept = tuple(patterns)
    extra = dict.fromkeys(urljoin(origin_of(url) + "/", path) for path in paths)
    return (url, *(start for start in extra if start != url and not excludes(kept, start)))


def includes(url: str, starts: Iterable[str], others: Iterable[str] = ()) -> tuple[str, ...]:
    """The prefixes in scope: the site's own, start URLs outside it (those alone, not their folders), and the origins
    of other hosts."""
    prefixes = [prefix_of(url)]
    for start in starts:
        if not any(within(start, prefix) for prefix in prefixes):
            prefixes.append(start.partition("?")[0])
    return tuple(dict.fromkeys((*prefixes, *(f"{origin}/" for origin in others))))


def within(url: str, prefix: str) -> bool:
    """Whether a URL lies under a prefix, by whole path segments."""
    base = prefix.rstrip("/")
    return url.startswith(base) and url[len(base) : len(base) + 1] in ("", "/", "?")
