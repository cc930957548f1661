"""What a new look makes of what is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.server import factories
from tests.server.discovery.conftest import name, service
from vedette.contract.discovery import ApiDescription, CertificateFacts, Screenshot, SecurityHeaders, SeenTechnology
from vedette.server.discovery.models import (
    AssetDescription,
    AssetLog,
    AssetPicture,
    DiscoveredName,
    DiscoveryAsset,
)
from vedette.server.discovery.services import assets, merging
from vedette.server.kernel import clock
from vedette.server.targets.models import Domain
from vedette.server.targets.services import targets

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 "


def told(asset):
    return list(AssetLog.objects.filter(asset=asset).order_by("id").values_list("kind", "text"))


def test_what_was_found_is_new_and_says_by_what(discover):
    certificate = CertificateFacts(subject="CN=shop", issuer="CN=Ours", names=("*.example.org",), not_after=2e9)
    run = discover(name(aliases=("cdn.example.net",)), service(certificate=certificate, sources=("crt-sh", "given")))
    asset = DiscoveryAsset.objects.get()
    assert (asset.url, asset.host, asset.state) == ("https://shop.example.org/", "shop.example.org", "NEW")
    assert (asset.score, asset.sources, asset.aliases) == ("B", ["crt-sh", "given"], ["cdn.example.net"])
    assert asset.headers == {"present": ["x-frame-options"], "missing": ["referrer-policy"], "weak": []}
    assert asset.certificate["issuer"] == "CN=Ours" and asset.technologies == [{"name": "nginx", "version": "1.25"}]
    assert told(asset) == [("first_seen", "Found by Certificate transparency (crt.sh), The domain itself")]
    assert (run.assets_count, run.new_count) == (1, 1)


def test_the_same_again_tells_nothing_new(discover):
    discover(name(), service())
    before = DiscoveryAsset.objects.get()
    run = discover(name(), service())
    after = DiscoveryAsset.objects.get()
    assert after.last_seen > before.last_seen and after.first_seen == before.first_seen
    assert len(told(after)) == 1 and (run.assets_count, run.new_count) == (1, 0)


def test_told_twice_within_a_run_it_counts_once(discover):
    run = discover(service(), replace(service(), title="Shop, loaded"))
    assert (run.assets_count, run.new_count) == (1, 1)
    assert DiscoveryAsset.objects.get().title == "Shop, loaded"


def test_what_changed_is_told(discover):
    discover(name(), service())
    changed = service(
        technologies=(SeenTechnology(name="Apache"),), security_headers=SecurityHeaders(score="F"), sources=("crt-sh",)
    )
    discover(name(addresses=("192.0.2.9",), aliases=("x.example.net",)), changed)
    asset = DiscoveryAsset.objects.get()
    assert asset.sources == ["given", "crt-sh"]
    assert told(asset)[1:] == [
        ("domain", "shop.example.org stands for x.example.net"),
        ("ip", "Answers at 192.0.2.9"),
        ("score", "Security headers: F, before B"),
        ("technology", "Technologies new: Apache; gone: nginx 1.25"),
    ]


def test_another_scheme_or_port_is_another_asset(discover):
    run = discover(
        service(),
        service(url="http://shop.example.org/"),
        service(url="https://shop.example.org:8443/"),
        service(url="https://SHOP.example.org/deep/down?q=1"),
        service(url="ftp://shop.example.org/"),
    )
    assert run.assets_count == 3
    assert sorted(DiscoveryAsset.objects.values_list("url", flat=True)) == [
        "http://shop.example.org/",
        "https://shop.example.org/",
        "https://shop.example.org:8443/",
    ]


@pytest.mark.parametrize("state", ["HIDDEN", "ACTIVE", "ARCHIVED"])
def test_what_people_decided_no_run_undoes(discover, asset, owner, state):
    assets.change(owner, asset, state=state, comment="Mine.", owners=[owner.user.public_id])
    discover(service(title="Other"))
    asset.refresh_from_db()
    assert (asset.state, asset.comment, asset.title) == (state, "Mine.", "Other")
    assert [user.pk for user in asset.owners.all()] == [owner.user.pk]


def test_what_the_clock_archived_comes_back(discover, asset):
    DiscoveryAsset.objects.update(last_seen=clock.now() - timedelta(days=31))
    assert assets.archive_unseen() == 1
    discover(service())
    asset.refresh_from_db()
    assert asset.state == "ACTIVE" and not asset.archived_by_clock
    assert [text for _, text in told(asset)][-2:] == ["Not seen for 30 days: archived", merging.BACK]


def test_pictures_and_descriptions_are_kept_until_others_come(discover, asset):
    description = ApiDescription(kind="openapi", url="https://shop.example.org/openapi.json", text="{}", operations=4)
    discover(service(description=description, screenshot=Screenshot(media_type="image/png", data=PNG)))
    discover(service())
    asset.refresh_from_db()
    assert asset.has_picture and asset.has_description
    assert bytes(AssetPicture.objects.get().content) == PNG and AssetDescription.objects.get().operations == 4
    discover(service(screenshot=Screenshot(media_type="image/webp", data=WEBP)))
    assert AssetPicture.objects.get().media_type == "image/webp"


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("image/svg+xml", b"<svg>"), ("image/png", b"<html>"), ("image/webp", PNG), ("image/png", PNG + b"0" * 200_000)],
)
def test_what_is_no_small_picture_is_left_out(media_type, content):
    assert not merging.is_picture(media_type, content)


def test_hostile_texts_are_stored_harmless(discover):
    nasty = "\0\ud800" + "<script>" * 100
    discover(
        name(f"a{nasty}.example.org", refused=nasty),
        service(title=nasty, server=nasty, redirect_to=nasty * 50, technologies=(SeenTechnology(name=nasty),)),
    )
    row = DiscoveryAsset.objects.get()
    assert row.title.startswith("\ufffd\ufffd<script>") and len(row.title) == 300
    assert len(DiscoveredName.objects.get().name) <= 256


def test_names_are_kept_with_what_is_known_last(discover, domain):
    discover(name(sources=("crt-sh",)), name("dead.example.org", addresses=(), refused="A private address."))
    run = discover(name(sources=("given",), wildcard=True), name("new.example.org"))
    rows = {row.name: row for row in DiscoveredName.objects.filter(domain=domain)}
    assert sorted(rows) == ["dead.example.org", "new.example.org", "shop.example.org"]
    assert rows["shop.example.org"].wildcard and rows["shop.example.org"].sources == ["given"]
    assert rows["dead.example.org"].refused == "A private address."
    assert run.names_count == 2


def test_a_target_at_the_same_origin_is_found(discover, home):
    target = factories.target(home, "https://shop.example.org/de/")
    factories.target(home, "https://shop.example.org:8443/")
    discover(service())
    assert DiscoveryAsset.objects.get().target == target


def test_one_that_was_deleted_makes_room_for_another(discover, owner, home):
    first = factories.target(home, "https://shop.example.org/")
    discover(service())
    targets.delete(owner, first)
    second = factories.target(home, "https://shop.example.org/")
    discover(service())
    assert DiscoveryAsset.objects.get().target == second


def test_targets_of_others_are_none_of_ours(discover):
    factories.target(factories.organisation("Other"), "https://shop.example.org/")
    discover(service())
    assert DiscoveryAsset.objects.get().target is None


def test_the_same_service_below_two_domains_is_one_asset(discover, home, owner):
    discover(service())
    Domain.objects.create(organisation=home, hostname="shop.example.org")
    discover(service())
    assert DiscoveryAsset.objects.count() == 1
