"""Domains: whether a worker finds what shows their owner."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from tests.server import factories
from vedette.contract.job import JobKind


def domain(w: World) -> str:
    return w.cast.domain.public_id


@exercise("GET /domains/")
def are_listed(w: World) -> None:
    assert "new.example.org" not in [row["hostname"] for row in w.call(length=100)["results"]]
    w.do("POST", "/domains/", {"hostname": "new.example.org"})
    assert "new.example.org" in [row["hostname"] for row in w.call(length=100)["results"]]


@exercise("POST /domains/")
def is_added(w: World) -> None:
    made = w.call(body={"hostname": "new.example.org"})["id"]
    w.do("POST", f"/domains/{made}/verify/", {"type": "file"})
    proof = factories.claim().job.ownership
    assert proof is not None and proof.url.endswith("//new.example.org/")


@exercise("GET /domains/{}/", "PUT /domains/{}/", "PATCH /domains/{}/")
def is_shown(w: World) -> None:
    body = None if w.row.method == "GET" else {"hostname": "own.example.org"}
    assert w.call(domain(w), body=body)["verified"] is False
    w.verify(domain(w))
    assert w.call(domain(w), body=body)["verified"] is True


@exercise("DELETE /domains/{}/")
def is_removed(w: World) -> None:
    w.call(domain(w))
    assert w.missing(f"/domains/{domain(w)}/")


@exercise("POST /domains/{}/verify/")
def worker_looks_for_the_proof(w: World) -> None:
    token = w.call(domain(w), body={"type": "meta_tag"})["verification_token"]
    job = factories.claim().job
    assert job.kind == JobKind.OWN and job.ownership is not None
    assert (job.ownership.method, job.ownership.token) == ("meta_tag", token)


@exercise("POST /targets/{}/verify/", "POST /targets/{}/site/verify/")
def worker_looks_at_the_host_of_a_target(w: World) -> None:
    w.call(w.target, body={"type": "meta_tag"})
    proof = factories.claim().job.ownership
    assert proof is not None and proof.method == "meta_tag" and "//shop.example.org" in proof.url


@exercise("POST /targets/{}/assets/{}/verify/")
def worker_looks_at_an_extra_host(w: World) -> None:
    w.call(w.things.target.public_id, w.things.host.public_id, body={"type": "file"})
    proof = factories.claim().job.ownership
    assert proof is not None and "//api.example.org" in proof.url
