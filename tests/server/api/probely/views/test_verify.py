"""Ownership checks under the addresses of targets and hosts."""

from __future__ import annotations

import pytest

from vedette.server.targets import ownership
from vedette.server.targets.models import Domain


@pytest.fixture
def found(monkeypatch):
    """Every proof that is looked for is found at once."""

    def check(actor, domain, method):
        Domain.objects.filter(pk=domain.pk).update(verified=True, method=method)
        return domain

    monkeypatch.setattr(ownership, "_check", check)


@pytest.fixture
def unknown(everything):
    Domain.objects.update(verified=False, method="")
    return everything


def test_a_target_a_site_and_a_host_are_verified(api, unknown, found):
    base = f"/targets/{unknown.target.public_id}"
    site = api.post(f"{base}/site/verify/", {"type": "file"}).data
    assert (site["verified"], site["verification_method"]) == (True, "file")
    assert api.post(f"{base}/verify/", {"type": "meta_tag"}).data["site"]["verification_method"] == "meta_tag"
    host = api.post(f"{base}/assets/{unknown.host.public_id}/verify/", {"type": "dns"}).data
    assert (host["id"], host["verified"]) == (unknown.host.public_id, True)


def test_only_ways_that_users_may_ask_for(api, api_as, unknown, found):
    base = f"/targets/{unknown.target.public_id}"
    for way in ("whitelist", ""):
        assert list(api.post(f"{base}/verify/", {"type": way}).data) == ["type"]
    assert api_as("developer").post(f"{base}/verify/", {"type": "file"}).status == 403
    assert not Domain.objects.filter(verified=True).exists()
