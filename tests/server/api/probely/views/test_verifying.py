from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.targets.models import Target
from vedette.server.targets.services import extra_hosts
from vedette.server.tenancy.actor import system_actor


@shared
def target(home):
    return factories.target(home, "http://shop.example.org/", verified=False)


def test_a_targets_host_is_looked_at(api, target, worker):
    path = f"/targets/{target.public_id}/"
    worker.update(ok=False, reason="Token file not found.")
    answer = api.post(f"{path}verify/", {"type": "file"})
    assert answer.status == 200
    assert answer.data["site"]["verification_last_error"] == "Token file not found."
    assert answer.data == api.get(path).data
    worker.update(ok=True, reason="")
    site = api.post(f"{path}site/verify/", {"type": "dns"})
    assert site.status == 200
    assert (site.data["verified"], site.data["verification_method"]) == (True, "dns_txt")
    assert site.data == api.get(f"{path}site/").data


def test_an_extra_host_is_looked_at(api, home, target, worker):
    host = extra_hosts.add(
        system_actor(home), Target.objects.get(pk=target.pk), host="api.example.org", skip_reachability_check=True
    )
    path = f"/targets/{target.public_id}/assets/{host.public_id}/"
    answer = api.post(f"{path}verify/", {"type": "meta_tag"})
    assert (answer.status, answer.data["verified"], answer.data["verification_method"]) == (200, True, "meta_tag")
    assert answer.data == api.get(path).data


@pytest.mark.parametrize("body", [{}, {"type": "email"}, {"type": "existing_domain"}, {"type": ""}])
def test_only_what_users_may_ask_for_is_looked_for(api, target, body):
    for part in ("", "site/"):
        answer = api.post(f"/targets/{target.public_id}/{part}verify/", body)
        assert (answer.status, list(answer.data)) == (400, ["type"])


def test_it_needs_the_permission(api_as, target):
    for part in ("", "site/"):
        assert api_as("developer").post(f"/targets/{target.public_id}/{part}verify/", {"type": "file"}).status == 403
