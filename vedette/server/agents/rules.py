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


def pool_of(kind: str, pool: str = POOL) -> str:
    """The pool in which a job of this kind waits."""
    return pool if kind in LONG_KINDS else pool + SHORT_SUFFIX
