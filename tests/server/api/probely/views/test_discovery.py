"""Discovery as clients of this dialect see it."""

from __future__ import annotations

import json
import re

import pytest

from tests.server import factories
from tests.server.api.probely.conftest import Api
from tests.server.discovery.conftest import carry, name, service
from tests.server.layers import shared
from vedette.contract.discovery import (
    TECHNIQUES,
    ApiDescription,
    CertificateFacts,
    Screenshot,
    SecurityHeaders,
    SeenTechnology,
)
from vedette.server.api.probely.schemas import discovery as schemas
from vedette.server.definitions.technologies import technology_id
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.services import runs
from vedette.server.kernel import clock
from vedette.server.targets.models import Domain
from vedette.server.targets.services import reach
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.services import keys, roles

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@shared
def domain(home):
    return Domain.objects.create(
        organisation=home, hostname="example.org", verified=True, method="file", checked_at=clock.now()
    )


@pytest.fixture
def run(home, domain):
    """A discovery that found a shop and an API."""
    found = runs.start(system_actor(home), domain)
    description = ApiDescription(kind="openapi", url="https://api.example.org/v1.json", text='{"openapi": "3.0.0"}')
    carry(
        factories.claim(),
        name(),
        service(
            certificate=CertificateFacts(subject="CN=shop", issuer="CN=Ours"),
            screenshot=Screenshot(media_type="image/png", data=PNG),
        ),
        service("http.example.org", url="http://shop.example.org/", redirect_to="https://shop.example.org/"),
        service(
            "api.example.org",
            type="api",
            description=description,
            technologies=(SeenTechnology(name="Django", version="5"),),
            security_headers=SecurityHeaders(score="F"),
            sources=("certificate",),
        ),
    )
    found.refresh_from_db()
    return found


@pytest.fixture
def shop(run):
    return DiscoveryAsset.objects.get(url="https://shop.example.org/")


@pytest.fixture
def unreached(monkeypatch):
    """Whoever asks whether a site can be reached hears nothing."""
    monkeypatch.setattr(reach.agents, "wait", lambda run, *, timeout_s: None)


def test_status_before_anything_happened(api):
    assert api.get("/discovery/status/").data == {
        "running_scans_count": 0,
        "last_complete_scan": None,
        "next_scheduled_scan_at": None,
    }


def test_status_shows_the_domain_as_it_was_then(api, run, domain, home):
    runs.switch(system_actor(home), domain, enabled=True)
    runs.start(system_actor(home), domain)
    Domain.objects.filter(pk=domain.pk).update(verified=False)
    data = api.get("/discovery/status/").data
    last = data["last_complete_scan"]
    assert data["running_scans_count"] == 1 and data["next_scheduled_scan_at"].endswith("Z")
    assert (last["id"], last["type"], last["status"]) == (run.public_id, "regular", "completed")
    assert last["created_at"] <= last["started_at"] <= last["completed_at"]
    then = last["domain_then"]
    assert (then["id"], then["hostname"], then["verified"]) == (domain.public_id, "example.org", True)
    assert then["verification_token"] == str(domain.token) and then["verification_method"] == "file"
    assert set(then) == set(api.get(f"/domains/{domain.public_id}/").data)


def test_sources_are_the_own_ways_and_providers(api):
    rows = api.get("/discovery/sources/", length=100).data["results"]
    assert {"id": "given", "name": TECHNIQUES["given"]} in rows and len(rows) > len(TECHNIQUES)


def test_settings_are_changed(api):
    path = "/discovery/settings/"
    defaults = {"archive_discovery_asset_enabled": True, "archive_discovery_asset_after": 30}
    assert api.get(path).data == defaults
    assert api.patch(path, {"archive_discovery_asset_after": 7}).data["archive_discovery_asset_after"] == 7
    wish = {"archive_discovery_asset_enabled": False, "archive_discovery_asset_after": 365}
    assert api.put(path, wish).data == wish == api.get(path).data
    for wrong in (0, 366, "soon"):
        answer = api.patch(path, {"archive_discovery_asset_after": wrong})
        assert (answer.status, list(answer.data)) == (400, ["archive_discovery_asset_after"])


def test_an_asset_has_every_field(api, shop, home):
    data = api.get(f"/discovery/assets/{shop.public_id}/").data
    assert list(data) == list(schemas.DiscoveryAssetSchema().fields)
    assert (data["account"], data["name"], data["url"]) == (home.public_id, "shop.example.org", shop.url)
    assert (data["type"], data["state"], data["score"], data["risk"]) == ("web", "NEW", "B", None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", data["last_seen"])
    assert data["sources"] == [{"id": "given", "name": TECHNIQUES["given"]}]
    assert data["technologies"][0]["name"] == "nginx" and data["authorities"] == ["CN=Ours"]
    assert data["redirect_from"] == "http://shop.example.org/" and data["redirect_to"] == ""
    assert data["target"] is None and data["owners"] == data["labels"] == [] and data["comment"] == ""
    assert data["security_headers_url"].endswith(f"/ui/discovery/{shop.public_id}/#headers")
    assert data["api_schema_file"] is None


def test_a_picture_is_shown_where_it_says(api, shop):
    place = api.get(f"/discovery/assets/{shop.public_id}/").data["screenshot"].partition("testserver")[2]
    answer = api._client.get(place, headers=api._headers)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")


def test_a_description_is_downloaded(api, run, shop):
    asset = DiscoveryAsset.objects.get(type="api")
    place = api.get(f"/discovery/assets/{asset.public_id}/").data["api_schema_file"].partition("testserver")[2]
    answer = api.get(place)
    assert answer.data == {"openapi": "3.0.0"}
    assert answer.response["Content-Disposition"].endswith('-api-schema.json"')
    assert api.get(f"/discovery/assets/{shop.public_id}/download_api_schema_file/").status == 404
    assert api.get(f"/discovery/assets/{asset.public_id}/screenshot/").status == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3),
        ({"state": "NEW"}, 3),
        ({"state": "HIDDEN"}, 0),
        ({"type": "api"}, 1),
        ({"score": "F"}, 1),
        ({"source": "certificate"}, 1),
        ({"technology": "django"}, 1),
        ({"technology": technology_id("django")}, 1),
        ({"has_target": "true"}, 0),
        ({"has_target": "false"}, 3),
        ({"risk": "null"}, 3),
        ({"risk": "40"}, 0),
        ({"search": "api."}, 1),
        ({"label": "2" * 12}, 0),
        ({"owner": "2" * 12, "owner_logical_operator": "and"}, 0),
    ],
)
def test_lists_are_narrowed(api, run, query, count):
    answer = api.get("/discovery/assets/", **query)
    assert (answer.status, answer.data["count"]) == (200, count)


@pytest.mark.parametrize("query", [{"state": "GONE"}, {"type": "x"}, {"score": "Z"}, {"risk": "5"}, {"ordering": "x"}])
def test_wrong_filters_are_named(api, query):
    answer = api.get("/discovery/assets/", **query)
    assert (answer.status, list(answer.data)) == (400, list(query))


def test_lists_have_pages_and_an_order(api, run, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        data = api.get("/discovery/assets/", ordering="name", length=2).data
    assert (data["count"], data["page_total"]) == (3, 2)
    assert [row["name"] for row in data["results"]] == ["api.example.org", "http.example.org"]


def test_numbers(api, run):
    assert api.get("/discovery/assets/stats/").data == {
        "discovery_assets_count": 3,
        "new_state_discovery_assets_count": 3,
        "scanned_discovery_assets_percentage": 0,
        "high_risk_discovery_assets_percentage": 0,
        "low_score_discovery_assets_percentage": 33,
    }


def test_an_asset_is_changed_and_its_history_tells(api, shop, home):
    person = factories.person(home)
    path = f"/discovery/assets/{shop.public_id}/"
    wish = {"state": "ACTIVE", "comment": "Ours.", "owners": [{"id": person.public_id}], "labels": [{"name": "EU"}]}
    data = api.patch(path, wish).data
    assert (data["state"], data["comment"]) == ("ACTIVE", "Ours.")
    assert [one["id"] for one in data["owners"]] == [person.public_id]
    assert [one["name"] for one in data["labels"]] == ["EU"]
    assert api.put(path, data).data == data
    logs = api.get(f"{path}logs/").data["results"]
    assert [line["event_type"] for line in logs] == ["note", "owner", "note", "note", "first_seen"]
    assert list(logs[0]) == list(schemas.AssetLogSchema().fields)
    assert api.get(f"{path}logs/", event_type="owner").data["count"] == 1
    assert api.get(f"{path}logs/", event_type="nothing").status == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "GONE"}, "state"),
        ({"owners": ["2" * 12]}, "owners"),
        ({"labels": [{"id": "2" * 12}]}, "labels"),
        ({"comment": "x" * 10_001}, "comment"),
    ],
)
def test_wrong_changes_are_named(api, shop, body, field):
    answer = api.patch(f"/discovery/assets/{shop.public_id}/", body)
    assert (answer.status, list(answer.data)) == (400, [field])


def test_a_target_is_made_of_an_asset(api, shop, unreached):
    path = f"/discovery/assets/{shop.public_id}/"
    answer = api.post(f"{path}create_target/")
    assert answer.status == 200 and answer.data["scan"] is None and answer.data["scan_refused"] == ""
    target = answer.data["target"]
    assert target["site"]["url"] == shop.url and target["name"] == "shop.example.org"
    data = api.get(path).data
    assert (data["target"]["id"], data["state"]) == (target["id"], "ACTIVE")
    assert api.get("/discovery/assets/", has_target=True).data["count"] == 1
    again = api.post(f"{path}create_target/")
    assert (again.status, list(again.data)) == (400, ["non_field_errors"])
    assert api.delete(f"/targets/{target['id']}/").status == 204
    assert api.get(path).data["target"] is None


def test_a_target_is_made_and_scanned(api, shop, unreached):
    body = {
        "is_create_and_scan": True,
        "target": {"name": "Our shop", "site": {"url": f"{shop.url}de/"}, "scan_profile": "lightning"},
    }
    data = api.post(f"/discovery/assets/{shop.public_id}/create_target/", body).data
    assert (data["target"]["name"], data["target"]["site"]["url"]) == ("Our shop", f"{shop.url}de/")
    assert data["scan"]["status"] == "queued" and data["scan"]["target"]["id"] == data["target"]["id"]


def test_wrong_wishes_for_a_target_stand_where_they_were_made(api, shop, unreached):
    path = f"/discovery/assets/{shop.public_id}/create_target/"
    answer = api.post(path, {"target": {"site": {"url": "https://elsewhere.example/"}}})
    assert (answer.status, json.dumps(answer.data)[:30]) == (400, '{"target": {"site": {"url": ["')
    answer = api.post(path, {"target": {"scan_profile": "no-such", "labels": [{"id": "2" * 12}]}})
    assert answer.status == 400 and list(answer.data) == ["target"]


def test_what_is_not_there_is_missing(api):
    for path in ("", "logs/", "download_api_schema_file/", "screenshot/"):
        assert api.get(f"/discovery/assets/{'2' * 12}/{path}").status == 404
        assert api.get(f"/discovery/assets/no-id/{path}").status == 404
    assert api.post(f"/discovery/assets/{'2' * 12}/create_target/").status == 404


def test_a_target_is_shown_to_those_alone_who_may_see_targets(api, shop, home, unreached):
    made = api.post(f"/discovery/assets/{shop.public_id}/create_target/").data["target"]["id"]
    role = roles.create(actor=system_actor(home), name="Watcher", permissions=["discovery.view"])
    _, secret = keys.create_key(actor=system_actor(home), name="watcher", role=role)
    path = f"/discovery/assets/{shop.public_id}/"
    assert Api(secret).get(path).data["target"] is None
    assert api.get(path).data["target"]["id"] == made
