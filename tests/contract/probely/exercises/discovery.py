"""Discovery: what a worker finds becomes assets, and those become targets."""

from __future__ import annotations

import json
from unittest.mock import patch

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from tests.server import factories
from tests.server.discovery.conftest import carry, name, service
from vedette.contract.discovery import TECHNIQUES, ApiDescription, Screenshot
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.services import runs
from vedette.server.targets.models import Domain
from vedette.server.targets.services import reach
from vedette.server.tenancy.actor import system_actor

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 20
TEXT = '{"openapi": "3.0.0"}'


def domain(w: World) -> Domain:
    """A domain that was shown to belong to the caller's organisation."""
    row = Domain.objects.get(pk=w.cast.domain.pk)
    if not row.verified:
        factories.verify(row)
        row.refresh_from_db()
    return row


def found(w: World, host: str = "shop") -> DiscoveryAsset:
    """A discovery that finds one service, with its description and a picture."""
    own = domain(w)
    full = f"{host}.{own.hostname}"
    runs.start(system_actor(w.stage.home), own)
    description = ApiDescription(kind="openapi", url=f"https://{full}/v1.json", text=TEXT)
    picture = Screenshot(media_type="image/png", data=PICTURE)
    seen = service(full, type="api", domain=own.hostname, description=description, screenshot=picture)
    carry(factories.claim(), name(full, domain=own.hostname), seen)
    return DiscoveryAsset.objects.get(url=f"https://{full}/")


def shown(w: World, asset: DiscoveryAsset) -> str:
    return f"/discovery/assets/{asset.public_id}/"


@exercise("GET /discovery/assets/")
def are_listed(w: World) -> None:
    assert w.call()["results"] == []
    asset = found(w)
    assert [row["id"] for row in w.call()["results"]] == [asset.public_id]


@exercise("GET /discovery/assets/stats/")
def are_counted(w: World) -> None:
    assert w.call()["discovery_assets_count"] == 0
    found(w)
    assert w.call()["discovery_assets_count"] == 1


@exercise("GET /discovery/assets/{}/")
def is_shown(w: World) -> None:
    asset = found(w)
    assert w.call(asset.public_id)["comment"] == ""
    w.do("PATCH", shown(w, asset), {"comment": "Ours."})
    assert w.call(asset.public_id)["comment"] == "Ours."


@exercise("PUT /discovery/assets/{}/", "PATCH /discovery/assets/{}/")
def is_hidden(w: World) -> None:
    asset = found(w)
    w.call(asset.public_id, body={"state": "HIDDEN", "comment": "Not ours."})
    assert w.listed("/discovery/assets/", state="HIDDEN") == [asset.public_id]


@exercise("GET /discovery/assets/{}/logs/")
def history_grows(w: World) -> None:
    asset = found(w)
    before = w.call(asset.public_id)["count"]
    w.do("PATCH", shown(w, asset), {"comment": "Ours."})
    assert w.call(asset.public_id)["count"] == before + 1


@exercise("POST /discovery/assets/{}/create_target/")
def becomes_a_target(w: World) -> None:
    asset = found(w)
    with patch.object(reach.agents, "wait", lambda run, *, timeout_s: None):
        target = w.call(asset.public_id, body={"is_create_and_scan": False})["target"]["id"]
    assert w.get(f"/targets/{target}/")["site"]["url"] == asset.url


@exercise("GET /discovery/assets/{}/download_api_schema_file/")
def description_is_given_back(w: World) -> None:
    asset = found(w)
    assert w.call(asset.public_id) == json.loads(TEXT)
    other = TEXT.replace("3.0.0", "3.1.0")
    with patch(f"{__name__}.TEXT", other):
        again = found(w)
    assert w.call(again.public_id) == json.loads(other)


@exercise("GET /discovery/settings/")
def settings_are_shown(w: World) -> None:
    assert w.call()["archive_discovery_asset_after"] == 30
    w.do("PATCH", "/discovery/settings/", {"archive_discovery_asset_after": 7})
    assert w.call()["archive_discovery_asset_after"] == 7


@exercise("PUT /discovery/settings/", "PATCH /discovery/settings/")
def settings_are_changed(w: World) -> None:
    w.call(body={"archive_discovery_asset_after": 7})
    assert w.get("/discovery/settings/")["archive_discovery_asset_after"] == 7


@exercise("GET /discovery/status/")
def status_tells_of_the_last(w: World) -> None:
    assert w.call()["last_complete_scan"] is None
    found(w)
    last = w.call()["last_complete_scan"]
    assert last is not None
    assert last["domain_then"]["id"] == w.cast.domain.public_id


@exercise("GET /discovery/sources/")
def sources_are_the_own_ways_and_providers(w: World) -> None:
    shown = {row["id"]: row["name"] for row in w.call(length=1000)["results"]}
    assert shown.items() >= TECHNIQUES.items()


@exercise("GET /discovery/assets/{}/screenshot/")
def picture_is_that_of_the_service(w: World) -> None:
    first = w.call(found(w).public_id)
    with patch(f"{__name__}.PICTURE", PICTURE + b"1"):
        assert w.call(found(w).public_id) == first + "1"
