"""Scan profiles, out and in: what is looked for stands here as definitions, in the domain as checks."""

from __future__ import annotations

import re

from vedette.server.api.probely.shapes.definition import simple
from vedette.server.api.probely.shapes.small import Json
from vedette.server.definitions import queries as definitions
from vedette.server.kernel.errors import Invalid
from vedette.server.scans import filters
from vedette.server.scans.models import ScanProfile

_UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"([0-9]{1,9})([smhd]?)")
_AS_GIVEN = ("name", "type", "can_scan_unverified", "delay")
_DEFAULTS = {
    "description": "",
    "archived": False,
    "speed": 20,
    "payloads": 20,
    "methods": "all",
    "dedup_enabled": True,
    "auto_patterns_enabled": True,
    "max_urls": 5000,
}
"""What null means, where clients may give it."""


def full(row: ScanProfile) -> Json:
    """A profile with what it looks for."""
    return {
        "id": row.key,
        "name": row.name,
        "description": row.description,
        "type": row.type,
        "builtin": row.builtin,
        "archived": row.archived,
        "speed": row.speed,
        "payloads": row.payloads,
        "methods": row.methods,
        "vulnerabilities": [simple(one) for one in filters.looks_for(row)],
        "can_scan_unverified": row.can_scan_unverified,
        "delay": row.delay,
        "max_run_time": duration(row.max_run_time),
        "dedup_enabled": row.dedup_enabled,
        "auto_patterns_enabled": row.auto_patterns_enabled,
        "max_urls": row.max_urls,
    }


def fields(given: Json) -> Json:
    """What the service takes, from a validated body. Raises Invalid."""
    found = {name: given[name] for name in _AS_GIVEN if name in given}
    for name, default in _DEFAULTS.items():
        if name in given:
            found[name] = default if given[name] is None or given[name] == "" else given[name]
    if "max_run_time" in given:
        found["max_run_time"] = seconds(given["max_run_time"])
    if "vulnerabilities" in given:
        found["checks"] = checks(given["vulnerabilities"])
    if "can_scan_unverified" in given:
        # Only what sends no payload may run on sites that nobody was shown to own.
        found["base"] = "lightning" if given["can_scan_unverified"] else "normal"
    return found


def checks(given: list[object]) -> list[str]:
    """The checks behind definitions, given by id or as objects; none for all. Raises Invalid."""
    found = []
    for one in given:
        public_id = one.get("id") if isinstance(one, dict) else one
        known = definitions.by_id(public_id) if isinstance(public_id, str) else None
        if known is None:
            raise Invalid(fields={"vulnerabilities": [f'Invalid pk "{public_id}" - object does not exist.']})
        found.append(known.check_id)
    return sorted(set(found))


def seconds(given: object) -> int | None:
    """`750s`, `25m`, `2h`, `1d` or a number of seconds; None for none. Raises Invalid."""
    if given is None or given == "":
        return None
    match = None if isinstance(given, bool) else _DURATION.fullmatch(str(given).strip().lower())
    if match is None:
        raise Invalid(fields={"max_run_time": ["Enter a number of seconds, or a number with s, m, h or d."]})
    return int(match[1]) * _UNITS[match[2] or "s"]


def duration(length: int | None) -> str | None:
    """The same number in the largest unit that fits."""
    if length is None:
        return None
    unit = next(unit for unit, factor in _UNITS.items() if length % factor == 0)
    return f"{length // _UNITS[unit]}{unit}"
