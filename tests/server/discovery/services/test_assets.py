"""What people and the clock do with assets."""

from datetime import timedelta

import pytest

from tests.server import factories
from tests.server.discovery.conftest import service
from vedette.contract.discovery import ApiDescription
from vedette.server.audit.models import DomainEvent
from vedette.server.discovery.models import AssetLog, DiscoveryAsset
from vedette.server.discovery.services import assets, settings
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.targets.models import Target
from vedette.server.targets.services import descriptions, targets
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.tenancy.models import Label

UNSEEN = CreateChecks(skip_reachability_check=True)


def told(asset):
    return [(one.kind, one.text) for one in AssetLog.objects.filter(asset=asset).order_by("id")][1:]


def test_changes_are_told_with_before_and_after(owner, asset):
    found = assets.change(owner, asset, state="HIDDEN", comment=" Old shop. ", labels=[LabelChoice(name="Legacy")])
    assert (found.state, found.comment) == ("HIDDEN", "Old shop.")
    assert told(asset) == [("note", "State: HIDDEN, before NEW"), ("note", "Old shop."), ("note", "Labels: Legacy")]
    line = AssetLog.objects.order_by("id")[1]
    assert (line.before, line.after, line.user) == ({"state": "NEW"}, {"state": "HIDDEN"}, owner.user)
    assert Label.objects.get().kind == "target"
    assert DomainEvent.objects.get(kind="discovery.asset_changed").object_name == asset.url


def test_the_same_again_tells_nothing(owner, asset):
    for _ in range(2):
        assets.change(owner, asset, state="NEW", comment="x", owners=[owner.user.public_id])
    assert [kind for kind, _ in told(asset)] == ["note", "owner"]


def test_all_faults_are_told_at_once_and_nothing_is_kept(owner, stranger, asset):
    with pytest.raises(Invalid) as caught:
        assets.change(owner, asset, state="GONE", comment="x" * 20_000, owners=[stranger.user.public_id])
    assert sorted(caught.value.fields) == ["comment", "owners", "state"]
    with pytest.raises(Invalid):
        assets.change(owner, asset, comment="kept?", labels=[LabelChoice(id="2" * 12)])
    asset.refresh_from_db()
    assert asset.comment == "" and told(asset) == []


def test_readers_and_strangers_change_nothing(reader, stranger, asset):
    for actor, error in ((reader, NotAllowed), (stranger, NotFound)):
        with pytest.raises(error):
            assets.change(actor, asset, state="HIDDEN")
        with pytest.raises(error):
            assets.change_many(actor, [asset.public_id], state="HIDDEN")
    with pytest.raises(NotAllowed):
        assets.promote(reader, asset, checks=UNSEEN)
    assert DiscoveryAsset.objects.get().state == "NEW" and not Target.objects.exists()


def test_several_are_changed_or_none(owner, discover):
    discover(service(), service("b.example.org"))
    ids = list(DiscoveryAsset.objects.values_list("public_id", flat=True))
    with pytest.raises(NotFound) as caught:
        assets.change_many(owner, [*ids, "2" * 12], state="HIDDEN")
    assert caught.value.data == {"invalid_ids": ["2" * 12]}
    assert len(assets.change_many(owner, ids, state="HIDDEN")) == 2
    assert set(DiscoveryAsset.objects.values_list("state", flat=True)) == {"HIDDEN"}
    with pytest.raises(Invalid):
        assets.change_many(owner, ["2" * 12] * 501, state="HIDDEN")


def test_a_promoted_asset_is_a_target_with_its_ownership(owner, asset):
    made = assets.promote(owner, asset, checks=UNSEEN)
    assert (made.target.url, made.target.name) == (asset.url, "shop.example.org") and made.scan is None
    asset.refresh_from_db()
    assert asset.target == made.target and asset.state == "ACTIVE"
    assert told(asset) == [("note", "Became the target shop.example.org"), ("note", "State: ACTIVE, before NEW")]
    with pytest.raises(Conflict) as caught:
        assets.promote(owner, asset, checks=UNSEEN)
    assert caught.value.data == {"target": made.target.public_id}


def test_it_may_begin_deeper_and_have_settings_but_lie_nowhere_else(owner, asset):
    with pytest.raises(Invalid) as caught:
        assets.promote(owner, asset, checks=UNSEEN, url="https://bank.example.org/")
    assert list(caught.value.fields) == ["site.url"]
    made = assets.promote(owner, asset, checks=UNSEEN, url="https://shop.example.org/de/", name="Deutsch", kind="api")
    assert (made.target.url, made.target.name, made.target.kind) == ("https://shop.example.org/de/", "Deutsch", "api")


def test_a_scan_starts_with_it_or_says_why_not(owner, discover):
    discover(service(), service("b.example.org"))
    first, second = DiscoveryAsset.objects.order_by("url").reverse()
    made = assets.promote(owner, first, scan=True, checks=UNSEEN, profile="lightning")
    assert made.scan is not None and made.scan.target == made.target and made.refused == ""
    refused = assets.promote(owner, second, scan=True, checks=UNSEEN, kind="api")
    assert refused.scan is None and refused.refused and refused.target.kind == "api"


def test_whoever_may_add_no_targets_promotes_nothing(home, asset):
    developer = factories.actor(home, "developer")
    with pytest.raises(NotAllowed):
        assets.promote(developer, asset, checks=UNSEEN)


def test_a_deleted_target_makes_room(owner, asset):
    targets.delete(owner, assets.promote(owner, asset, checks=UNSEEN).target)
    asset.refresh_from_db()
    assert assets.promote(owner, asset, checks=UNSEEN).target.archived_at is None


@pytest.mark.parametrize(("state", "after"), [("NEW", "ARCHIVED"), ("ACTIVE", "ARCHIVED"), ("HIDDEN", "HIDDEN")])
def test_the_clock_archives_what_was_not_seen_for_long(asset, state, after):
    DiscoveryAsset.objects.update(state=state, last_seen=clock.now() - timedelta(days=31))
    assets.archive_unseen()
    assert DiscoveryAsset.objects.get().state == after


def test_however_many_there_are(discover, monkeypatch):
    monkeypatch.setattr(assets, "_AT_ONCE", 2)
    discover(*(service(f"s{number}.example.org") for number in range(5)))
    DiscoveryAsset.objects.update(last_seen=clock.now() - timedelta(days=31))
    assert (assets.archive_unseen(), assets.archive_unseen()) == (5, 0)


def test_a_target_that_stands_there_already_is_not_made_twice(owner, home, asset, monkeypatch):
    monkeypatch.setattr(targets, "_reach", lambda *_: "")
    factories.target(home, asset.url)
    with pytest.raises(Invalid) as caught:
        assets.promote(owner, asset)
    assert caught.value.code == "target_exists" and Target.objects.count() == 1


def test_it_waits_as_long_as_the_organisation_says(owner, asset):
    DiscoveryAsset.objects.update(last_seen=clock.now() - timedelta(days=40))
    settings.change(owner, archive_after=50)
    assert assets.archive_unseen() == 0
    settings.change(owner, archive_after=39, archive_enabled=False)
    assert assets.archive_unseen() == 0
    settings.change(owner, archive_enabled=True)
    assert assets.archive_unseen() == 1


def test_what_becomes_of_the_target_is_told_once(owner, asset):
    target = assets.promote(owner, asset, checks=UNSEEN).target
    assert assets.follow_targets() == 0
    factories.verify(target.domain)
    factories.run_scan(Target.objects.get(pk=target.pk), factories.flaw(url=asset.url))
    assert (assets.follow_targets(), assets.follow_targets()) == (1, 0)
    lines = AssetLog.objects.filter(asset=asset, kind__in=("scan", "risk")).order_by("id")
    assert [(one.kind, one.after.get("risk")) for one in lines] == [("scan", None), ("risk", 30)]
    assert lines[0].scan == Target.objects.get(pk=target.pk).last_scan


def test_a_target_that_somebody_adds_is_found(home, asset):
    assert assets.link_targets() == 0
    factories.target(factories.organisation("Other"), "https://shop.example.org/")
    target = factories.target(home, "https://shop.example.org/shop/")
    assert (assets.link_targets(), assets.link_targets()) == (1, 0)
    assert DiscoveryAsset.objects.get().target == target


def test_an_api_brings_its_description_along(owner, discover):
    told = ApiDescription(kind="openapi", url="https://api.example.org/v1/openapi.json", text='{"openapi": "3.0.0"}')
    discover(service("api.example.org", type="api", description=told))
    made = assets.promote(owner, DiscoveryAsset.objects.get(), scan=True, checks=UNSEEN, profile="lightning")
    assert made.target.kind == "api" and made.scan is not None
    target = Target.objects.get(pk=made.target.pk)
    assert descriptions.text_of(target) == told.text
    assert target.settings["api_scan_settings"] == {"api_schema_file": "openapi.json"}
