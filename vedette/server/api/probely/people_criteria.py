"""What lists of people, keys, grants, log entries, domains and profiles are narrowed to, read from the query."""

from __future__ import annotations

from rest_framework.request import Request

from vedette.server.api.probely import query
from vedette.server.audit.filters import LogFilter
from vedette.server.scans.filters import ProfileFilter
from vedette.server.targets.filters import DomainFilter
from vedette.server.tenancy.filters import GrantFilter
from vedette.server.tenancy.holders import HolderFilter


def holders(request: Request) -> HolderFilter:
    """Of `/users/` and `/api-users/`."""
    return HolderFilter(
        ids=query.words(request, "id"),
        exclude=query.words(request, "exclude"),
        labels=query.words(request, "label"),
        every_label=query.every(request, "label_logical_operator"),
        roles=query.words(request, "role"),
        teams=query.words(request, "team"),
        targets=query.words(request, "target"),
        exclude_teams=query.words(request, "exclude_team"),
        exclude_targets=query.words(request, "exclude_target"),
        creators=query.words(request, "creator"),
        active=query.flag(request, "active"),
        mfa_enabled=query.flag(request, "mfa_enabled"),
        no_access=query.flag(request, "no_access"),
        account_wide=query.flag(request, "account"),
        search=query.text(request, "search"),
        ordering=query.text(request, "ordering"),
    )


def grants(request: Request) -> GrantFilter:
    """Of `/user-roles/` and `/api-user-roles/`."""
    return GrantFilter(
        roles=query.words(request, "role"),
        teams=query.words(request, "team"),
        targets=query.words(request, "target"),
        holders=query.words(request, "user"),
        account_wide=query.flag(request, "account"),
        search=query.text(request, "search"),
        ordering=query.text(request, "ordering"),
    )


def log(request: Request) -> LogFilter:
    """Of `/audit-log/`."""
    return LogFilter(
        start=query.moment(request, "start_dt"),
        end=query.moment(request, "end_dt"),
        users=query.words(request, "user"),
        search=query.text(request, "search"),
        ordering=query.text(request, "ordering"),
    )


def domains(request: Request) -> DomainFilter:
    """Of `/domains/`. All come from people, so that the wish for another source leaves nothing."""
    sources = query.words(request, "source")
    return DomainFilter(
        none=bool(sources and "manual" not in sources),
        verified=query.flag(request, "verified"),
        search=query.text(request, "search_fld") or query.text(request, "search"),
        ordering=query.text(request, "ordering"),
    )


def profiles(request: Request) -> ProfileFilter:
    """Of `/scan-profiles/`."""
    types = query.choices(request, "type", ("web", "api"))
    return ProfileFilter(
        archived=query.flag(request, "archived"),
        builtin=query.flag(request, "builtin"),
        type=types[0] if len(types) == 1 else "",
        verified_only=query.flag(request, "verified"),
        search=query.text(request, "search"),
        ordering=query.text(request, "ordering"),
    )
