from __future__ import annotations

from tests.server import factories
from vedette.server.api.probely.shapes import target as shape
from vedette.server.scans.models import ScanProfile
from vedette.server.targets.models import Target
from vedette.server.targets.rules import NOT_YET
from vedette.server.targets.services.belongings import LabelChoice

FAST = ScanProfile(key="fast", name="Fast", can_scan_unverified=True)
DEEP = ScanProfile(key="deep", name="Deep")
OLD = ScanProfile(key="old", name="Old", archived=True)


class TestProfiles:
    def test_an_id_unless_objects_are_wanted(self):
        assert shape.profiles([FAST]).of("fast") == "fast"
        named = shape.profiles([FAST], named=True).of("fast")
        assert named == {"id": "fast", "name": "Fast", "description": "", "builtin": True}
        assert shape.profiles([], named=True).of("lost")["name"] == "lost"

    def test_what_a_target_may_use(self):
        known = shape.profiles([FAST, DEEP, OLD, ScanProfile(key="calls", name="Calls", type="api")])
        assert [one["id"] for one in known.allowed("single", verified=True)] == ["fast", "deep"]
        assert [one["id"] for one in known.allowed("single", verified=False)] == ["fast"]
        assert [one["id"] for one in known.allowed("api", verified=True)] == ["calls"]


class TestShown:
    def test_a_new_target_is_complete(self, home, models):
        factories.target(home, verified=False)
        shown = shape.full(Target.objects.get(), shape.profiles([FAST]))
        read = models.target(**shown)
        assert (read.risk, read.lows, read.last_scan, read.blackout_period) == (None, 0, None, None)
        assert (shown["site"]["headers"], shown["site"]["whitelist"], shown["assets"]) == ([], [], [])
        assert shown["site"]["id"] != shown["id"]
        assert shown["site"]["api_scan_settings"] is None

    def test_the_simple_form_is_what_other_objects_need(self, home):
        from probely.sdk.schemas._schemas import SimpleScope

        factories.target(home)
        shown = shape.simple(Target.objects.get())
        assert SimpleScope(**shown).has_assets is False

    def test_every_setting_without_engine_work_is_shown_and_refused(self):
        known = {name for name in NOT_YET if not name.startswith("kind.")}
        assert {*shape.AS_GIVEN} - {"blackout_period"} == known

    def test_a_frozen_site_keeps_what_was(self, home):
        row = factories.target(home, whitelist=["/now"])
        frozen = shape.frozen_site(row, {"url": "http://was.example.org/", "whitelist": ["/was"], "headers": []})
        assert (frozen["url"], frozen["whitelist"], frozen["headers"]) == ("http://was.example.org/", ["/was"], [])
        assert "stack" not in frozen
        assert "verified" not in frozen


class TestGiven:
    def test_only_what_was_given_is_handed_on(self):
        assert shape.changes({}) == {}
        assert shape.changes({"site": None}) == {}

    def test_names_of_the_targets_room(self):
        given = {
            "type": "single",
            "scan_profile": "safe",
            "site": {"name": "A", "otp_secret": "x", "headers": None},
            "name": "B",
            "desc": "C",
            "labels": [{"id": "", "name": "red", "color": ""}],
            "teams": ["t"],
            "blackout_period": None,
        }
        assert shape.changes(given) == {
            "kind": "single",
            "profile": "safe",
            "name": "A",
            "desc": "C",
            "otp_secret": "x",
            "headers": [],
            "labels": [LabelChoice(name="red")],
            "teams": ["t"],
            "blackout_period": None,
        }
