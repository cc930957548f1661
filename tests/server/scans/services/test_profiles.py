"""Scan profiles."""

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.scans import queries
from vedette.server.scans.models import ScanProfile
from vedette.server.scans.services import profiles

pytestmark = pytest.mark.django_db


@shared
def owner():
    return factories.actor(factories.organisation())


def test_the_built_in_ones_are_made_once_and_kept_up_to_date():
    profiles.ensure_builtin()
    ScanProfile.objects.filter(key="normal").update(description="old")
    profiles.ensure_builtin()
    web, api = (list(ScanProfile.objects.filter(type=one).order_by("pk")) for one in ("web", "api"))
    assert [row.key for row in web] == ["lightning", "safe", "normal", "full"]
    assert [row.key for row in api] == ["api_lightning", "api_safe", "api_normal", "api_full"]
    for plain, described in zip(web, api, strict=True):
        assert (described.base, described.payloads, described.methods) == (plain.base, plain.payloads, plain.methods)
    assert ScanProfile.objects.get(key="normal").description != "old"
    assert [row.key for row in ScanProfile.objects.filter(can_scan_unverified=True)] == ["lightning", "api_lightning"]


def test_one_of_ones_own(owner):
    made = profiles.create(actor=owner, name="Nightly", speed=10, max_run_time=3600)
    assert made.key.startswith("sp-")
    assert queries.profile(owner, made.key).speed == 10
    changed = profiles.change(actor=owner, profile=made, archived=True)
    assert changed.archived
    with pytest.raises(Invalid):
        queries.profile(owner, made.key)


@pytest.mark.parametrize(
    "fields",
    [
        {"speed": 15},
        {"payloads": 99},
        {"methods": "some"},
        {"delay": 5001},
        {"delay": True},
        {"max_urls": 0},
        {"max_urls": "many"},
        {"type": "single"},
        {"base": "evil"},
        {"name": " "},
        {"checks": ["no-such-check"]},
        {"can_scan_unverified": True},
    ],
)
def test_what_makes_no_sense_is_refused_by_field(owner, fields):
    with pytest.raises(Invalid) as caught:
        profiles.create(actor=owner, **({"name": "x"} | fields))
    assert set(caught.value.fields) == set(fields)


def test_built_in_ones_cannot_be_changed(owner):
    with pytest.raises(NotAllowed):
        profiles.change(actor=owner, profile=ScanProfile.objects.get(key="full"), speed=10)


def test_nobody_sees_a_neighbours(owner):
    made = profiles.create(actor=owner, name="Ours")
    neighbour = factories.actor(factories.organisation("Other"))
    assert made not in list(queries.profiles(neighbour))


def test_a_developer_makes_none():
    with pytest.raises(NotAllowed):
        profiles.create(actor=factories.actor(factories.organisation(), "developer"), name="x")


def test_nobody_changes_a_neighbours(owner):
    mine = profiles.create(actor=owner, name="Night")
    stranger = factories.actor(factories.organisation("Other"))
    with pytest.raises(NotFound):
        profiles.change(actor=stranger, profile=mine, name="Theirs")
