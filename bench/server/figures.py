"""Figures: percentiles and a table of them against their targets."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]


def head(*names: str) -> None:
    """The head of a table; the first column is wide."""
    print(f"{'':34s}" + "".join(f"{name:>9s}" for name in names), flush=True)


def row(name: str, seconds: Sequence[float], target_ms: float) -> bool:
    """How often, p50, p95, largest, target and whether it was met, in milliseconds."""
    half, most, longest = (1000 * one for one in (percentile(seconds, 0.5), percentile(seconds, 0.95), max(seconds)))
    kept = most <= target_ms
    figures = f"{len(seconds):9d}{half:9.0f}{most:9.0f}{longest:9.0f}{target_ms:9.0f}"
    print(f"{name:34s}{figures}  {'ok' if kept else 'MISSED'}", flush=True)
    return kept
