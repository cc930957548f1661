"""The build gate: which exit code a finished scan deserves."""

from __future__ import annotations

import json
from pathlib import Path

from vedette.cli.collector import Collector
from vedette.cli.problem import Exit, Problem
from vedette.contract.checkinfo import Severity


def known_ids(baseline: Path) -> frozenset[str]:
    """The ids of the findings in an earlier JSON report. Raises Problem."""
    try:
        report = json.loads(baseline.read_text(encoding="utf-8"))
        return frozenset(str(row["id"]) for row in report["findings"])
    except OSError as error:
        raise Problem(f"The baseline {baseline} cannot be read: {error.strerror}.", "Check --baseline.") from None
    except (ValueError, KeyError, TypeError):
        raise Problem(f"{baseline} is not a JSON report of Vedette.", "Make one with --json FILE.") from None


def judge(
    scan: Collector, *, fail_on: Severity | None, known: frozenset[str] = frozenset(), new_only: bool = False
) -> Exit:
    """The exit code: an unreliable scan never passes, whatever it found."""
    if scan.summary.verdict not in ("clean", "findings"):
        return Exit.NOT_RELIABLE
    threshold = fail_on or (Severity.INFO if new_only else None)
    if threshold is None:
        return Exit.PASSED
    bad = [
        finding
        for finding in scan.findings()
        if finding.severity.rank <= threshold.rank and not (new_only and finding.id in known)
    ]
    return Exit.FINDINGS if bad else Exit.PASSED
