from __future__ import annotations

import json

import pytest

from tests.server import factories
from vedette.contract.checkinfo import Severity
from vedette.server.api.invicti.shapes import scan as shape
from vedette.server.findings import tallies
from vedette.server.scans import queries
from vedette.server.scans.models import Scan, ScanProfile
from vedette.server.scans.rules import STATUSES
from vedette.server.scans.services import lifecycle, profiles
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Organisation


@pytest.fixture
def target(home):
    return factories.target(
        home, "https://shop.example.org/app/?a=1", name="Shop", blacklist=["https://shop.example.org/out"]
    )


def task(scan):
    row = queries.with_parts(Scan.objects.filter(pk=scan.pk)).get()
    around = shape.Around(
        profiles={one.key: one for one in ScanProfile.objects.all()},
        seen=tallies.information_seen([row.pk]),
        open=tallies.information_open([row.target.pk]),
    )
    return shape.task(row, around)


def test_a_finished_scan_shows_what_it_found(home, target):
    scan = factories.run_scan(
        target,
        factories.flaw("a"),
        factories.flaw("b", severity=Severity.LOW),
        factories.flaw("c", severity=Severity.INFO),
    )
    data = task(scan)
    assert (data["State"], data["IsCompleted"], data["Percentage"], data["Phase"]) == (
        "Complete",
        True,
        100,
        "Complete",
    )
    assert [data[f"Vulnerability{name}Count"] for name in ("Critical", "High", "Medium", "Low", "Info")] == [
        0,
        1,
        0,
        1,
        1,
    ]
    assert data["TotalVulnerabilityCount"] == 3
    assert data["GlobalVulnerabilityHighCount"] == 1 and data["GlobalVulnerabilityInfoCount"] == 1
    assert data["ThreatLevel"] == data["GlobalThreatLevel"] == "Insecure"
    assert data["FailureReason"] == "None" and data["FailureReasonString"] is None
    assert data["IsWebsiteLatestCompletedFullScanTask"] is True
    assert data["EstimatedLaunchTime"] is None


def test_what_is_scanned_and_how(home, target):
    data = task(factories.start(target))
    assert data["TargetUrl"] == "https://shop.example.org/app/?a=1"
    assert (data["TargetUrlRoot"], data["TargetPath"]) == ("https://shop.example.org/", "/app/")
    assert data["WebsiteName"] == "Shop" and data["WebsiteProtocol"] == "Https"
    assert json.loads(data["ExcludedLinks"]) == ["https://shop.example.org/out"]
    assert data["DisallowedHttpMethods"] == "[]"
    assert (data["PolicyName"], data["PolicyIsDefault"], data["ScanType"]) == ("Normal", True, "Full")


def test_a_waiting_scan_has_nothing_yet_and_is_delayed_while_all_are_stopped(home, target):
    scan = factories.start(target)
    data = task(scan)
    assert (data["State"], data["Phase"], data["EstimatedLaunchTime"], data["Percentage"]) == (
        "Queued",
        "Pending",
        0,
        0,
    )
    assert data["ThreatLevel"] == "Unknown" and data["IsCompleted"] is False
    Organisation.objects.update(paused=True)
    assert task(scan)["State"] == "Delayed"


def test_a_failed_scan_says_why(home, target):
    scan = factories.start(target)
    lifecycle.close(scan, scan.run, status="failed", ending="refused", failure="The site did not answer.")
    data = task(scan)
    assert (data["State"], data["IsCompleted"]) == ("Failed", True)
    assert data["FailureReason"] != "None" and data["FailureReasonDescription"] == "The site did not answer."


def test_own_profiles_are_policies_with_their_own_id(home, target):
    own = profiles.create(actor=system_actor(home), name="Night", max_run_time=3700)
    data = task(factories.start(target, profile=own.key))
    assert (data["PolicyName"], data["PolicyIsDefault"], data["MaxScanDuration"]) == ("Night", False, 2)
    assert len(data["PolicyId"]) == 36


def test_every_state_has_a_name_of_the_vendors():
    known = {"Queued", "Scanning", "Archiving", "Complete", "Failed", "Cancelled", "Pausing", "Paused", "Resuming"}
    assert set(shape._STATES) == set(STATUSES) and set(shape._STATES.values()) == known


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ({"Critical": 1}, "Critical"),
        ({"High": 1, "Low": 4}, "Insecure"),
        ({"Medium": 1}, "NeedsAttention"),
        ({"Low": 1}, "NeedsAttention"),
        ({}, "Secure"),
    ],
)
def test_threat_levels_follow_the_worst(counts, level):
    every = dict.fromkeys(("Critical", "High", "Medium", "Low"), 0) | counts
    assert shape.threat_level(every, assessed=True) == level
    assert shape.threat_level(every, assessed=False) == ("Unknown" if level == "Secure" else level)
