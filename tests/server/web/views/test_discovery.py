"""Assets on their pages."""

import re

import pytest

from tests.server import factories
from tests.server.discovery.conftest import carry, name, service
from vedette.contract.discovery import ApiDescription, CertificateFacts, Screenshot
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.services import assets, runs
from vedette.server.kernel import clock
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.services import reach
from vedette.server.targets.services.targets import CreateChecks

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def domain(home):
    return Domain.objects.create(
        organisation=home, hostname="example.org", verified=True, method="file", checked_at=clock.now()
    )


@pytest.fixture
def discover(actor, domain):
    def one(*events):
        run = runs.start(actor, domain)
        carry(factories.claim(), name(), *events)
        return run

    return one


@pytest.fixture
def asset(discover):
    description = ApiDescription(kind="openapi", url="https://shop.example.org/api.json", text="{}")
    certificate = CertificateFacts(subject="CN=shop", issuer="CN=Ours", names=("*.example.org",), not_after=2e9)
    shot = Screenshot(media_type="image/png", data=PNG)
    discover(service(description=description, screenshot=shot, certificate=certificate))
    return DiscoveryAsset.objects.get()


@pytest.fixture
def unreached(monkeypatch):
    monkeypatch.setattr(reach.agents, "wait", lambda run, *, timeout_s: None)


def test_before_anything_happened_the_page_says_what_to_do(client, words):
    assert "Choose a domain" in words(client.get("/ui/discovery/"))


def test_the_table_shows_what_is_in_sight_and_how_it_stands(client, actor, asset, discover, words):
    discover(service("blog.example.org"))
    assets.change(actor, DiscoveryAsset.objects.get(name="blog.example.org"), state="HIDDEN")
    page = words(client.get("/ui/discovery/"))
    assert "shop.example.org" in page and "nginx 1.25" in page and "blog.example.org" not in page
    assert "blog.example.org" in words(client.get("/ui/discovery/?state=hidden"))
    assert "No asset fits" in words(client.get("/ui/discovery/?q=nothing"))


@pytest.mark.parametrize("query", ["order=-risk", "order=score", "score=A%2B&risk=high&target=no", "page=99&label=x"])
def test_every_order_and_filter_has_a_page(client, asset, query):
    assert client.get(f"/ui/discovery/?{query}").status_code == 200


def test_an_asset_tells_all_that_is_known(client, asset, words):
    page = words(client.get(f"/ui/discovery/{asset.public_id}/"))
    for text in (
        "https://shop.example.org/",
        "CN=Ours",
        "x-frame-options",
        "referrer-policy",
        "Found by",
        "nginx 1.25",
    ):
        assert text in page


def test_its_picture_and_description_are_served_harmless(client, asset):
    picture = client.get(f"/ui/discovery/{asset.public_id}/picture/")
    assert (picture.content, picture["Content-Type"], picture["X-Content-Type-Options"]) == (
        PNG,
        "image/png",
        "nosniff",
    )
    text = client.get(f"/ui/discovery/{asset.public_id}/description/")
    assert text["Content-Type"].startswith("text/plain") and text["Content-Disposition"].startswith("attachment")


def test_it_is_changed_in_a_dialog(client, actor, asset):
    path = f"/ui/discovery/{asset.public_id}/change/"
    assert b"Change shop.example.org" in client.get(path).content
    wish = {"state": "HIDDEN", "owners": [actor.user.public_id], "labels": "EU, Old , EU", "comment": "Ours."}
    assert client.post(path, wish)["HX-Refresh"] == "true"
    asset.refresh_from_db()
    assert (asset.state, asset.comment) == ("HIDDEN", "Ours.")
    assert sorted(label.name for label in asset.labels.all()) == ["EU", "Old"]
    assert client.post(path, {**wish, "state": "GONE"}).status_code == 422


def test_its_state_is_changed_at_once(client, asset):
    client.post(f"/ui/discovery/{asset.public_id}/state/ARCHIVED/")
    asset.refresh_from_db()
    assert (asset.state, asset.archived_by_clock) == ("ARCHIVED", False)
    assert client.get(f"/ui/discovery/{asset.public_id}/state/ACTIVE/").status_code == 405


def test_it_is_made_a_target_and_scanned(client, asset, unreached, words):
    path = f"/ui/discovery/{asset.public_id}/promote/"
    assert b"https://shop.example.org/" in client.get(path).content
    wish = {"name": "Shop", "url": asset.url, "kind": "single", "profile": "lightning", "scan": "on"}
    assert client.post(path, {**wish, "url": "https://bank.example/"}).status_code == 422
    assert client.post(path, wish)["HX-Refresh"] == "true"
    target = Target.objects.get()
    assert target.name == "Shop" and target.running_scan is not None
    assert "Open the target" in words(client.get(f"/ui/discovery/{asset.public_id}/"))


def test_several_are_changed_or_made_targets(client, asset, discover, words):
    discover(service("blog.example.org"))
    ids = list(DiscoveryAsset.objects.values_list("public_id", flat=True))
    client.post("/ui/discovery/bulk/", {"ids": ids, "do": "HIDDEN"})
    assert set(DiscoveryAsset.objects.values_list("state", flat=True)) == {"HIDDEN"}
    told = words(client.post("/ui/discovery/bulk/", {"ids": ids, "do": "promote"}, follow=True))
    assert "2 targets made." in told and Target.objects.count() == 2
    told = words(client.post("/ui/discovery/bulk/", {"ids": ids, "do": "promote"}, follow=True))
    assert "has a target already" in told
    client.post("/ui/discovery/bulk/", {"ids": ids, "do": "nonsense"})


def test_assets_of_others_are_not_found(client, asset, home):
    other = factories.organisation("Rival")
    foreign = Domain.objects.create(organisation=other, hostname="rival.example")
    runs.start(factories.actor(other), foreign)
    carry(factories.claim(), service("www.rival.example"))
    theirs = DiscoveryAsset.objects.get(organisation=other)
    for path in ("", "change/", "promote/", "picture/", "description/"):
        assert client.get(f"/ui/discovery/{theirs.public_id}/{path}").status_code == 404
    client.post("/ui/discovery/bulk/", {"ids": [theirs.public_id], "do": "HIDDEN"})
    assert client.post(f"/ui/discovery/{theirs.public_id}/state/HIDDEN/").status_code == 404
    assert DiscoveryAsset.objects.get(pk=theirs.pk).state == "NEW"
    assert "rival" not in client.get("/ui/discovery/?state=all").content.decode()


def test_who_only_reads_is_offered_nothing(enter, asset):
    auditor = enter("auditor")
    body = auditor.get(f"/ui/discovery/{asset.public_id}/").content.decode()
    assert "Make it a target" not in body and "/state/" not in body
    auditor.post(f"/ui/discovery/{asset.public_id}/state/HIDDEN/")
    assert DiscoveryAsset.objects.get().state == "NEW"
    assert enter("scanner").get("/ui/discovery/").status_code == 403


def test_what_a_site_says_becomes_no_markup(client, discover):
    evil = "\"><script>alert('x')</script>\u202e"
    discover(service("evil.example.org", title=evil, server=evil, redirect_to=f"https://x/{evil}"))
    asset = DiscoveryAsset.objects.get()
    for path in ("/ui/discovery/", f"/ui/discovery/{asset.public_id}/"):
        body = client.get(path).content.decode()
        assert "<script>alert" not in body and "\u202e" not in body
        assert re.search(r"&lt;script&gt;", body)


def test_the_target_of_an_asset_that_was_deleted_is_none(client, actor, asset, words):
    target = assets.promote(actor, asset, checks=CreateChecks(skip_reachability_check=True)).target
    Target.objects.filter(pk=target.pk).update(archived_at=clock.now())
    assert "Make it a target" in words(client.get(f"/ui/discovery/{asset.public_id}/"))
