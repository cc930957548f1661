"""Targets and their sites: what `/targets/` shows, and what other objects show of their target."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vedette.server.api.probely.shapes import extra_host, scan, schedule
from vedette.server.api.probely.shapes.blackout import period
from vedette.server.api.probely.shapes.domain import ownership
from vedette.server.api.probely.shapes.request_setting import items, shown
from vedette.server.api.probely.shapes.small import Json, framework, label, moment, team, user
from vedette.server.kernel.errors import Invalid
from vedette.server.scans.models import ScanProfile
from vedette.server.schedules import queries as schedules
from vedette.server.targets import api_settings, logins, protections
from vedette.server.targets.models import ExtraHost, Target
from vedette.server.targets.services import blackouts, otp_codes
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.targets.services.descriptions import MAX_BYTES
from vedette.server.targets.services.reading import PARTIAL
from vedette.server.targets.services.switches import NAVIGATION

SITE_SETTINGS = tuple(name for name in logins.DEFAULTS if name != "auth_enabled")
"""How a site logs in."""

AS_GIVEN = ("blackout_period", "scanning_agent")
"""Settings that are handed on as they come, for the targets room to read or refuse."""

_SITE_FIELDS = (
    *("url", "name", "desc", "whitelist", "blacklist", "auth_enabled"),
    *SITE_SETTINGS,
    *protections.SWITCHES,
    api_settings.NAME,
)
_TARGET_FIELDS = (
    *("unlimited", "report_type", "report_fileformat", "fail_fast", "teams", "include_deduplicated_endpoints"),
    *PARTIAL,
    *AS_GIVEN,
)
_DESCRIPTIONS = ("schema", "collection")
"""What some clients give beside `site` when they add an API: a description, or a Postman collection."""
_RENAMED = {"kind": "type", "profile": "scan_profile"}


@dataclass(frozen=True, slots=True)
class Profiles:
    """The scan profiles by id; `named` when the client asks for objects in place of ids (`scan_profile_name=true`)."""

    rows: Mapping[str, ScanProfile] = field(default_factory=dict)
    named: bool = False
    base: str = ""
    """The address of this installation, without a slash at its end: what addresses of our own begin with."""

    def of(self, key: str) -> str | Json:
        """A profile as the client wants it: its id, or an object."""
        return self._object(key) if self.named else key

    def allowed(self, kind: str, *, verified: bool) -> list[Json]:
        """The profiles made for targets of a kind that one may use."""
        wanted = "api" if kind == "api" else "web"
        rows = (row for row in self.rows.values() if not row.archived and row.type == wanted)
        return [self._object(row.key) for row in rows if verified or row.can_scan_unverified]

    def _object(self, key: str) -> Json:
        row = self.rows.get(key)
        if row is None:
            return {"id": key, "name": key, "description": "", "builtin": False}
        return {"id": key, "name": row.name, "description": row.description, "builtin": row.builtin}


def profiles(rows: Iterable[ScanProfile], *, named: bool = False, base: str = "") -> Profiles:
    """The profiles, ready for shaping."""
    return Profiles({row.key: row for row in rows}, named, base)


def full(row: Target, known: Profiles) -> Json:
    """A target as `/targets/` shows it."""
    verified = row.domain is not None and row.domain.verified
    coming = schedules.next_of(row)
    return {
        "id": row.public_id,
        "site": site(row, base=known.base),
        "type": row.kind,
        "name": row.name,
        "desc": row.desc,
        "lows": row.lows,
        "mediums": row.mediums,
        "highs": row.highs,
        "criticals": row.criticals,
        "risk": row.risk,
        "last_scan": scan.simple(row.last_scan, known.of) if row.last_scan else None,
        "running_scan": scan.running(row.running_scan, known.of) if row.running_scan else None,
        "next_scan": schedule.brief(coming, row) if coming else None,
        "assets": [extra_host.full(host) for host in row.extra_hosts.all()],
        "scan_profile": known.of(row.profile),
        "allowed_scan_profiles": known.allowed(row.kind, verified=verified),
        "unlimited": row.unlimited,
        "report_type": row.report_type,
        "report_fileformat": row.report_fileformat,
        "labels": [label(one) for one in row.labels.all()],
        "scanning_agent": None,
        "include_deduplicated_endpoints": row.include_deduplicated_endpoints,
        "teams": [team(one) for one in row.teams.all()],
        "blackout_period": period(blackouts.of_target(row)),
        "fail_fast": row.fail_fast,
        "login_video": video_url(row, known.base) if row.login_filmed_at else None,
        **{name: row.settings.get(name, default) for name, default in PARTIAL.items()},
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
    }


def video_url(row: Target, base: str, scan: str = "") -> str:
    """Where the film of the last recorded log-in is, or that of one scan."""
    return f"{base}/targets/{row.public_id}/login-video/" + (f"?scan={scan}" if scan else "")


def simple(row: Target) -> Json:
    """A target as scans, findings and extra hosts show it."""
    return {
        "id": row.public_id,
        "name": row.name,
        "site": site(row),
        "type": row.kind,
        "desc": row.desc,
        "labels": [label(one) for one in row.labels.all()],
        "has_assets": bool(row.extra_hosts.all()),
        "report_fileformat": row.report_fileformat,
        "scanning_agent": None,
        "teams": [team(one) for one in row.teams.all()],
        "blackout_period": period(blackouts.of_target(row)),
    }


def otp_url(row: Target, base: str) -> str:
    """Where one-time codes are handed in; empty unless they are, or where this installation is not known."""
    token = otp_codes.token(row) if base else ""
    return f"{base}/targets/{row.public_id}/otp/{token}/" if token else ""


def site(row: Target, *, base: str = "") -> Json:
    """The site of a target, with what is known of its owner and its technologies."""
    return {
        **site_base(row),
        "otp_url": otp_url(row, base),
        "stack": [framework(one) for one in row.stack],
        **ownership(row.domain),
        "api_scan_settings": api_settings.shown(row.settings, kind=row.kind),
    }


def site_base(row: Target) -> Json:
    """The settings of a site, as scans keep them too."""
    return {
        "id": row.site_id_public,
        "name": row.name,
        "desc": row.desc,
        "url": row.url,
        "host": row.host,
        **{name: logins.of(row.settings, name) for name in SITE_SETTINGS},
        **{name: protections.is_on(row.settings, block) for name, block in protections.SWITCHES.items()},
        "has_sequence_navigation": bool(row.settings.get(NAVIGATION)),
        "headers": shown(row, "header"),
        "cookies": shown(row, "cookie"),
        "whitelist": row.whitelist,
        "blacklist": row.blacklist,
        "auth_enabled": bool(row.settings.get("auth_enabled", False)),
        "otp_url": "",
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
    }


def frozen_site(row: Target, options: Mapping[str, Any]) -> Json:
    """The settings of a site as they were when a scan began, as far as the scan keeps them."""
    headers, cookies = options.get("headers", ()), options.get("cookies", ())
    base = site_base(row)
    return {
        **base,
        "url": options.get("url", row.url),
        "headers": [one for one in base["headers"] if one["name"] in headers],
        "cookies": [one for one in base["cookies"] if one["name"] in cookies],
        "whitelist": list(options.get("whitelist", row.whitelist)),
        "blacklist": list(options.get("blacklist", row.blacklist)),
    }


def asset(row: ExtraHost, *, with_target: bool) -> Json:
    """An extra host, with its target when asked for."""
    shown_host = extra_host.full(row)
    return {**shown_host, "target": simple(row.target)} if with_target else shown_host


def description(given: Mapping[str, Any]) -> tuple[str, bytes] | None:
    """The description of an API that came with a new target: a name, and its text. Raises Invalid."""
    for name in _DESCRIPTIONS:
        if given.get(name):
            if given.get("type") != "api":
                raise Invalid(fields={name: ["Only a target of type api has a description."]})
            text = given[name] if isinstance(given[name], str) else json.dumps(given[name])
            content = text.encode("utf-8", "replace")
            if len(content) > MAX_BYTES or "\0" in text:
                raise Invalid(fields={name: ["It is too large, or no text."]})
            return f"{name}.json", content
    return None


def changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Validated input as the targets room takes it. Name and description count at the target, too, where older clients
    keep them; those of the site win."""
    site_given: Mapping[str, Any] = given.get("site") or {}
    found = {name: given[name] for name in ("name", "desc", *_TARGET_FIELDS) if name in given}
    found |= {name: site_given[name] for name in _SITE_FIELDS if name in site_given}
    for name in ("headers", "cookies"):
        if name in site_given:
            found[name] = items(site_given[name])
    for name, theirs in _RENAMED.items():
        if theirs in given:
            found[name] = given[theirs]
    if given.get("collection"):
        found[api_settings.NAME] = {"api_schema_type": "postman", **(found.get(api_settings.NAME) or {})}
    if "labels" in given:
        found["labels"] = [LabelChoice(**choice) for choice in given["labels"]]
    return found
