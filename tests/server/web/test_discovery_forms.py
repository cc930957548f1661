"""Forms of discovery."""

from django.http import QueryDict

from tests.server import factories
from vedette.contract.discovery import SourceInfo
from vedette.server.discovery.models import DiscoveryAsset, DiscoverySource
from vedette.server.discovery.providers import Source
from vedette.server.scans.models import ScanProfile
from vedette.server.web.discovery_forms import AssetForm, DiscoverySettingsForm, PromoteForm, SourceForm

INFO = SourceInfo(id="x", title="X", url="https://x.example/", needs_key=True)


def test_an_asset_is_shown_as_it_is_and_may_keep_owners_who_left(db):
    home = factories.organisation()
    actor, gone = factories.actor(home), factories.person(factories.organisation("Other"))
    asset = DiscoveryAsset.objects.create(organisation=home, url="https://a.example/", host="a.example", comment="Old.")
    asset.owners.add(gone)
    form = AssetForm(None, actor=actor, asset=asset)
    assert (form.initial["state"], form.initial["comment"]) == ("NEW", "Old.")
    assert {value for value, _ in form.fields["owners"].choices} == {gone.public_id, actor.user.public_id}
    sent = AssetForm(QueryDict("state=ACTIVE&labels= a,,b , a"), actor=actor, asset=asset)
    assert sent.is_valid() and sent.label_names == ["a", "b"]


def test_a_target_needs_a_name_and_a_known_profile():
    profiles = [ScanProfile(key="normal", name="Normal")]
    good = {"name": "Shop", "url": "https://a.example/", "kind": "single", "profile": "normal"}
    assert PromoteForm(good, profiles=profiles).is_valid()
    bad = PromoteForm({**good, "name": "", "profile": "other", "kind": "host"}, profiles=profiles)
    assert sorted(bad.errors) == ["kind", "name", "profile"]


def test_a_profile_for_apis_makes_no_target_of_a_web_site():
    profiles = [ScanProfile(key="api_normal", name="API normal", type="api"), ScanProfile(key="normal", name="Normal")]
    given = {"name": "Shop", "url": "https://a.example/"}
    for kind, profile, errors in (
        ("api", "api_normal", []),
        ("api", "normal", []),
        ("single", "api_normal", ["profile"]),
    ):
        assert list(PromoteForm({**given, "kind": kind, "profile": profile}, profiles=profiles).errors) == errors


def test_days_stay_in_their_range():
    assert DiscoverySettingsForm({"archive_after": "365"}).is_valid()
    assert not DiscoverySettingsForm({"archive_after": "366"}).is_valid()


def test_a_key_stays_unless_another_is_typed_or_it_is_to_be_forgotten():
    def new_key(text, row=None):
        form = SourceForm(QueryDict(text), source=Source("x", "X", INFO, row))
        assert form.is_valid()
        return form.new_key

    known = DiscoverySource(source="x", sealed=b"1")
    assert [new_key("key=abc"), new_key(""), new_key("forget=on")] == ["abc", None, None]
    assert [new_key("", known), new_key("forget=on", known), new_key("forget=on&key=a", known)] == [None, "", "a"]


def test_a_key_is_never_shown_again():
    form = SourceForm(QueryDict("key=s3cret"), source=Source("x", "X", INFO, None))
    assert "s3cret" not in form.as_p()
