from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.scans import filters
from vedette.server.scans.filters import ProfileFilter
from vedette.server.scans.models import ScanProfile
from vedette.server.scans.services import profiles

pytestmark = pytest.mark.django_db


@shared
def owner():
    return factories.actor(factories.organisation())


def keys(actor, **wanted):
    return [row.key for row in filters.profiles(actor, ProfileFilter(**wanted))]


def test_profiles_are_narrowed_and_ordered(owner):
    mine = profiles.create(actor=owner, name="Night", description="quiet")
    old = profiles.create(actor=owner, name="Old", archived=True)
    assert keys(owner, type="web") == ["lightning", "safe", "normal", "full", mine.key, old.key]
    assert keys(owner, archived=False, builtin=False) == [mine.key]
    assert keys(owner, archived=True) == [old.key]
    assert keys(owner, verified_only=False) == ["lightning", "api_lightning"]
    assert keys(owner, search="QUIET") == [mine.key] and keys(owner, search="\0") == []
    assert keys(owner, type="api") == ["api_lightning", "api_safe", "api_normal", "api_full"]
    assert keys(owner, ordering="-name")[0] == "safe"
    with pytest.raises(Invalid):
        keys(owner, ordering="organisation")


def test_one_is_found_archived_or_not_but_never_anothers(owner):
    mine = profiles.create(actor=owner, name="Night", archived=True)
    assert filters.profile(owner, mine.key) == mine
    stranger = factories.actor(factories.organisation("Foreign"))
    for actor, key in ((stranger, mine.key), (owner, "nothing"), (owner, "nor\0mal")):
        with pytest.raises(NotFound):
            filters.profile(actor, key)
    assert mine.key not in keys(stranger)


def test_what_a_profile_looks_for_follows_its_base_and_choice(owner):
    by_key = {key: {one.check_id for one in filters.looks_for(ScanProfile.objects.get(key=key))} for key in keys(owner)}
    assert by_key["lightning"] < by_key["safe"] < by_key["normal"] <= by_key["full"]
    narrow = profiles.create(actor=owner, name="One", checks=["xss-reflected"])
    assert [one.check_id for one in filters.looks_for(narrow)] == ["xss-reflected"]
    less = profiles.create(actor=owner, name="Less", checks=["-xss-reflected"])
    assert {one.check_id for one in filters.looks_for(less)} == by_key["normal"] - {"xss-reflected"}
    names = [one.name.lower() for one in filters.looks_for(less)]
    assert names == sorted(names)


def test_scans_of_a_site(owner):
    shop, bank = (factories.target(owner.organisation, f"http://{name}.example.org/") for name in ("shop", "bank"))
    first, second = factories.run_scan(shop), factories.run_scan(bank)
    assert list(filters.scans_of_site(owner)) == [second, first]
    assert list(filters.scans_of_site(owner, "http://SHOP.example.org:80/any?x")) == [first]
    for url in ("https://shop.example.org/", "http://shop.example.or", "shop", "\0"):
        assert not filters.scans_of_site(owner, url).exists()
    stranger = factories.actor(factories.organisation("Foreign"))
    assert not filters.scans_of_site(stranger, "http://shop.example.org").exists()
