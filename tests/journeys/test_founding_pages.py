"""The calls that scripts are built on, against a live platform: a schedule that fires, a second factor that is used and
then cleared, a discovery that finds names."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.platform import Platform, eventually
from tests.sites.estate import DOMAIN, estate_beside
from tests.sites.login_club import club_beside

pytestmark = pytest.mark.long


@pytest.fixture
def made(tmp_path):
    """A platform beside a club with a second factor and a company with name servers of its own."""
    with club_beside(otp="page") as club, estate_beside(20) as company:
        allow = " ".join((club.url.removeprefix("http://"), *company.allowed))
        one = Platform(tmp_path, allow=allow, settings={"RESOLVERS": company.server.address})
        try:
            one.prepare()
            one.start()
            yield one, club, company
        finally:
            one.stop()


def secured(one, club):
    """A target whose scans log in with a second factor."""
    site = {
        "url": club.url + "/",
        "auth_enabled": True,
        "has_form_login": True,
        "form_login_url": club.url + "/login",
        "form_login": [{"name": "user", "value": club.user}, {"name": "password", "value": club.password}],
        "has_otp": True,
        "otp_secret": club.key,
        "otp_algorithm": "SHA1",
        "otp_digits": 6,
    }
    path = "/targets/?skip_reachability_check=true&duplicate_check=false"
    return one.call("POST", path, {"site": site, "scan_profile": "lightning"})["id"]


def test_a_schedule_fires_with_its_second_factor_and_fails_once_that_is_cleared(made):
    one, club, _ = made
    target = secured(one, club)
    due = datetime.now(UTC) + timedelta(seconds=4)
    path = f"/targets/{target}/scheduledscans/"
    planned = one.call("POST", path, {"date_time": due.isoformat(), "recurrence": "d", "timezone": "Europe/Lisbon"})
    assert one.call("GET", f"/targets/{target}/")["next_scan"]["id"] == planned["id"]

    def fired():
        return one.call("GET", f"/targets/{target}/scans/")["results"]

    (scan,) = eventually(fired, within=60, what="the schedule starts a scan")
    assert one.await_end(scan["id"]) == "completed", one.call("GET", f"/targets/{target}/scans/{scan['id']}/")
    assert len(club.codes) == 1 and club.logins == 1
    shown = one.call("GET", f"{path}{planned['id']}/")
    assert datetime.fromisoformat(shown["date_time"]) - due.replace(microsecond=0) >= timedelta(hours=22)

    cleared = one.call("DELETE", f"/targets/{target}/otp/")["site"]
    names = ("has_otp", "otp_secret", "otp_field", "otp_submit", "otp_algorithm", "otp_digits")
    assert [cleared[name] for name in names] == [False, "", "", "", "SHA1", 6]
    again = one.scan(target)
    assert one.await_end(again) == "failed"
    warnings = one.call("GET", f"/targets/{target}/scans/{again}/")["warnings"]
    assert any("login_failed" in str(warning) for warning in warnings), warnings
    assert len(club.codes) == 1, "the cleared secret was not used again"


def test_a_discovery_finds_the_names_of_a_network(made):
    one, _, company = made
    known = one.call("POST", "/domains/", {"hostname": DOMAIN})
    assert not known["verified"]
    ((home,),) = one.rows("SELECT name FROM server_organisation")
    words = ("--organisation", home, "--by", "Ada", "--why", "Our own test network")
    for command in (("domains", "verify", DOMAIN, *words), ("discoveries", "start", DOMAIN)):
        subprocess.run([sys.executable, "-P", "-m", "vedette", *command], env=one.environment, check=True, timeout=60)

    def ended():
        status = one.call("GET", "/discovery/status/")
        return status if status["running_scans_count"] == 0 and status["last_complete_scan"] else None

    status = eventually(ended, within=180, what="the discovery ends", every=0.5)
    last = status["last_complete_scan"]
    assert (last["type"], last["status"], last["domain_then"]["hostname"]) == ("regular", "completed", DOMAIN)
    found = {name for (name,) in one.rows("SELECT name FROM server_discoveredname")}
    assert len(found & company.names) >= 20, sorted(company.names - found)
    assert not found & company.traps
