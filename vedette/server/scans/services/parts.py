"""What part of a target a scan looks at: chosen when it starts, told to its job in every slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vedette.contract.job import Part
from vedette.contract.verdict import Verdict
from vedette.server.kernel.errors import Invalid
from vedette.server.scans.models import Endpoint, Scan
from vedette.server.targets.models import Target
from vedette.server.targets.services import reduced_scopes, sequences

_WHOLE = (Verdict.CLEAN.value, Verdict.FINDINGS.value)
"""Verdicts of scans that saw all there was to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The part that a scan is to look at. `earlier` is the primary key of the scan whose endpoints are known."""

    incremental: bool = False
    reduced_scope: bool = False
    crawl_sequences_only: bool = False
    urls: tuple[str, ...] = ()
    earlier: int | None = None


def choose(
    target: Target,
    profile: str,
    reduced: Sequence[Mapping[str, Any]] | None = None,
    wanted: Mapping[str, bool] | None = None,
) -> Chosen:
    """What the settings of a target ask for (or `wanted` in their place: `incremental`, `reduced_scope`,
    `crawl_sequences_only`), or the addresses given for this scan alone. Raises Invalid when a part is asked for and
    none is named."""
    settings = target.settings if wanted is None else wanted
    narrowed = reduced is not None or bool(settings.get("reduced_scope"))
    urls = reduced_scopes.chosen(target, reduced) if narrowed else ()
    if narrowed and not urls:
        raise Invalid(fields={"reduced_scopes": ["Name at least one address, or switch reduced scope off."]})
    by_sequence = bool(settings.get("crawl_sequences_only"))
    if by_sequence and not sequences.enabled(target, sequences.NAVIGATION):
        raise Invalid(fields={"crawl_sequences_only": ["Add an enabled navigation sequence, or switch this off."]})
    incremental = bool(settings.get("incremental"))
    return Chosen(
        incremental=incremental,
        reduced_scope=narrowed,
        crawl_sequences_only=by_sequence,
        urls=urls,
        earlier=_earlier(target, profile) if incremental else None,
    )


def _earlier(target: Target, profile: str) -> int | None:
    """The last scan of the whole target that came to its end with the same profile: another one may have passed over
    what this one would test."""
    whole = Scan.objects.filter(
        target=target,
        kind="scan",
        profile=profile,
        verdict__in=_WHOLE,
        status__in=("completed", "completed_with_errors", "under_review"),
        reduced_scope=False,
        crawl_sequences_only=False,
    )
    return whole.order_by("-id").values_list("pk", flat=True).first()


def frozen(chosen: Chosen) -> dict[str, Any]:
    """The choice as a scan keeps it among its options."""
    return {"reduced_scopes": list(chosen.urls), "earlier_scan": chosen.earlier}


def part_of(scan: Scan) -> Part:
    """The part as the engine is told of it."""
    options = scan.options
    return Part(
        urls=tuple(options.get("reduced_scopes") or ()),
        incremental=scan.incremental,
        earlier=_endpoints(options.get("earlier_scan")) if scan.incremental else {},
        sequences_only=scan.crawl_sequences_only,
        described_only=scan.profile_options.get("type") == "api",
        duplicates=bool(options.get("duplicates")),
    )


def _endpoints(scan_pk: int | None) -> dict[str, str]:
    """What the endpoints of an earlier scan answered, by their keys, in the order of the keys."""
    if scan_pk is None:
        return {}
    rows = Endpoint.objects.filter(scan=scan_pk).exclude(identity="").order_by("identity", "id")
    return dict(rows.values_list("identity", "digest"))
