"""Words and pure decisions of discovery: states, statuses, what a new look at something known changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from vedette.contract.discovery import SCORES
from vedette.contract.events import NameFound, ServiceFound
from vedette.server.findings.rules import clean, clean_json

STATES = ("NEW", "ACTIVE", "HIDDEN", "ARCHIVED")
"""Of assets. Runs make NEW ones; the others are people's words, but for those that the clock archives and brings
back."""

SHOWN = ("NEW", "ACTIVE")
"""States that nobody took out of sight."""

TYPES = ("web", "api")
LOG_KINDS = ("first_seen", "domain", "ip", "risk", "scan", "note", "owner", "score", "technology")
STATUSES = ("queued", "pending", "in_progress", "completed", "failed", "canceling", "canceled")
FINAL = ("completed", "failed", "canceled")
UNDER_WAY = ("queued", "pending", "in_progress", "canceling")

LOW_SCORES = ("D", "E", "F")
HIGH_RISK = 30
RISKS = (None, 0, 10, 20, 30, 40)

EVERY = timedelta(hours=24)
"""How long after a scheduled run the next one is due."""

ARCHIVE_DAYS = (1, 365)
MAX_BULK = 500
MAX_COMMENT = 10_000
MAX_OWNERS = 50
_LISTED = 100
_LONGEST = 2048


def score_of(letter: str) -> str:
    """The score as it is kept; empty for one that nobody knows."""
    return letter if letter in SCORES else ""


def next_turn(public_id: str, spread_s: int = 3600) -> timedelta:
    """How long until a domain's next turn. Domains that were switched on together drift apart, so that they do not come
    due in the same minute for ever."""
    return EVERY + timedelta(seconds=sum(public_id.encode()) * 7919 % spread_s)


def percentage(part: int, whole: int) -> int:
    """Of a hundred, rounded; 0 of nothing."""
    return round(100 * part / whole) if whole else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line for the history of an asset."""

    kind: str
    text: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def origin_of(url: str) -> str:
    """What tells an asset from others: scheme, host and port, with a path of `/`; empty for what is no web address."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}/" if fits and "@" not in parts.netloc else ""


def texts(values: Sequence[str], limit: int = _LISTED) -> list[str]:
    """Texts as they are kept: in characters that every database stores, not too many, none endless."""
    return [clean(value)[:_LONGEST] for value in values[:limit]]


def name_columns(event: NameFound) -> dict[str, Any]:
    """What is kept of a name."""
    return {
        "sources": texts(event.sources),
        "addresses": texts(event.addresses),
        "aliases": texts(event.aliases),
        "refused": clean(event.refused)[:300],
        "wildcard": event.wildcard,
    }


def asset_columns(event: ServiceFound, *, addresses: Sequence[str] = (), aliases: Sequence[str] = ()) -> dict[str, Any]:
    """What is kept of a service; `addresses` and `aliases` are those of its name, as far as they are known."""
    headers = {name: value for name, value in asdict(event.security_headers).items() if name != "score"}
    certificate = asdict(event.certificate) if event.certificate is not None else {}
    seen = [{"name": one.name[:255], "version": one.version[:100]} for one in event.technologies[:_LISTED]]
    found: dict[str, Any] = {
        "name": event.name[:256],
        "host": urlsplit(event.url).netloc.lower()[:256],
        "type": event.type if event.type in TYPES else "web",
        "title": event.title[:300],
        "status": max(0, min(event.status, 999)),
        "server": event.server[:200],
        "content_type": event.content_type[:100],
        "redirect_to": event.redirect_to[:_LONGEST],
        "redirect_origin": origin_of(event.redirect_to)[:300],
        "score": score_of(event.security_headers.score),
        "sources": list(event.sources[:_LISTED]),
        "addresses": list(addresses[:_LISTED]) or ([event.address] if event.address else []),
        "aliases": list(aliases[:_LISTED]),
        "technologies": seen,
        "certificate": {**certificate, "names": list(certificate.get("names", ()))[:_LISTED]} if certificate else {},
        "headers": {name: list(value) for name, value in headers.items()},
    }
    kept: dict[str, Any] = clean_json(found)
    return kept


def merged(known: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """What a known asset becomes once it was seen again: sources add up, all else is as it is now."""
    added = [one for one in seen["sources"] if one not in known["sources"]]
    return {**seen, "sources": [*known["sources"], *added][:_LISTED]}


def changes(known: Mapping[str, Any], seen: Mapping[str, Any]) -> list[Line]:
    """What another look at an asset tells that its history should hold."""
    lines = []
    if known["aliases"] != seen["aliases"]:
        text = f"{seen['name']} stands for {' → '.join(seen['aliases'])}" if seen["aliases"] else "No alias any more"
        lines.append(_line("domain", text, known, seen, "aliases"))
    if sorted(known["addresses"]) != sorted(seen["addresses"]):
        text = f"Answers at {', '.join(seen['addresses']) or 'no address'}"
        lines.append(_line("ip", text, known, seen, "addresses"))
    if known["score"] != seen["score"]:
        text = f"Security headers: {seen['score'] or 'unknown'}, before {known['score'] or 'unknown'}"
        lines.append(_line("score", text, known, seen, "score"))
    before, after = _names(known), _names(seen)
    moved = (("new", sorted(after - before)), ("gone", sorted(before - after)))
    told = "; ".join(f"{word}: {', '.join(names)}" for word, names in moved if names)
    if told:
        lines.append(_line("technology", f"Technologies {told}", known, seen, "technologies"))
    return lines


def first_lines(seen: Mapping[str, Any], titles: Sequence[str]) -> list[Line]:
    """The beginning of a history; `titles` are those of the sources."""
    by = ", ".join(titles)
    return [Line(kind="first_seen", text=f"Found by {by}" if by else "Found", after={"sources": seen["sources"]})]


def _names(columns: Mapping[str, Any]) -> set[str]:
    return {" ".join(filter(None, (one["name"], one["version"]))) for one in columns["technologies"]}


def _line(kind: str, text: str, known: Mapping[str, Any], seen: Mapping[str, Any], name: str) -> Line:
    return Line(kind=kind, text=text, before={name: known[name]}, after={name: seen[name]})
