"""Reads about runs and workers."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Min, QuerySet

from vedette.server.agents import rules
from vedette.server.agents.models import Run, WorkerNode
from vedette.server.kernel import clock

ALIVE_S = 30


def workers() -> QuerySet[WorkerNode]:
    """Workers that were heard of lately."""
    return WorkerNode.objects.filter(seen_at__gte=clock.now() - timedelta(seconds=ALIVE_S)).order_by("name")


def places() -> int:
    """How many scans can go on at once, with the workers that were heard of lately."""
    return sum(node.slots for node in workers() if rules.POOL in node.pools)


def depth() -> dict[str, dict[str, float]]:
    """Per pool: how many runs wait and since how many seconds the oldest does."""
    rows = Run.objects.filter(state="waiting").values("pool").annotate(n=Count("id"), oldest=Min("waiting_since"))
    now = clock.now()
    return {row["pool"]: {"waiting": row["n"], "oldest_s": (now - row["oldest"]).total_seconds()} for row in rows}


def claimed() -> int:
    """How many runs a worker holds at the moment."""
    return Run.objects.filter(state="claimed").count()
