"""What became of known findings. Only `gone` may count as fixed, and it is said only when nothing speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vedette.engine.scan.doubting import NOT_THERE

REFUTED = "tested: a suspicion was not borne out"
CLEAN = ("tested", "light", REFUTED)
"""What units end with that came to their end and showed nothing."""


class Outcome(StrEnum):
    """The four outcomes of a `Rechecked` event."""

    SEEN = "seen"
    GONE = "gone"
    UNREACHABLE = "unreachable"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEnd:
    """How one unit ended that had to show something: `wanted` is the outcome of a whole test, `outcome` what it was,
    empty when the unit never came to its end."""

    wanted: str
    outcome: str

    @property
    def clean(self) -> bool:
        """Whether it was a whole test. One of several suspicions may have turned out to be another finding."""
        return self.outcome == self.wanted or (self.wanted == REFUTED and self.outcome.startswith("found"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that decides on one known finding.

    `seen`: its identity was found. `obstacle`: why it could not be tested as it was found, whatever else happened.
    `found`: whether its input, host or page appeared. `silent`: why its request got no answer. `crawled`: whether the
    crawl came to its end, `cut` what limit cut it short. `units`: the ends of all units that had to be run.
    """

    seen: bool = False
    obstacle: str = ""
    found: bool = False
    silent: str = ""
    crawled: bool = False
    cut: str = ""
    units: tuple[UnitEnd, ...] = ()


def judge(evidence: Evidence) -> tuple[Outcome, str]:
    """The outcome with its reason."""
    if evidence.seen:
        return Outcome.SEEN, ""
    if evidence.obstacle:
        return Outcome.UNTESTED, evidence.obstacle
    if not evidence.found:
        return _absent(evidence)
    if not evidence.units:
        return Outcome.UNTESTED, "The check was not run on it."
    unclean = [unit for unit in evidence.units if not unit.clean]
    if not unclean:
        return Outcome.GONE, ""
    if any(NOT_THERE in unit.outcome for unit in unclean):
        return Outcome.UNREACHABLE, f"{NOT_THERE.capitalize()}."
    told = next((unit.outcome for unit in unclean if unit.outcome), "")
    return Outcome.UNTESTED, f"The test did not come to its end: {told}." if told else "The scan ended before its test."


def _absent(evidence: Evidence) -> tuple[Outcome, str]:
    if not evidence.crawled:
        return Outcome.UNTESTED, "The scan ended before it came there."
    if evidence.silent:
        return Outcome.UNTESTED, evidence.silent
    if evidence.cut:
        return Outcome.UNTESTED, f"The limit {evidence.cut} cut the crawl short."
    return Outcome.UNREACHABLE, "Its page or input was not there any more."
