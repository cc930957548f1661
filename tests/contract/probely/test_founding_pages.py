"""Three pages of the vendor's reference, field for field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.probely import founding_pages as pages
from tests.contract.probely.exercises.discovery import found
from tests.contract.probely.founding_pages import differences
from tests.contract.probely.stage import World
from tests.contract.probely.table import routed
from vedette.contract.batch import Batch
from vedette.contract.events import PhaseStarted, Progress, ScanFinished, ScanStarted, TechnologyFound
from vedette.contract.progress import PartProgress
from vedette.server.scans.services import committing, leasing

pytestmark = pytest.mark.django_db

SHOP = "http://shop.example.org"
SENT = {"name": "X-Shop", "value": "7", "allow_testing": True, "authentication": False}
SETTINGS = {
    "blackout_period": {"begin": "03:00", "cease": "04:00", "weekdays": [1], "enabled": False, "timezone": "UTC"},
    "labels": [{"name": "red", "color": "#ff0000"}],
    "site": {
        "headers": [SENT],
        "cookies": [SENT],
        "whitelist": ["cart"],
        "blacklist": [f"{SHOP}/out*"],
        "auth_enabled": True,
        "has_form_login": True,
        "form_login_url": f"{SHOP}/login",
        "form_login": [{"name": "user", "value": "ann"}, {"name": "password", "value": "secret"}],
        "has_otp": True,
        "otp_secret": "JBSWY3DPEHPK3PXP",
    },
}
NOTHING_YET = {
    f"$.running_scan.{part}.{name} is empty" for part in ("crawler", "scanner") for name in ("warning", "error")
}
NOTHING_YET |= {f"$.running_scan.fingerprinter.{name} is empty" for name in ("warning", "error")}
"""No scan here has anything to complain about."""


@pytest.fixture
def asked(world):
    """The world of an operation, by its key."""
    return lambda key: world(next(row for row in routed() if row.key == key))


def scanned(w: World, *, whole: bool) -> None:
    """Starts a scan of the target that sees something of everything; one that is not whole goes on."""
    grant = w.grant()
    crawler = PartProgress(
        done=3,
        total=7,
        status_counts={"200": 5},
        host_status_counts={"shop.example.org": {"200": 4}, "cdn.example.org": {"200": 1}},
        current_endpoints=[f"{SHOP}/a"],
        last_endpoints=[f"{SHOP}/b"],
        last_logins=[f"{SHOP}/login"],
    )
    scanner = PartProgress(done=1, total=9, current_endpoints=[f"{SHOP}/c"])
    parts = {"crawler": crawler, "fingerprinter": PartProgress(), "scanner": scanner}
    seen = [
        ScanStarted(job=grant.job.id, version="1", catalogue="c", profile="normal", start_urls=(SHOP,)),
        TechnologyFound(host="shop.example.org", name="nginx"),
        TechnologyFound(host="cdn.example.org", name="nginx"),
        PhaseStarted(phase="detect"),
        Progress(phase="detect", percent=40.0, parts=parts, requests=45, elapsed_s=9.0),
    ]
    committing.commit(grant.run, Batch(grant.epoch, 1, seen))
    if whole:
        committing.commit(grant.run, Batch(grant.epoch, 2, [ScanFinished(verdict="clean", requests=10)]))
        leasing.release(grant.run, grant.epoch, "finished")


class TestSecondFactor:
    def target(self, w: World) -> Any:
        """The target after its second factor was cleared, while it is scanned for the second time."""
        w.do("PATCH", f"/targets/{w.target}/", SETTINGS)
        host = {"host": "cdn.example.org", "headers": [SENT], "cookies": [SENT]}
        w.do("POST", f"/targets/{w.target}/assets/", host, skip_reachability_check=True)
        for row in w.get("/domains/", length=100)["results"]:
            w.verify(row["id"])
        w.do("POST", f"/targets/{w.target}/scheduledscans/", pages.PLAN_SCAN_BODY)
        scanned(w, whole=True)
        scanned(w, whole=False)
        return w.call(w.target)

    def test_clearing_it_answers_as_the_page_shows(self, asked):
        answer = self.target(asked("DELETE /targets/{}/otp/"))
        assert answer["site"]["has_otp"] is False and answer["site"]["otp_secret"] == ""
        absent = {f"$.{name} is empty" for name in ("site.api_scan_settings", *LATER)}
        assert set(differences(pages.CLEAR_SECOND_FACTOR, answer)) == NOTHING_YET | absent

    def test_an_api_shows_its_settings(self, asked):
        w = asked("DELETE /targets/{}/otp/")
        given = {"custom_api_parameters": [{"name": "shop", "value": "7"}]}
        body = {"site": {"url": f"{SHOP}/api", "api_scan_settings": given}, "type": "api"}
        target = w.do("POST", "/targets/", body, skip_reachability_check=True)["id"]
        w.do("PATCH", f"/targets/{target}/", {"site": {"otp_secret": "JBSWY3DPEHPK3PXP"}})
        shown = w.call(target)["site"]["api_scan_settings"]
        assert list(differences(pages.API_SETTINGS, shown)) == []


def test_planning_a_scan_answers_as_the_page_shows(asked):
    w = asked("POST /targets/{}/scheduledscans/")
    w.do("PATCH", f"/targets/{w.target}/", SETTINGS)
    scanned(w, whole=True)
    answer = w.call(w.target, body=pages.PLAN_SCAN_BODY)
    assert {name: answer[name] for name in pages.PLAN_SCAN_BODY if name != "date_time"} == {
        name: value for name, value in pages.PLAN_SCAN_BODY.items() if name != "date_time"
    }
    absent = {f"$.target.{name} is empty" for name in ("site.api_scan_settings", *LATER)}
    assert set(differences(pages.PLAN_SCAN, answer)) == absent


def test_the_state_of_discovery_is_told_as_the_page_shows(asked):
    w = asked("GET /discovery/status/")
    found(w)
    assert list(differences(pages.DISCOVERY_STATUS, w.call())) == []


LATER = ("scanning_agent",)
"""What is null as long as nothing can be set there."""


def test_a_difference_is_told():
    shape = {"a": "text", "b": ["whole"], "c": "time?", "d": pages.Maybe({"e": "flag"}), "f": "uuid"}
    good = {"a": "", "b": [1], "c": None, "d": {"e": True}, "f": "6f1c4b0e-0000-4000-8000-000000000000", "more": 1}
    assert list(differences(shape, good)) == []
    bad = {"b": [True], "c": "soon", "d": {"e": 1}, "f": "x"}
    assert sorted(differences(shape, bad)) == [
        "$.a is missing",
        "$.b[] is True, not whole",
        "$.c is 'soon', not time?",
        "$.d.e is 1, not flag",
        "$.f is 'x', not uuid",
    ]
    assert set(differences(shape, {**good, "b": [], "d": None})) == {"$.b is empty", "$.d is empty"}
