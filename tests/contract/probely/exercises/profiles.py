"""Scan profiles: how fast and how far a worker goes."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World


def profile(w: World) -> str:
    return w.cast.profile.key


@exercise("GET /scan-profiles/")
def are_listed(w: World) -> None:
    assert "Night" not in [row["name"] for row in w.call()["results"]]
    w.do("PATCH", f"/scan-profiles/{profile(w)}/", {"name": "Night"})
    assert "Night" in [row["name"] for row in w.call()["results"]]


@exercise("POST /scan-profiles/")
def is_made(w: World) -> None:
    made = w.call(body={"name": "Night", "max_urls": 77})["id"]
    assert w.job(scan_profile=made).limits.max_pages == 77


@exercise("GET /scan-profiles/{}/")
def is_shown(w: World) -> None:
    assert w.call(profile(w))["archived"] is False
    w.do("PATCH", f"/scan-profiles/{profile(w)}/", {"archived": True})
    assert w.call(profile(w))["archived"] is True


@exercise("PUT /scan-profiles/{}/", "PATCH /scan-profiles/{}/")
def is_changed_for_its_scans(w: World) -> None:
    w.call(profile(w), body={"name": "Night", "max_urls": 77})
    assert w.job(scan_profile=profile(w)).limits.max_pages == 77
