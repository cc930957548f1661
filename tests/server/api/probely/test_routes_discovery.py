"""Over every address of discovery: nothing of another organisation is shown or touched."""

from __future__ import annotations

import json
import re

from tests.server import factories
from tests.server.api.probely.conftest import Api
from tests.server.discovery.conftest import carry, service
from tests.server.layers import shared
from vedette.contract.discovery import ApiDescription, Screenshot
from vedette.server.api.probely.routes_discovery import urlpatterns
from vedette.server.audit.models import DomainEvent
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.services import runs
from vedette.server.targets.models import Domain, Target
from vedette.server.tenancy.actor import system_actor

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
FILES = ("screenshot/", "download_api_schema_file/")


def operations():
    return [
        (method, str(pattern.pattern))
        for pattern in urlpatterns
        for method in METHODS
        if hasattr(pattern.callback.view_class, method.lower())
    ]


@shared
def strangers():
    """An asset with all that an asset may have, of another organisation."""
    home = factories.organisation("Foreign")
    domain = Domain.objects.create(organisation=home, hostname="foreign.example.org")
    runs.start(system_actor(home), domain)
    description = ApiDescription(kind="openapi", url="https://foreign.example.org/api.json", text="{}")
    shot = Screenshot(media_type="image/png", data=PNG)
    carry(factories.claim(), service("foreign.example.org", description=description, screenshot=shot))
    return DiscoveryAsset.objects.get(organisation=home)


def path_of(route, asset):
    return "/" + PARAMETER.sub(asset.public_id, route)


def test_their_owner_sees_all_of_it(strangers):
    own = Api(factories.key(strangers.organisation))
    for method, route in operations():
        if method == "GET" and not route.endswith(FILES):
            answer = own.get(path_of(route, strangers))
            assert answer.status == 200, (route, answer.data)
            assert answer.data.get("count", 1) > 0, route


def test_nobody_else_does(api, strangers):
    facts = DomainEvent.objects.filter(organisation=strangers.organisation).count()
    body = {"state": "HIDDEN", "comment": "mine now", "archive_discovery_asset_after": 3}
    for method, route in operations():
        answer = api(method, path_of(route, strangers), body if method != "GET" else None)
        if PARAMETER.search(route):
            assert answer.status == 404, (method, route, answer.data)
        text = json.dumps(answer.data)
        assert "foreign.example.org" not in text and strangers.public_id not in text, (method, route, text)
        assert strangers.organisation.public_id not in text
    strangers.refresh_from_db()
    assert (strangers.state, strangers.comment, strangers.target) == ("NEW", "", None)
    assert not Target.objects.filter(organisation=strangers.organisation).exists()
    assert DomainEvent.objects.filter(organisation=strangers.organisation).count() == facts


def test_keys_without_the_right_see_nothing(strangers):
    scanner = Api(factories.key(strangers.organisation, "scanner"))
    assert scanner.get("/discovery/status/").status == 403 == scanner.get("/discovery/settings/").status
    assert scanner.get("/discovery/sources/").status == 403
    assert scanner.get("/discovery/assets/").data["count"] == 0
    assert scanner.get(f"/discovery/assets/{strangers.public_id}/").status == 404


def test_who_only_reads_changes_nothing(strangers):
    auditor = Api(factories.key(strangers.organisation, "auditor"))
    path = f"/discovery/assets/{strangers.public_id}/"
    assert auditor.get(path).status == 200
    assert auditor.patch(path, {"state": "HIDDEN"}).status == 403
    assert auditor.post(f"{path}create_target/").status == 403
    assert auditor.patch("/discovery/settings/", {"archive_discovery_asset_after": 3}).status == 403
