"""Scans: what starts one gives a worker its job, what steers one is a word that the worker hears."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from tests.server import factories
from vedette.contract.batch import Batch
from vedette.contract.events import EndpointFound
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.kernel import clock
from vedette.server.scans.services import committing, leasing


def base(w: World) -> str:
    """The scan that runs."""
    return f"/targets/{w.things.busy.public_id}/scans/{w.things.running.public_id}/"


def run(w: World) -> Run:
    return Run.objects.get(pk=w.things.running.run_id)


def heard(w: World) -> str:
    """The word that the worker of the running scan hears."""
    row = run(w)
    return agents.heartbeat(row.public_id, row.epoch).control


def paused(w: World) -> None:
    """The running scan, paused: the worker heard of it and gave it back."""
    w.do("POST", f"{base(w)}pause/")
    row = run(w)
    leasing.release(row.public_id, row.epoch, "pause")
    assert w.get(base(w))["status"] == "paused"


def told(w: World) -> Any:
    """Calls what steers scans, in any of its three forms."""
    target, scan = w.things.busy.public_id, w.things.running.public_id
    if "bulk" in w.row.path:
        return w.call(body={"scans": [{"id": scan}]})[0]
    return w.call(target) if "/scan/" in w.row.path else w.call(target, scan)


def steering(action: str) -> list[str]:
    paths = ("/scans/bulk/{}/", "/targets/{{}}/scan/{}/", "/targets/{{}}/scans/{{}}/{}/")
    return [f"POST {path.format(action)}" for path in paths]


@exercise("POST /targets/{}/scan_now/")
def starts(w: World) -> None:
    scan = w.call(w.target, body={"scan_profile": "safe"})["id"]
    job = factories.claim().job
    assert (job.id, job.profile) == (scan, "safe")
    assert w.get(f"/scans/{scan}/")["status"] == "started"


@exercise("POST /scans/bulk/start/")
def several_start(w: World) -> None:
    (scan,) = w.call(body={"targets": [{"id": w.target}], "overrides": {"scan_profile": "safe"}})
    assert factories.claim().job.id == scan["id"]


@exercise(*steering("pause"))
def is_paused(w: World) -> None:
    assert told(w)["status"] == "pausing"
    assert heard(w) == "pause"


@exercise(*steering("resume"))
def is_resumed(w: World) -> None:
    paused(w)
    assert told(w)["status"] == "resuming"
    assert factories.claim().job.id == w.things.running.public_id


@exercise(*steering("cancel"), "POST /targets/{}/scans/{}/stop/")
def is_cancelled(w: World) -> None:
    assert told(w)["status"] == "canceling"
    assert heard(w) == "cancel"


@exercise("PUT /targets/{}/scans/{}/", "PATCH /targets/{}/scans/{}/")
def keeps_free_text(w: World) -> None:
    w.call(w.things.busy.public_id, w.things.running.public_id, body={"user_data": "build 7"})
    assert w.get(f"/scans/{w.things.running.public_id}/")["user_data"] == "build 7"


@exercise("GET /scans/", "GET /targets/all/scans/", "GET /targets/{}/scans/")
def are_listed(w: World) -> None:
    given = [w.target] if "{" in w.row.path else []
    before = w.call(*given)["count"]
    w.job()
    assert w.call(*given)["count"] == before + 1


@exercise("GET /scans/{}/", "GET /targets/{}/scans/{}/", "GET /targets/{}/scan/")
def is_shown(w: World) -> None:
    names = {"GET /scans/{}/": [w.things.running.public_id], "GET /targets/{}/scan/": [w.things.busy.public_id]}
    given = names.get(w.row.key, [w.things.busy.public_id, w.things.running.public_id])
    assert w.call(*given)["status"] == "started"
    w.do("POST", f"{base(w)}pause/")
    assert w.call(*given)["status"] == "pausing"


@exercise("GET /targets/{}/scans/dates/")
def days_are_listed(w: World) -> None:
    assert w.call(w.target) == []
    w.job()
    assert w.call(w.target) == [clock.now().date().isoformat()]


@exercise("GET /targets/{}/scans/retrieve_page/")
def page_of_a_day_is_found(w: World) -> None:
    long_ago = (clock.now() - timedelta(days=9)).date().isoformat()
    assert w.call(w.target, date=long_ago, length=1) == {"page": 1}
    w.job()
    assert w.call(w.target, date=long_ago, length=1) == {"page": 2}


@exercise("GET /targets/{}/scans/{}/endpoints/")
def coverage_grows(w: World) -> None:
    given = (w.things.busy.public_id, w.things.running.public_id)
    before = w.call(*given).splitlines()
    row = run(w)
    event = EndpointFound(method="GET", url="http://shop.example.org/cart", status=200, source="link", key="k")
    committing.commit(row.public_id, Batch(row.epoch, 1, [event]))
    after = w.call(*given).splitlines()
    assert len(after) == len(before) + 1 and "/cart" in after[-1]
