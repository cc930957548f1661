"""Cookies of a session in the browser's terms and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vedette.engine.net.cookies import Cookie


def for_browser(cookies: Iterable[Cookie]) -> list[dict[str, Any]]:
    """The cookies as Playwright wants them. Those without a name are left out: it knows none."""
    return [
        {
            "name": cookie.name,
            "value": cookie.value,
            "domain": cookie.domain if cookie.host_only else f".{cookie.domain}",
            "path": cookie.path,
            "secure": cookie.secure,
            "expires": cookie.expires or -1,
        }
        for cookie in cookies
        if cookie.name
    ]


def from_browser(rows: Iterable[Mapping[str, Any]]) -> list[Cookie]:
    """What Playwright tells, as cookies of a session."""
    return [
        Cookie(
            name=row["name"],
            value=row["value"],
            domain=row["domain"].removeprefix(".").lower(),
            path=row.get("path", "/"),
            host_only=not row["domain"].startswith("."),
            secure=bool(row.get("secure", False)),
            expires=max(0.0, float(row.get("expires", 0))),
        )
        for row in rows
    ]
