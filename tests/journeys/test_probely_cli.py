"""The vendor's own command line client against a live platform: what scripts do today works unchanged."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.platform import VAST, eventually, platform, practice_shop
from tests.journeys.vendor_client import LoadedClient

FEW = ["headers", "sqli-boolean", "xss-reflected"]


class Client:
    """Runs `probely` as a user would, in an empty home of its own; `command` is how."""

    def __init__(self, environment: dict[str, str], command: Callable[[tuple[str, ...]], tuple[int, str]]) -> None:
        self.environment = environment
        self.command = command

    def run(self, *arguments: str, code: int = 0) -> str:
        """What it prints; fails unless it ends with `code`."""
        ended, output = self.command(arguments)
        assert ended == code, f"probely {' '.join(arguments)}: {ended}\n{output}"
        return output

    def json(self, *arguments: str):
        """The records it prints as JSON; one that was asked for by its id comes alone."""
        found = json.loads(self.run(*arguments, "-o", "JSON"))
        return found if isinstance(found, list) else [found]

    def ids(self, *arguments: str) -> list[str]:
        """The ids it prints."""
        words = self.run(*arguments, "-o", "IDS_ONLY").split()
        return [word for word in words if re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{12}|[0-9]+", word)]


@pytest.fixture(scope="module")
def shop():
    with practice_shop() as site:
        yield site


@pytest.fixture(scope="module")
def one(tmp_path_factory, shop):
    with platform(tmp_path_factory.mktemp("cli"), shop) as running:
        running.narrow(FEW)
        yield running


@pytest.fixture(scope="module")
def probely(one, tmp_path_factory):
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
    environment = kept | {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PROBELY_API_BASE_URL": one.url,
        "PROBELY_API_KEY": one.key,
        "PROBELY_DISABLE_ANALYTICS": "true",
        "PROBELY_UI_BASE_URL": f"{one.url}/",
    }
    loaded = LoadedClient(environment)
    yield Client(environment, loaded.run)
    loaded.close()


def installed(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command itself, as it is installed."""
    command = [str(Path(sys.executable).with_name("probely")), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def target(one, shop):
    """A part of the practice site, verified."""
    return one.add_target(f"{shop.url}/", without=VAST)


@pytest.fixture(scope="module")
def scanned(one, probely, target):
    """The target with one scan of it, started and followed by the client: its list of findings must end it with 1."""
    probely.run("targets", "start-scan", target)
    one.await_end(probely.ids("scans", "get")[0])
    return target


def test_targets_are_added_listed_changed_and_deleted(probely, tmp_path):
    added = probely.ids("targets", "add", "http://127.0.0.1:9/", "--target-name", "n")
    assert len(added) == 1
    (row,) = probely.json("targets", "get", added[0])
    assert (row["id"], row["site"]["name"], row["site"]["url"]) == (added[0], "n", "http://127.0.0.1:9/")
    patch = tmp_path / "patch.yaml"
    patch.write_text("site:\n  name: renamed\nlabels:\n  - name: nightly\n")
    probely.run("targets", "update", added[0], "-f", str(patch))
    (row,) = probely.json("targets", "get", added[0])
    assert (row["site"]["name"], [label["name"] for label in row["labels"]]) == ("renamed", ["nightly"])
    assert "renamed" in probely.run("targets", "get")
    probely.run("targets", "delete", added[0])
    assert added[0] in probely.run("targets", "get", added[0], code=1)


def test_targets_are_filtered(probely, target):
    label = probely.json("target-labels", "get")
    filters = ("--f-is-url-verified", "TRUE", "--f-risk", "NA", "HIGH", "--f-type", "WEB", "--f-search", "127.0.0.1")
    assert probely.ids("targets", "get", *filters, "--f-scan-profile", "normal") in ([target], [])
    assert probely.ids("targets", "get", "--f-is-url-verified", "TRUE", "--f-has-unlimited-scans", "TRUE") == [target]
    assert probely.ids("targets", "get", "--f-search", "nowhere-to-be-found") == []
    if label:
        ids = [row["id"] for row in label]
        probely.run("targets", "get", "--f-label", *ids, "--f-label-logical-operator", "AND")


def test_profiles_and_labels(probely):
    names = {row["id"] for row in probely.json("scan-profiles", "get")}
    assert {"lightning", "safe", "normal", "full", "api_normal"} <= names
    assert probely.json("scan-profiles", "get", "lightning")[0]["can_scan_unverified"] is True
    probely.run("target-labels", "get")


def test_extra_hosts(probely, target, tmp_path):
    (host,) = probely.ids("targets", "add-extra-host", target, "--host", "api.example.org", "--skip-reachability-check")
    (row,) = [row for row in probely.json("target-extra-hosts", "get") if row["id"] == host]
    assert row["host"] == "api.example.org"
    patch = tmp_path / "host.yaml"
    patch.write_text("name: the API\n")
    probely.run("target-extra-hosts", "update", host, "-f", str(patch))
    probely.run("target-extra-hosts", "delete", host)


def test_an_unverified_target_is_not_attacked(probely):
    (added,) = probely.ids("targets", "add", "http://127.0.0.1:9/", "--target-name", "theirs")
    assert "wnership" in probely.run("targets", "start-scan", added, code=1)
    probely.run("targets", "delete", added)


def test_scans_are_listed_paused_resumed_and_cancelled(one, probely, scanned):
    one.leave_out(scanned)  # the whole site: it does not end before it is paused
    probely.run("targets", "start-scan", scanned)
    scan = eventually(lambda: probely.ids("scans", "get", "--f-status", "STARTED"), within=60, what="a scan starts")[0]
    assert scan in probely.ids("scans", "get", "--f-started-gte", "2025-01-01T10:00:00Z")
    probely.run("scans", "pause", scan)
    eventually(lambda: one.status(scan) == "paused", within=60, what="the scan pauses")
    probely.run("scans", "resume", scan, "--ignore-blackout-period")
    probely.run("scans", "cancel", scan)
    assert one.await_end(scan) == "canceled"
    (row,) = probely.json("scans", "get", scan)
    assert row["status"] == "canceled"


def test_scans_are_scheduled(one, probely, target, tmp_path):
    arguments = ("--date-time", "2030-01-01T10:00:00", "--timezone", "Europe/Lisbon", "--scan-profile", "normal")
    monthly = ("--recurrence", "MONTHLY", "--day-of-week", "MONDAY", "--week-of-month", "LAST")
    (made,) = probely.ids("targets", "schedule-scan", target, *arguments, *monthly)
    (row,) = probely.json("scheduled-scans", "get", made)
    assert (row["target"]["id"], row["recurrence"], row["timezone"]) == (target, "m", "Europe/Lisbon")
    assert (row["date_time"][:10], row["scheduled_day_of_week"], row["week_index"]) == ("2030-01-28", 1, "last")
    assert made in probely.ids("scheduled-scans", "get", "--f-search", "127.0.0.1")
    patch = tmp_path / "schedule.yaml"
    patch.write_text("recurrence: w\nrun_on_day_of_week: false\ndate_time: '2030-02-01T10:00:00'\n")
    probely.run("scheduled-scans", "update", made, "-f", str(patch))
    (row,) = probely.json("scheduled-scans", "get", made)
    assert (row["recurrence"], row["date_time"][:16]) == ("w", "2030-02-01T10:00")
    assert one.call("GET", f"/targets/{target}/")["next_scan"]["id"] == made
    probely.run("scheduled-scans", "delete", made)
    assert made in probely.run("scheduled-scans", "get", made, code=1)


def test_a_scheduled_scan_starts_by_itself(one, probely):
    (target,) = probely.ids("targets", "add", "http://127.0.0.1:9/", "--target-name", "soon")
    soon = (datetime.now(UTC) + timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%S")
    arguments = ("--date-time", soon, "--timezone", "UTC", "--scan-profile", "lightning")
    probely.run("targets", "schedule-scan", target, *arguments)
    path = f"/targets/{target}/scans/"
    (scan,) = eventually(lambda: one.call("GET", path)["results"], within=60, what="a scheduled scan starts")
    assert (scan["scheduled"], scan["scan_profile"]) == (True, "lightning")
    one.await_end(scan["id"])
    probely.run("targets", "delete", target)


def test_findings_are_listed_reviewed_and_retested(one, probely, scanned):
    criticals = probely.json("findings", "get", "--f-state", "NOT_FIXED", "--f-severity", "CRITICAL")
    assert criticals
    assert probely.json("findings", "get", "--f-last-found-gte", "2025-01-01", "--f-severity", "HIGH")
    finding = f"{scanned}-{criticals[0]['id']}"
    (row,) = probely.json("findings", "get", finding)
    assert row["severity"] == 40
    probely.run("findings", "retest", finding, "--scan-profile", "normal", "--ignore-blackout-period")
    (scan,) = [row["id"] for row in probely.json("scans", "get") if row["status"] not in ("completed", "canceled")] or [
        ""
    ]
    if scan:
        one.await_end(scan)
    (row,) = probely.json("findings", "get", finding)
    assert (row["state"], row["retesting"]) == ("notfixed", False)


def test_a_self_review(one, probely, shop):
    one.call("PATCH", "/account/settings/", {"self_findings_review_enabled": True})
    other = one.add_target(shop.url.replace("127.0.0.1", "localhost") + "/", without=VAST)
    scan = one.call("POST", f"/targets/{other}/scan_now/", {"scan_profile": "lightning"})["id"]
    assert one.await_end(scan) == "under_review"
    waiting = one.call("GET", f"/targets/{other}/findings/?review_status=pending&length=100")["results"]
    named = [f"{other}-{row['id']}" for row in waiting]
    probely.run("findings", "self-review", *named, "--review-status", "ACCEPTED", "--justification", "seen")
    (row,) = probely.json("findings", "get", named[0])
    assert (row["review_status"], row["review_reason"]) == ("accepted", "seen")
    eventually(lambda: one.status(scan) == "completed", within=60, what="a scan whose findings are reviewed completes")
    one.call("PATCH", "/account/settings/", {"self_findings_review_enabled": False})


@pytest.mark.long
def test_a_followed_scan_gates_a_build(one, probely, scanned):
    """The client looks every 30 seconds, and waits 30 more once the scan is complete."""
    arguments = ("targets", "follow-scan", scanned, "--timeout", "5", "--severity-threshold")
    probely.run("targets", "start-scan", scanned)
    assert probely.run(*arguments, "CRITICAL", code=1)


def test_the_installed_command_and_a_wrong_key(probely, target):
    done = installed(probely.environment, "targets", "get", target, "-o", "IDS_ONLY")
    assert (done.returncode, done.stdout.split()) == (0, [target]), done.stderr
    wrong = installed(probely.environment | {"PROBELY_API_KEY": "vdt_p" + "x" * 40}, "targets", "get")
    assert wrong.returncode == 1, wrong.stdout + wrong.stderr
