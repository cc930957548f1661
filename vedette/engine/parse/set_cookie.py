"""A `Set-Cookie` header read as a browser reads it."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

SESSION_WORDS = ("sess", "sid", "auth", "token", "jwt", "login", "remember", "identity", "user")
SCRIPT_READ_WORDS = ("csrf", "xsrf")
"""Cookies whose very purpose is to be read by the page's own scripts (double-submit tokens)."""


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One cookie as set. `same_site` is in lower case, empty when absent; `domain` has no leading dot."""

    name: str
    value: str = ""
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    domain: str = ""
    path: str = ""
    max_age: str = ""
    expires: str = ""

    @property
    def session_like(self) -> bool:
        """Whether its name says that it carries a log-in."""
        name = self.name.lower()
        return any(word in name for word in SESSION_WORDS) and not self.for_scripts

    @property
    def for_scripts(self) -> bool:
        """Whether it is meant to be read by scripts, so that HttpOnly would break it."""
        return any(word in self.name.lower() for word in SCRIPT_READ_WORDS)

    def removed(self, now: float) -> bool:
        """Whether this header deletes the cookie; `now` is when the response came, in seconds since the epoch."""
        if self.max_age.lstrip("-").isdigit():
            return int(self.max_age) <= 0
        if not self.expires:
            return False
        try:
            return parsedate_to_datetime(self.expires.replace("-", " ")).timestamp() <= now
        except (ValueError, OverflowError):
            return False


def parse(header: str) -> SetCookie | None:
    """The cookie of one header value; None when it has no name."""
    pair, *attributes = header.split(";")
    name, equals, value = pair.partition("=")
    if not equals or not name.strip():
        return None
    found: dict[str, str] = {}
    for attribute in attributes:
        key, _, text = attribute.partition("=")
        # The last attribute of a name wins (RFC 6265, section 5.3).
        found[key.strip().lower()] = text.strip().strip('"')
    return SetCookie(
        name=name.strip(),
        value=value.strip().strip('"'),
        secure="secure" in found,
        http_only="httponly" in found,
        same_site=found.get("samesite", "").lower(),
        domain=found.get("domain", "").lower().removeprefix("."),
        path=found.get("path", ""),
        max_age=found.get("max-age", ""),
        expires=found.get("expires", ""),
    )
