from __future__ import annotations

from tests.server import factories
from vedette.server.api.probely.shapes import scan_full
from vedette.server.api.probely.shapes.target import profiles
from vedette.server.scans.models import Scan


def test_a_queued_scan_can_be_read(home, models):
    scan = factories.start(factories.target(home, whitelist=["/a"]), user_data="build 7")
    shown = scan_full.full(scan, profiles(()))
    read = models.scan(**shown)
    assert (read.user_data, read.crawler.full_status, read.target_options.has_assets) == ("build 7", None, False)
    assert shown["target_options"]["site"]["whitelist"] == ["/a"]
    assert scan_full.full(Scan.objects.get(), profiles(())) == shown


def test_its_settings_stay_as_they_were(api, home):
    target = factories.target(home)
    scan = factories.start(target)
    api.patch(
        f"/targets/{target.public_id}/", {"site": {"whitelist": ["/later"], "headers": [{"name": "X", "value": "1"}]}}
    )
    shown = scan_full.full(Scan.objects.get(pk=scan.pk), profiles(()))
    assert shown["target"]["site"]["whitelist"] == ["/later"]
    assert (shown["target_options"]["site"]["whitelist"], shown["target_options"]["site"]["headers"]) == ([], [])


def test_how_to_start():
    assert scan_full.start_options({}) == {"profile": None, "ignore_blackout": False, "reduced": None}
    assert scan_full.start_options({"scan_profile": "x", "reduced_scopes": None})["profile"] == "x"
    wanted = [{"url": "http://shop.example.org/cart"}]
    assert scan_full.start_options({"reduced_scopes": wanted})["reduced"] == wanted
