"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from vedette import __version__
from vedette.server.scans import queries as scans
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import User
from vedette.server.tenancy.rules import PERMISSIONS

_NAV = (
    ("overview", "Overview", "overview", ""),
    ("targets", "Targets", "targets", "targets.view"),
    ("scans", "Scans", "scans", "scans.view"),
    ("schedules", "Schedules", "schedules", "scans.view"),
    ("findings", "Findings", "findings", "findings.view"),
    ("discovery", "Discovery", "discovery", "discovery.view"),
    ("settings", "Settings", "settings", ""),
)
"""Key, label, icon and the permission without which the entry is not shown. The key names the route too."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, organisation and rights; little for whoever is not signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    user = request.user if hasattr(request, "user") else None
    theme = request.COOKIES.get("vedette_theme", "")
    context: dict[str, Any] = {"version": __version__, "theme": theme if theme in ("light", "dark") else ""}
    if actor is None or not isinstance(user, User):
        return context
    match = request.resolver_match
    return context | {
        "nav": [_entry(*row[:3]) for row in _NAV if not row[3] or actor.anywhere(row[3])],
        "active_nav": (match.url_name or "").partition("-")[0] if match else "",
        "organisation": actor.organisation,
        "organisations": tenancy.organisations_of(user),
        "running_scans": scans.running_count(actor),
        "can": {key for key in PERMISSIONS if actor.anywhere(key)},
    }


def _entry(key: str, label: str, icon: str) -> dict[str, str]:
    try:
        url = reverse(f"web:{key}")
    except NoReverseMatch:
        url = "/ui/"
    return {"key": key, "label": label, "icon": icon, "url": url}
