"""What monitors ask: is it alive, can it work, how is it doing. No tenant's name leaves here."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from vedette import __version__
from vedette.server.agents import queries as agents
from vedette.server.kernel import backlog, schema, storage

TEXT = "text/plain; charset=utf-8"


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok\n", content_type=TEXT)


def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, schema and queue are usable, else 503 with `faults`. `notes` are what somebody should look
    after although requests can be served: that no worker was heard of, for one."""
    faults: list[str] = []
    notes: list[str] = []
    try:
        found = schema.look()
        if found.fault:
            faults.append(found.fault)
        elif backlog.oldest_due_s() > backlog.STUCK_S:
            faults.append("Queued jobs are not being worked on.")
        if not found.fault and not agents.workers().exists():
            notes.append("No worker was heard of lately: scans wait.")
    except DatabaseError as error:
        faults.append(f"The database cannot be used: {type(error).__name__}.")
    body = {"ready": not faults, "version": __version__, "faults": faults, "notes": notes}
    return JsonResponse(body, status=503 if faults else 200)


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text. With `VEDETTE_METRICS_TOKEN` set, only for those who bear it."""
    token = settings.VEDETTE.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        return HttpResponse("forbidden\n", status=403, content_type=TEXT)
    try:
        text = "\n".join(_lines()) + "\n"
    except DatabaseError:
        return HttpResponse("the database cannot be used\n", status=503, content_type=TEXT)
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines() -> Iterator[str]:
    depth = sorted(agents.depth().items())
    yield from _gauge("vedette_info", "Version of the platform.", {_labels(version=__version__): 1})
    yield from _gauge("vedette_workers", "Workers heard of lately.", {"": agents.workers().count()})
    yield from _gauge("vedette_runs_claimed", "Runs that a worker holds.", {"": agents.claimed()})
    waiting = {_labels(pool=pool): row["waiting"] for pool, row in depth}
    yield from _gauge("vedette_runs_waiting", "Runs that wait for a slot.", waiting)
    oldest = {_labels(pool=pool): row["oldest_s"] for pool, row in depth}
    yield from _gauge("vedette_runs_oldest_seconds", "For how long the first of them has waited.", oldest)
    states = {_labels(state=state): count for state, count in sorted(backlog.counts().items())}
    yield from _gauge("vedette_jobs", "Queued jobs by state.", states)
    yield from _gauge(
        "vedette_jobs_oldest_seconds", "For how long the first due job has waited.", {"": backlog.oldest_due_s()}
    )
    yield from _gauge("vedette_database_bytes", "Size of the database.", {"": storage.database_bytes()})


def _gauge(name: str, text: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for labels, value in values.items():
        yield f"{name}{labels} {value:.0f}"


def _labels(**labels: str) -> str:
    escaped = {
        name: value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
