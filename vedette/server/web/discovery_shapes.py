"""How assets, runs and sources of discovery read on their pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from vedette.server.discovery import providers, rules
from vedette.server.discovery.models import AssetLog, DiscoveryAsset, DiscoveryRun
from vedette.server.kernel import clock
from vedette.server.targets.models import Target
from vedette.server.web.labels import ASSET_EVENTS, Label, label_of

PHASES = {"sources": "Sources", "names": "Names", "services": "Services"}


@dataclass(frozen=True, slots=True)
class Tile:
    """A number above the list; `url` narrows the list to what it counts."""

    name: str
    value: int
    note: str
    icon: str
    url: str
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An asset of the list."""

    asset: DiscoveryAsset
    target: Target | None
    technologies: list[str]
    more: int
    sources: list[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What a source told in a run."""

    name: str
    names: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a history."""

    log: AssetLog
    label: Label


def live_target(asset: DiscoveryAsset) -> Target | None:
    """The target of an asset unless somebody deleted it."""
    return asset.target if asset.target is not None and asset.target.archived_at is None else None


def technologies(asset: DiscoveryAsset) -> list[str]:
    """What runs there, with versions where they were shown."""
    return [" ".join(filter(None, (one["name"], one["version"]))) for one in asset.technologies]


def row(asset: DiscoveryAsset, most: int = 3) -> Row:
    """An asset as the list shows it."""
    names = technologies(asset)
    sources = [providers.title_of(one) for one in asset.sources]
    return Row(asset, live_target(asset), names[:most], max(0, len(names) - most), sources)


def history(logs: Iterable[AssetLog]) -> list[Line]:
    """Lines with the words for their kinds."""
    return [Line(one, label_of(ASSET_EVENTS, one.kind)) for one in logs]


def sources(run: DiscoveryRun) -> list[Told]:
    """What each source told, those that failed first."""
    told = [Told(providers.title_of(key), one["names"], one["reason"]) for key, one in run.sources.items()]
    return sorted(told, key=lambda one: (not one.reason, -one.names, one.name))


def stages(run: DiscoveryRun) -> list[dict[str, str]]:
    """The steps of a run; names and services take turns while new names come up."""
    over, names = run.status in rules.FINAL, list(PHASES)
    at = names.index(run.phase) if run.phase in names else -1
    found = []
    for place, (key, name) in enumerate(PHASES.items()):
        done = (over and run.status == "completed") or place < at
        state = "done" if done else "current" if key == run.phase and not over else ""
        if over and run.status == "failed" and key == run.phase:
            state = "failed"
        found.append({"name": name, "state": state, "detail": ""})
    return found


def elapsed_s(run: DiscoveryRun) -> float:
    """Seconds since it began, or that it took."""
    begun = run.started_at or run.created_at
    return max(0.0, ((run.completed_at or clock.now()) - begun).total_seconds())


def etag(run: DiscoveryRun) -> str:
    """Changes whenever the page of a run would."""
    return f"{run.public_id}-{run.counter}-{run.status}"


def expiry(asset: DiscoveryAsset) -> datetime | None:
    """When its certificate ends."""
    at = asset.certificate.get("not_after")
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) and 0 < at < 4e9 else None
