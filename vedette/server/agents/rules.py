"""Numbers and names of the lease protocol."""

from __future__ import annotations

from vedette.contract.job import JobKind

POOL = "default"
SHORT_SUFFIX = "-short"
"""Short jobs have a pool of their own beside each pool: one slot serves nothing else, so that they never wait behind
scans, and the other slots take them first."""

YIELD_AFTER_S = 20.0
"""A scan of another organisation that has waited this long without a free slot makes a running one yield."""

MIN_TURN_S = 45.0
"""No run is asked to yield before its turn lasted this long: its tests must be able to come to their end."""

MAX_FRUITLESS = 3
MAX_CRASHES = 20
LONG_KINDS = (JobKind.SCAN.value, JobKind.RETEST.value)
DISCOVER = JobKind.DISCOVER.value
SLOT_KINDS = (*LONG_KINDS, DISCOVER)
"""Kinds that hold a slot for long: they give it back when others have waited for one."""

SCAN_PRIORITY = 10
DISCOVER_PRIORITY = 20
"""A discovery goes behind every scan that waits."""

DISCOVER_YIELDS_S = 5.0
"""It gives its slot back to a scan of anybody that has waited this long."""

DISCOVER_AGES_S = 900.0
"""After this long in line it counts like a scan for one turn: scans that never stop coming must not starve it."""


def pool_of(kind: str, pool: str = POOL) -> str:
    """The pool in which a job of this kind waits."""
    return pool if kind in SLOT_KINDS else pool + SHORT_SUFFIX


def priority_of(kind: str) -> int:
    """What a run of this kind goes by in its pool; lower goes first."""
    return {DISCOVER: DISCOVER_PRIORITY}.get(kind, SCAN_PRIORITY)
