"""Scans as their pages show them: stages, live numbers, what was frozen at the start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vedette.server.kernel import clock
from vedette.server.scans import rules
from vedette.server.scans.models import Scan, ScanLive
from vedette.server.tenancy.actor import Actor
from vedette.server.web import actions
from vedette.server.web.actions import Action

STAGES = (
    ("queue", "Queue"),
    ("crawl", "Crawl"),
    ("host", "Fingerprint"),
    ("light", "Light pass"),
    ("detect", "Detect"),
    ("stored", "Stored input"),
    ("verify", "Verify"),
    ("timing", "Timing"),
    ("finish", "Finish"),
)
PHASE_NAMES = {
    "crawl": "Crawl",
    "host": "Fingerprint and host checks",
    "light": "Light pass",
    "detect": "Detection",
    "stored": "Stored input",
    "verify": "Verification",
    "timing": "Timing",
    "verify-timing": "Verification of timing",
    "recheck": "Known findings again",
}
LOGIN_NAMES = {
    "none": "nothing",
    "static": "headers and cookies",
    "form": "a form",
    "sequence": "recorded steps",
    "api": "a token",
    "postman": "a folder of the collection",
}
_STAGE_OF = {"verify-timing": "timing", "recheck": "finish"}
_WAITING = {"pausing": "pausing", "paused": "paused", "resuming": "resuming", "canceling": "stopping"}
_TONES = ("ok", "low", "medium", "bad")
"""Of answers that begin with 2, 3, 4 and 5."""
_ROUGH_BELOW = 15.0
_MAX_URLS = 12
_MAX_HOSTS = 20


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the stage line; `state` is `done`, `current`, `failed`, `skipped` or empty."""

    name: str
    state: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of requests between 0 and 100, with a tone that says whether it matters."""

    name: str
    percent: float
    tone: str
    hint: str


@dataclass(frozen=True, slots=True)
class HostCodes:
    """Answers of a host by status code, each with its tone; `segments` of a bar are start, width (percent) and tone."""

    host: str
    total: int
    codes: list[tuple[str, int, str]]
    segments: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Live:
    """The numbers of a scan now. Times are in seconds, round trips in milliseconds."""

    percent: float
    requests: int
    rate: float
    round_trip_ms: float
    overall_ms: float
    in_flight: int
    queue: int
    elapsed_s: float
    eta_s: float
    rough: bool
    hosts: list[HostCodes]
    urls: list[str]
    out_of_scope: list[tuple[str, int]]
    shares: list[Share]


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan in a list."""

    scan: Scan
    active: bool
    percent: float
    elapsed_s: float
    profile: str
    counts: dict[int, int]
    actions: list[Action]


def rows(actor: Actor, scans: Iterable[Scan]) -> list[ScanRow]:
    """Scans with what can be done with each."""
    return [
        ScanRow(
            scan=scan,
            active=scan.status in rules.ACTIVE,
            percent=row.percent if (row := _live_of(scan)) else 0.0,
            elapsed_s=elapsed_s(scan),
            profile=scan.profile_options.get("name") or scan.profile,
            counts=severity_counts(scan),
            actions=actions.of_scan(actor, scan),
        )
        for scan in scans
    ]


def stages(scan: Scan) -> list[Stage]:
    """The stage line of a scan."""
    live = _live_of(scan)
    phase = live.phase if live else ""
    ended = set(live.ended if live else ())
    at = _position(scan, phase)
    return [
        _stage(scan, index, at, key, name, ended, live.progress if live else {})
        for index, (key, name) in enumerate(STAGES)
    ]


def _position(scan: Scan, phase: str) -> int:
    keys = [key for key, _ in STAGES]
    if scan.status in ("completed", "completed_with_errors", "under_review"):
        return len(keys)
    if scan.status == "finishing_up":
        return len(keys) - 1
    stage = _STAGE_OF.get(phase, phase)
    if stage in keys and scan.started_at:
        return keys.index(stage)
    return 1 if scan.status == "started" else 0


def _stage(scan: Scan, index: int, at: int, key: str, name: str, ended: set[str], progress: Mapping[str, Any]) -> Stage:
    if index < at:
        return Stage(name, "done")
    if scan.status == "failed":
        return Stage(name, "failed" if index == at else "skipped")
    if scan.status == "canceled":
        return Stage(name, "skipped", "stopped here" if index == at else "")
    if index > at:
        return Stage(name)
    return Stage(name, "current", _detail(scan, key, progress))


def _detail(scan: Scan, key: str, progress: Mapping[str, Any]) -> str:
    if scan.status in _WAITING:
        return _WAITING[scan.status]
    if key == "queue":
        return "waits for a free slot"
    part = (progress.get("parts") or {}).get("crawler" if key == "crawl" else "scanner") or {}
    done, total = int(part.get("done") or 0), int(part.get("total") or 0)
    if key == "crawl" and done:
        return f"{done:,} pages"
    return f"{done:,} of {total:,}" if total and key != "crawl" else ""


def live(scan: Scan) -> Live:
    """The live numbers, summed over the parts of the engine."""
    row = _live_of(scan)
    progress: Mapping[str, Any] = row.progress if row else {}
    parts = list((progress.get("parts") or {}).values())
    requests = max(int(progress.get("requests") or 0), scan.requests)
    elapsed = float(progress.get("elapsed_s") or 0.0)
    percent = float(progress.get("percent") or 0.0)
    return Live(
        percent=percent,
        requests=requests,
        rate=requests / elapsed if elapsed else 0.0,
        round_trip_ms=_busiest(parts, "round_trip_ms"),
        overall_ms=_weighted(parts),
        in_flight=sum(int(part.get("in_flight") or 0) for part in parts),
        queue=int(progress.get("queue") or 0),
        elapsed_s=elapsed,
        eta_s=float(progress.get("eta_s") or 0.0),
        rough=percent < _ROUGH_BELOW,
        hosts=_hosts(parts),
        urls=_urls(parts),
        out_of_scope=_out_of_scope(parts),
        shares=_shares(scan, parts, float(progress.get("logged_in_share", 1.0))),
    )


def etag(scan: Scan) -> str:
    """Changes whenever a watcher would see something else."""
    row = _live_of(scan)
    waits = "-waits" if scan.blackout_since else ""
    return f"{row.counter if row else 0}-{scan.status}{waits}"


def elapsed_s(scan: Scan) -> float:
    """Seconds since the scan was asked for or, once it is over, that it lasted."""
    end = scan.completed_at or clock.now()
    return max(0.0, (end - (scan.started_at or scan.created_at)).total_seconds())


def severity_counts(scan: Scan) -> dict[int, int]:
    """Open findings that the scan saw, per severity."""
    return {severity: getattr(scan, name) for severity, name in rules.COUNT_FIELDS.items()}


def frozen(scan: Scan) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The settings as they were when the scan began: headed groups of names and values."""
    target, profile = scan.options, scan.profile_options
    return [
        (
            "Target",
            [
                ("Start URLs", _texts(target.get("start_urls"))),
                ("In scope", _texts(target.get("include"))),
                ("Never requested", _texts(target.get("blacklist"))),
                ("Logs in by", _texts(LOGIN_NAMES.get(target.get("login", "none")))),
                ("Looks at", _part(scan)),
                ("Headers sent", _texts(target.get("headers"))),
                ("Cookies sent", _texts(target.get("cookies"))),
                ("Actions allowed", _texts(target.get("allow_actions"))),
                ("Most requests a second", _texts(target.get("max_rate"), "the platform's ceiling")),
                ("A scan with gaps", ["counts as failed" if target.get("fail_fast") else "is completed"]),
            ],
        ),
        (
            "Profile",
            [
                ("Name", _texts(profile.get("name") or scan.profile)),
                ("Based on", _texts(profile.get("base"))),
                ("Methods", ["only reading ones" if profile.get("methods") == "safe" else "all"]),
                ("Checks", _texts(profile.get("checks"), "all of the profile")),
                ("Speed", _texts({10: "low", 20: "normal", 30: "high"}.get(int(profile.get("speed") or 20)))),
                ("Pause between requests", _texts(profile.get("delay") and f"{profile['delay']} ms")),
                ("Longest run", _texts(profile.get("max_run_time") and f"{profile['max_run_time']} s")),
                ("Most pages", _texts(profile.get("max_urls"))),
                ("Seed", [str(scan.seed)]),
            ],
        ),
    ]


def _part(scan: Scan) -> list[str]:
    """What part of the target it looks at."""
    found = [str(url) for url in scan.options.get("reduced_scopes") or ()]
    if scan.crawl_sequences_only:
        found.append("what recorded sequences visit")
    if scan.incremental:
        found.append("what is new or changed")
    return found or ["all of it"]


def _live_of(scan: Scan) -> ScanLive | None:
    return getattr(scan, "live", None)


def _texts(value: Any, empty: str = "none") -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value] or [empty]
    return [str(value)] if value not in (None, "", 0) else [empty]


def _busiest(parts: list[Mapping[str, Any]], name: str) -> float:
    """The value of the part that has requests in flight, else of the one that sent most."""
    if not parts:
        return 0.0
    part = max(parts, key=lambda one: (int(one.get("in_flight") or 0) > 0, int(one.get("requests") or 0)))
    return float(part.get(name) or 0.0)


def _weighted(parts: list[Mapping[str, Any]]) -> float:
    total = sum(int(part.get("requests") or 0) for part in parts)
    spent = sum(float(part.get("overall_round_trip_ms") or 0.0) * int(part.get("requests") or 0) for part in parts)
    return spent / total if total else 0.0


def tone_of(code: str) -> str:
    """How an answer of this status looks."""
    return dict(zip("2345", _TONES, strict=True)).get(code[:1], "quiet")


def _hosts(parts: list[Mapping[str, Any]]) -> list[HostCodes]:
    found: dict[str, Counter[str]] = {}
    for part in parts:
        for host, codes in (part.get("host_status_counts") or {}).items():
            found.setdefault(host, Counter()).update(codes)
    rows = []
    for host, codes in sorted(found.items(), key=lambda item: (-item[1].total(), item[0]))[:_MAX_HOSTS]:
        tones: Counter[str] = Counter()
        for code, count in codes.items():
            tones[tone_of(code)] += count
        told = [(code, count, tone_of(code)) for code, count in sorted(codes.items())]
        rows.append(HostCodes(host, codes.total(), told, _segments(tones)))
    return rows


def _segments(tones: Counter[str]) -> list[tuple[str, str, str]]:
    at, found = 0.0, []
    for tone in (*_TONES, "quiet"):
        width = 100 * tones[tone] / max(1, tones.total())
        if width:
            found.append((f"{at:.2f}", f"{width:.2f}", tone))
        at += width
    return found


def _urls(parts: list[Mapping[str, Any]]) -> list[str]:
    busy = sorted(parts, key=lambda part: -int(part.get("in_flight") or 0))
    found: dict[str, None] = {}
    for name in ("current_endpoints", "last_endpoints"):
        for part in busy:
            found.update(dict.fromkeys(reversed(part.get(name) or [])))
    return list(found)[:_MAX_URLS]


def _out_of_scope(parts: list[Mapping[str, Any]]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for part in parts:
        # Each part carries the same sum: the largest is the newest.
        for host, count in (part.get("out_of_scope_hosts") or {}).items():
            found[host] = max(found.get(host, 0), int(count))
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_MAX_HOSTS]


def _shares(scan: Scan, parts: list[Mapping[str, Any]], logged_in: float) -> list[Share]:
    total = sum(int(part.get("requests") or 0) for part in parts)

    def share(count: int) -> float:
        return round(100 * count / total, 1) if total else 0.0

    statuses: Counter[str] = Counter()
    for part in parts:
        statuses.update(part.get("status_counts") or {})
    blocked = share(statuses["429"])
    timeouts = share(_sum(parts, "timeouts"))
    errors = share(_sum(parts, "network_errors"))
    rows = [
        Share("Blocked", blocked, _tone(blocked), "Answers that ask for fewer requests (429)"),
        Share("Timed out", timeouts, _tone(timeouts), "No answer in time"),
        Share("Errors", errors, _tone(errors), "No connection, or an answer that is no HTTP"),
    ]
    if scan.options.get("login", "none") != "none" or scan.options.get("headers") or scan.options.get("cookies"):
        percent = round(100 * logged_in, 1)
        rows.insert(0, Share("Logged in", percent, "ok" if percent >= 95 else "bad", "Answers within a session"))
    return rows


def _sum(parts: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(int(part.get(name) or 0) for part in parts)


def _tone(percent: float) -> str:
    return "ok" if percent <= 1 else "warn" if percent <= 5 else "bad"
