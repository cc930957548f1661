"""The pages of the organisation's settings: which there are for whom, and how what they list reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from vedette.server.audit.models import DomainEvent
from vedette.server.audit.rules import sentence
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import ApiKey, RoleGrant
from vedette.server.tenancy.rules import PERMISSIONS
from vedette.server.tenancy.services.keys import is_operator

SECTIONS = (
    ("organisation", "Organisation", "settings", "organisation.view"),
    ("people", "People", "settings-people", "people.view"),
    ("roles", "Roles", "settings-roles", "roles.view"),
    ("teams", "Teams", "settings-teams", "teams.view"),
    ("keys", "API keys", "settings-keys", ""),
    ("labels", "Labels", "settings-labels", "labels.change"),
    ("credentials", "Credentials", "settings-credentials", "credentials.view"),
    ("domains", "Domains", "settings-domains", "domains.view"),
    ("blackout", "Blackout period", "settings-blackout", "organisation.view"),
    ("connectors", "Connectors", "settings-connectors", "organisation.view"),
    ("discovery", "Discovery", "settings-discovery", "discovery.view"),
    ("profiles", "Scan profiles", "settings-profiles", "profiles.view"),
    ("audit", "Audit log", "settings-audit", "audit.view"),
)
"""Key, label, route, and the permission without which the entry is not shown."""

KEY_KINDS = {
    "probely": "API key",
    "invicti": "Personal token",
    "cloneguard_app": "Application key",
    "cloneguard_access": "Personal access key",
}
GROUPS = {
    "organisation": "Organisation",
    "people": "People",
    "roles": "Roles",
    "teams": "Teams",
    "keys": "API keys",
    "audit": "Audit log",
    "labels": "Labels",
    "targets": "Targets",
    "credentials": "Credentials",
    "domains": "Domains",
    "discovery": "Discovery",
    "scans": "Scans",
    "findings": "Findings",
    "profiles": "Scan profiles",
    "reports": "Reports",
}
"""The first words of permissions, as headings."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the settings' own navigation."""

    key: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the audit log: what happened, and what it changed as name, before, after."""

    event: DomainEvent
    text: str
    changes: list[tuple[str, str, str]]


def show(
    request: HttpRequest,
    actor: Actor,
    template: str,
    section: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the settings with their navigation beside it."""
    entries = [
        Entry(key, label, reverse(f"web:{name}"))
        for key, label, name, permission in SECTIONS
        if not permission or actor.anywhere(permission)
    ]
    if is_operator(actor):
        entries.append(Entry("health", "System health", reverse("web:settings-health")))
    frame = {"entries": entries, "section": section}
    return render(request, template, {**frame, **(context or {})}, status=status)


def scope(grant: RoleGrant) -> str:
    """Over what a role is held, in words."""
    if grant.tier == "account":
        return "whole account"
    place = grant.team if grant.tier == "team" else grant.target
    return f"{grant.tier} {place}"


def kind_of(key: ApiKey) -> str:
    """What a key is, in words."""
    return KEY_KINDS.get(key.kind, key.kind)


def permissions(held: Iterable[str]) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Every permission in sentences, by heading, each with whether it is held."""
    own = set(held)
    found: dict[str, list[tuple[str, bool]]] = {}
    for name, text in PERMISSIONS.items():
        found.setdefault(GROUPS[name.partition(".")[0]], []).append((text, name in own))
    return list(found.items())


def facts(events: Iterable[DomainEvent]) -> list[Fact]:
    """Lines of the audit log."""
    return [
        Fact(one, sentence(one.kind, actor=one.actor_name, object_name=one.object_name), changes(one.payload))
        for one in events
    ]


def changes(payload: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What a fact tells beside its sentence: fields that changed, then further data, which have no before."""
    before, after = payload.get("before") or {}, payload.get("after") or {}
    names = dict.fromkeys([*before, *after])
    found = [(name, _told(before.get(name)), _told(after.get(name))) for name in names]
    data = payload.get("data") or {}
    found += [(name, "", _told(value)) for name, value in data.items()]
    return [(name.replace("_", " "), old, new) for name, old, new in found if old != new]


def _told(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_told(one)}" for name, one in value.items())
    return str(value)
