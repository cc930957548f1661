"""A cookie jar after RFC 6265: what a site set, and what goes back to which URL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from vedette.engine.net.origin import Origin

MAX_COOKIES = 1000
MAX_PER_DOMAIN = 180
"""As many as browsers keep: a site that sets more sees its oldest go."""
MAX_BYTES = 4096


@dataclass(slots=True)
class Cookie:
    """A stored cookie. `expires` is seconds since the epoch, 0 for the end of the session."""

    name: str
    value: str
    domain: str
    path: str = "/"
    host_only: bool = True
    secure: bool = False
    expires: float = 0.0

    def fits(self, origin: Origin, path: str, now: float) -> bool:
        """Whether it goes with a request to this origin and path."""
        if self.expires and self.expires <= now:
            return False
        if self.secure and origin.scheme != "https":
            return False
        same = origin.host == self.domain or (not self.host_only and _within(origin, self.domain))
        return same and _path_matches(path, self.path)


class Jar:
    """The cookies of one user, in the order in which they were first set."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], Cookie] = {}

    def __len__(self) -> int:
        return len(self._cookies)

    @property
    def cookies(self) -> list[Cookie]:
        """All cookies."""
        return list(self._cookies.values())

    def clear(self) -> None:
        """Forgets all cookies."""
        self._cookies.clear()

    def put(self, cookie: Cookie) -> None:
        """Stores a cookie in place of the one with the same name, domain and path."""
        key = (cookie.name, cookie.domain, cookie.path)
        if key not in self._cookies:
            own = [other for other in self._cookies if other[1] == cookie.domain]
            if len(own) >= MAX_PER_DOMAIN:
                self._cookies.pop(own[0])
            elif len(self._cookies) >= MAX_COOKIES:
                self._cookies.pop(next(iter(self._cookies)))
        self._cookies[key] = cookie

    def take(self, line: str, origin: Origin, target: str, now: float) -> Cookie | None:
        """Stores what a Set-Cookie header says. Gives the cookie, or None when it was refused or taken away."""
        cookie = parse(line, origin, target, now)
        if cookie is None:
            return None
        if cookie.expires and cookie.expires <= now:
            self._cookies.pop((cookie.name, cookie.domain, cookie.path), None)
            return None
        self.put(cookie)
        return cookie

    def fitting(self, origin: Origin, target: str, now: float) -> list[Cookie]:
        """The cookies for a request, longer paths first."""
        path = target.partition("?")[0]
        found = [cookie for cookie in self._cookies.values() if cookie.fits(origin, path, now)]
        return sorted(found, key=lambda cookie: -len(cookie.path))

    def value(self, name: str) -> str:
        """The value of a cookie by name, whatever its path; empty when there is none."""
        return next((cookie.value for cookie in self._cookies.values() if cookie.name == name), "")

    def snapshot(self) -> list[list[Any]]:
        """All cookies as JSON-able rows."""
        return [[c.name, c.value, c.domain, c.path, c.host_only, c.secure, c.expires] for c in self._cookies.values()]

    def restore(self, rows: Iterable[Iterable[Any]]) -> None:
        """Replaces all cookies by those of a snapshot."""
        self._cookies.clear()
        for fields in rows:
            self.put(Cookie(*fields))


def parse(line: str, origin: Origin, target: str, now: float) -> Cookie | None:
    """A Set-Cookie header read; None for one that a browser would refuse."""
    pair, *rest = line.split(";")
    name, equals, value = pair.partition("=")
    name, value = (name.strip(), value.strip()) if equals else ("", name.strip())
    if not (name or value) or len(name) + len(value) > MAX_BYTES:
        return None
    attributes: dict[str, str] = {}
    for part in rest:
        key, _, text = part.partition("=")
        attributes[key.strip().lower()] = text.strip()
    domain = attributes.get("domain", "").lower().removeprefix(".")
    if domain and not _may_set(origin, domain):
        return None
    path = attributes.get("path", "")
    return Cookie(
        name=name,
        value=value,
        domain=domain or origin.host,
        path=path if path.startswith("/") else _default_path(target),
        host_only=not domain or origin.literal,
        secure="secure" in attributes,
        expires=_expiry(attributes, now),
    )


def _may_set(origin: Origin, domain: str) -> bool:
    if origin.host == domain:
        return True
    return "." in domain and _within(origin, domain)


def _within(origin: Origin, domain: str) -> bool:
    return not origin.literal and origin.host.endswith("." + domain)


def _path_matches(path: str, prefix: str) -> bool:
    if not path.startswith(prefix):
        return False
    return len(path) == len(prefix) or prefix.endswith("/") or path[len(prefix)] == "/"


def _default_path(target: str) -> str:
    folder = target.partition("?")[0].rpartition("/")[0]
    return folder if folder.startswith("/") else "/"


def _expiry(attributes: dict[str, str], now: float) -> float:
    age = attributes.get("max-age", "")
    if age.removeprefix("-").isdigit() and age.isascii():
        return now + int(age[:12]) if int(age[:12]) > 0 else now
    try:
        # Sites remove cookies with the first second of the epoch; 0 would mean the end of the session.
        return max(1.0, parsedate_to_datetime(attributes["expires"]).timestamp())
    except (KeyError, ValueError, TypeError, OverflowError):
        return 0.0
