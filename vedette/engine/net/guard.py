"""Decides which URLs may be requested: those in scope, on addresses that the policy allows."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from urllib.parse import unquote

from vedette.contract.addresses import Policy, refusal
from vedette.contract.job import Scope
from vedette.engine.net.origin import Origin, UrlError, split

MAX_HOSTS = 1000


class Guard:
    """The scope of one scan. Include prefixes match whole path segments; without any, the start URLs' origins are in
    scope. Exclude patterns look at the URL as given and with its escapes and dots resolved; one that begins with `/`
    means that path on every host. `domains` are in scope whole, with all names below them and on any port. Raises
    ValueError for a start URL or include prefix that cannot be read.

    `out_of_scope` counts the hosts that were asked for outside it, at most MAX_HOSTS of them.
    """

    def __init__(self, start_urls: Sequence[str], scope: Scope, policy: Policy, *, domains: Sequence[str] = ()) -> None:
        self.out_of_scope: dict[str, int] = {}
        self._domains = frozenset(domains)
        self._prefixes: dict[str, tuple[str, ...]] = {}
        self._refused: dict[str, str] = {}
        for text in scope.include or start_urls:
            origin, target = split(text)
            path = target.partition("?")[0].rstrip("/") if scope.include else ""
            self._prefixes[origin.url] = (*self._prefixes.get(origin.url, ()), path)
            reason = refusal(origin.host, origin.port, policy) if origin.literal else ""
            if reason:
                self._refused[origin.url] = f"{origin.host} is a {reason}"
        self._excluded = _compile(scope.exclude)

    def refusal(self, url: str) -> str:
        """Why this URL must not be requested; empty when it may."""
        try:
            origin, target = split(url)
        except UrlError as error:
            return str(error)
        prefixes = self._prefixes.get(origin.url)
        if prefixes is None and self._in_domains(origin):
            prefixes = ("",)
        if prefixes is None:
            self._count(origin.host)
            return f"out of scope: {origin.url}"
        if self._refused and origin.url in self._refused:
            return self._refused[origin.url]
        if "" not in prefixes and not _inside(target, prefixes):
            return "out of scope: outside the included paths"
        if self._excluded is not None and _hits(self._excluded, origin, target):
            return "excluded"
        return ""

    def origin_refusal(self, url: str) -> str:
        """Why nothing of this URL's origin may be requested; empty when some of it may."""
        try:
            origin, _ = split(url)
        except UrlError as error:
            return str(error)
        if origin.url not in self._prefixes and not self._in_domains(origin):
            return f"out of scope: {origin.url}"
        return self._refused.get(origin.url, "")

    def entry(self, origin: Origin) -> str:
        """A target of this origin that is in scope: the shortest included path."""
        return min(self._prefixes.get(origin.url, ("",)), key=len) or "/"

    def _in_domains(self, origin: Origin) -> bool:
        if not self._domains:
            return False
        if origin.literal:
            return origin.host in self._domains
        labels = origin.host.split(".")
        return any(".".join(labels[start:]) in self._domains for start in range(len(labels)))

    def _count(self, host: str) -> None:
        if host in self.out_of_scope or len(self.out_of_scope) < MAX_HOSTS:
            self.out_of_scope[host] = self.out_of_scope.get(host, 0) + 1


def _compile(patterns: Sequence[str]) -> re.Pattern[str] | None:
    if not patterns:
        return None
    whole = (pattern if not pattern.startswith("/") else "*://*" + pattern for pattern in patterns)
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in whole), re.IGNORECASE)


def _hits(pattern: re.Pattern[str], origin: Origin, target: str) -> bool:
    path, mark, query = target.partition("?")
    resolved = _resolved(path) + mark
    forms = dict.fromkeys((target, resolved + query, resolved + unquote(query)))
    starts = dict.fromkeys(
        (origin.url, f"{origin.scheme}://{origin.authority.removesuffix(f':{origin.port}')}:{origin.port}")
    )
    return any(pattern.match(start + form) for start in starts for form in forms)


def _inside(target: str, prefixes: tuple[str, ...]) -> bool:
    """Both the path as sent and as a server may resolve it must lie under the same prefix."""
    path = target.partition("?")[0]
    resolved = _resolved(path)
    return any(_under(path, prefix) and _under(resolved, _resolved(prefix)) for prefix in prefixes)


def _under(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/")


def _resolved(path: str) -> str:
    """The path as the most eager server would read it: escapes undone, backslashes turned, dots resolved."""
    kept: list[str] = []
    segments = unquote(path).replace("\\", "/").split("/")
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    last = "/" if kept and segments[-1] in ("", ".", "..") else ""
    return "/" + "/".join(kept) + last
