"""What lists of scan profiles and of scans may be narrowed by, and what a profile looks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import F, Q, QuerySet

from vedette.contract.job import Profile
from vedette.engine import catalog
from vedette.server.definitions import queries as definitions
from vedette.server.definitions.queries import Definition
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.scans import queries, rules
from vedette.server.scans.models import Scan, ScanProfile
from vedette.server.targets import rules as target_rules
from vedette.server.tenancy.actor import Actor

PROFILES = {"name": "name", "type": "type", "builtin": "organisation", "changed": "changed_at"}
"""Names to order by, each also with `-`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFilter:
    """Which profiles are meant. `archived` None leaves all; `verified_only` asks for those that may (False) or may not
    (True) scan what nobody was shown to own."""

    archived: bool | None = None
    builtin: bool | None = None
    type: str = ""
    verified_only: bool | None = None
    search: str = ""
    ordering: str = ""


def profiles(actor: Actor, wanted: ProfileFilter) -> QuerySet[ScanProfile]:
    """The profiles that the actor may see and the filter means. Raises Invalid for an unknown order."""
    rows = queries.profiles(actor, archived=wanted.archived).order_by("pk")
    if wanted.builtin is not None:
        rows = rows.filter(organisation__isnull=wanted.builtin)
    if wanted.type:
        rows = rows.filter(type=wanted.type)
    if wanted.verified_only is not None:
        rows = rows.filter(can_scan_unverified=not wanted.verified_only)
    if wanted.search:
        text = Q(name__icontains=wanted.search) | Q(description__icontains=wanted.search)
        rows = rows.none() if "\0" in wanted.search else rows.filter(text)
    if not wanted.ordering:
        return rows
    column = PROFILES.get(wanted.ordering.removeprefix("-"))
    if column is None:
        raise Invalid(fields={"ordering": [f'"{wanted.ordering}" is not one of {", ".join(sorted(PROFILES))}.']})
    down = wanted.ordering.startswith("-")
    return rows.order_by(F(column).desc() if down else F(column).asc(), "-pk" if down else "pk")


def profile(actor: Actor, key: str) -> ScanProfile:
    """A profile, archived or not. Raises NotFound."""
    found = None if "\0" in key else queries.profiles(actor, archived=None).filter(key=key).first()
    if found is None:
        raise NotFound()
    return found


def scans_of_site(actor: Actor, url: str = "") -> QuerySet[Scan]:
    """The scans that the actor may see, newest first; of this site alone when a URL of it is given. What is no
    URL is of no site."""
    rows = queries.for_actor(actor).order_by("-created_at", "-pk")
    if not url:
        return rows
    try:
        site = target_rules.origin_of(target_rules.normalise_url(url))
    except Invalid:
        return rows.none()
    return rows.filter(target__url__startswith=f"{site}/")


def looks_for(row: ScanProfile) -> tuple[Definition, ...]:
    """What a scan with this profile looks for, by name."""
    options = {"base": row.base, "methods": row.methods, "payloads": row.payloads}
    return _definitions(rules.engine_profile(options), tuple(row.checks))


@lru_cache(maxsize=256)
def _definitions(profile: Profile, chosen: tuple[str, ...]) -> tuple[Definition, ...]:
    found = (definitions.for_check(check.id) for check in catalog.load().select(profile, chosen))
    return tuple(sorted(found, key=lambda one: (one.name.lower(), one.check_id)))
