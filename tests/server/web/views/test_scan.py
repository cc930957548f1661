"""The page of a scan: live, then its result."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.server import factories
from vedette.contract.batch import Batch
from vedette.contract.events import (
    EndpointFound,
    FindingSeen,
    LoginAttempt,
    LoginStep,
    PhaseStarted,
    PointTested,
    Progress,
    ScanFinished,
    TechnologyFound,
)
from vedette.contract.progress import PartProgress
from vedette.server.scans.models import Scan
from vedette.server.scans.services import committing, leasing, pictures

PART = PartProgress(
    done=12,
    total=40,
    requests=90,
    in_flight=3,
    status_counts={"200": 80, "404": 10},
    host_status_counts={"shop.example.org": {"200": 80, "404": 10}},
    out_of_scope_hosts={"cdn.example.net": 4},
    last_endpoints=["http://shop.example.org/last"],
    round_trip_ms=23.4,
    overall_round_trip_ms=20.0,
)
NOW = Progress(phase="detect", percent=42.5, parts={"scanner": PART}, requests=90, elapsed_s=3.0, eta_s=4.0, queue=28)


class Story:
    """A scan that is told what happens in it."""

    def __init__(self, target):
        self.scan = factories.start(target)
        self.grant = factories.claim()
        self.batch = 0

    def tell(self, *events):
        self.batch += 1
        committing.commit(self.grant.run, Batch(self.grant.epoch, self.batch, list(events)))
        self.scan.refresh_from_db()
        return self.scan

    def end(self, verdict="findings", reasons=()):
        self.tell(ScanFinished(verdict=verdict, reasons=reasons, requests=90))
        leasing.release(self.grant.run, self.grant.epoch, "finished")
        self.scan.refresh_from_db()
        return self.scan


@pytest.fixture
def story(shop):
    return Story(shop)


@pytest.fixture
def path(story):
    return f"/ui/scans/{story.scan.public_id}/"


def test_a_queued_scan_waits(client, shop, words):
    scan = factories.start(shop)
    answer = client.get(f"/ui/scans/{scan.public_id}/")
    assert "waits for a free slot" in words(answer)
    assert [one.state for one in answer.context["stages"]][:2] == ["current", ""]


def test_a_running_scan_shows_what_it_does(client, story, path, words):
    story.tell(PhaseStarted(phase="detect"), TechnologyFound(host="shop", name="nginx", technology_version="1.22"))
    story.tell(FindingSeen(finding=factories.flaw("a")), NOW)
    text = words(client.get(path))
    for part in (
        "42 %" if "42 %" in text else "43 %",
        "12 of 40",
        "90",
        "3 in flight, 28 units queued",
        "404: 10",
        "cdn.example.net",
        "http://shop.example.org/last",
        "nginx 1.22",
        "Reflected cross-site scripting",
        "about 4.0 s left",
    ):
        assert part in text


def test_a_poll_brings_a_part_and_only_when_something_changed(client, story, path):
    story.tell(NOW)
    first = client.get(f"{path}live/")
    assert first.status_code == 200
    assert "<html" not in first.content.decode()
    seen = first.context["etag"]
    assert f"live/?seen={seen}" in first.content.decode()
    assert client.get(f"{path}live/?seen={seen}").status_code == 204
    assert client.get(f"{path}live/", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    story.tell(NOW)
    assert client.get(f"{path}live/?seen={seen}").status_code == 200


def test_a_word_of_control_changes_the_part_at_once(client, story, path):
    story.tell(NOW)
    seen = client.get(f"{path}live/").context["etag"]
    client.post(f"{path}control/pause/")
    assert "Pausing" in client.get(f"{path}live/?seen={seen}").content.decode()


def test_a_poll_ends_with_the_scan_and_loads_its_result(client, story, path):
    story.tell(NOW)
    story.end()
    answer = client.get(f"{path}live/?seen=whatever")
    assert (answer.status_code, answer["HX-Refresh"]) == (286, "true")


def test_pause_resume_stop(client, shop):
    scan = factories.start(shop)
    path = f"/ui/scans/{scan.public_id}/"
    grant = factories.claim()
    client.post(f"{path}control/pause/")
    leasing.release(grant.run, grant.epoch, "pause")
    assert [one.label for one in client.get(path).context["actions"]] == ["Resume", "Stop"]
    client.post(f"{path}control/resume/")
    assert [one.label for one in client.get(path).context["actions"]] == ["Pause", "Stop"]
    client.post(f"{path}control/cancel/")
    scan.refresh_from_db()
    assert scan.status == "canceled"
    assert client.get(path).context["actions"] == []


def test_what_is_not_possible_is_told(client, shop):
    scan = factories.start(shop)
    answer = client.post(f"/ui/scans/{scan.public_id}/control/pause/", follow=True)
    assert [str(one) for one in answer.context["messages"]] == ["A scan that is queued cannot pause."]
    assert client.post(f"/ui/scans/{scan.public_id}/control/nonsense/").status_code == 404
    assert client.get(f"/ui/scans/{scan.public_id}/control/cancel/").status_code == 405


def test_not_everybody_controls(enter, shop):
    scan = factories.start(shop)
    auditor = enter("auditor")
    assert all(one.why for one in auditor.get(f"/ui/scans/{scan.public_id}/").context["actions"])
    auditor.post(f"/ui/scans/{scan.public_id}/control/cancel/")
    scan.refresh_from_db()
    assert scan.status == "queued"


def test_a_result_names_verdict_reasons_and_change(client, story, path, words):
    story.tell(FindingSeen(finding=factories.flaw("a")))
    story.end("incomplete", ("The limit max-time ended the scan with work still queued.",))
    answer = client.get(path)
    text = words(answer)
    assert "Incomplete" in text
    assert "The limit max-time ended the scan" in text
    assert (answer.context["total"], answer.context["scan"].new_count) == (1, 1)
    assert f"/ui/findings/?scan={story.scan.public_id}&amp;new=yes" in answer.content.decode()


def test_a_clean_result_says_so(client, shop, words):
    scan = factories.run_scan(shop, verdict="clean")
    text = words(client.get(f"/ui/scans/{scan.public_id}/"))
    assert "Everything planned was tested, and nothing was found." in text
    assert "This scan saw nothing that is open now." in text


def test_another_scan_is_started_from_a_result(client, shop):
    scan = factories.run_scan(shop, profile="safe")
    answer = client.post(f"/ui/scans/{scan.public_id}/again/")
    new = Scan.objects.exclude(pk=scan.pk).get()
    assert (answer["Location"], new.profile) == (f"/ui/scans/{new.public_id}/", "safe")


# Coverage

COVERED = [
    EndpointFound(method="GET", url="http://shop.example.org/a?q=1", status=200, source="link"),
    EndpointFound(
        method="GET", url="http://shop.example.org/out", status=0, source="link", skipped="may do harm: log-out"
    ),
    PointTested(
        point="p",
        method="GET",
        url="http://shop.example.org/a?q=1",
        point_kind="query",
        parameter="=cmd()",
        outcomes={"sqli-error": "found: firm", "xss-reflected": "skipped: already proven by sqli-error"},
        requests=7,
    ),
]


def test_coverage_tells_what_was_tested_and_why_not(client, story, path, words):
    story.tell(*COVERED)
    story.end()
    text = words(client.get(f"{path}coverage/"))
    for part in (
        "1 endpoints answered; 1 were left alone",
        "Flaw found",
        "may do harm: log-out",
        "already proven by sqli-error",
    ):
        assert part in text
    assert "/out" not in words(client.get(f"{path}coverage/?show=found"))


def test_coverage_as_csv_opens_as_text(client, story, path):
    story.tell(*COVERED)
    story.end()
    answer = client.get(f"{path}coverage.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="vedette-coverage-{story.scan.public_id}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["state"], row["parameter"], row["found"], row["requests"]) for row in rows] == [
        ("found", "'=cmd()", "1", "7"),
        ("skipped", "", "0", "0"),
    ]


def test_coverage_as_json_is_whole(client, story, path):
    story.tell(*COVERED)
    story.end()
    told = json.loads(client.get(f"{path}coverage.json").getvalue())
    assert (told["scan"], told["verdict"]) == (story.scan.public_id, "findings")
    assert told["checks"] == {"sqli-error": {"found": 1}, "xss-reflected": {"skipped": 1}}
    assert [one["state"] for one in told["endpoints"]] == ["found", "skipped"]
    assert told["endpoints"][0]["inputs"][0]["reasons"][1]["reason"] == "already proven by sqli-error"


def test_there_is_no_other_file(client, story, path):
    assert client.get(f"{path}coverage.pdf").status_code == 404


def test_checks_and_settings_are_those_of_the_start(client, story, path, words):
    assert "SQL injection" in words(client.get(f"{path}checks/"))
    text = words(client.get(f"{path}settings/"))
    assert "the platform's ceiling" in text
    assert "http://shop.example.org/" in text


@pytest.mark.parametrize(
    "part", ["", "live/", "brief/", "coverage/", "coverage.csv", "coverage.json", "checks/", "settings/"]
)
def test_others_find_nothing(client, rival, part):
    assert client.get(f"/ui/scans/{rival[1].public_id}/{part}").status_code == 404
    assert client.get(f"/ui/scans/nonsense/{part}").status_code == 404


@pytest.mark.parametrize("action", ["control/cancel/", "again/"])
def test_others_do_nothing(client, rival, action):
    assert client.post(f"/ui/scans/{rival[1].public_id}/{action}").status_code == 404


def test_the_share_of_requests_within_a_session_is_told(client, home, words):
    plain = factories.run_scan(factories.target(home))
    given = {"has_basic_auth": True, "basic_auth": {"username": "ann", "password": "x"}}
    logged_in = factories.run_scan(factories.target(home, **given))
    assert "Logged in100 %of requests" in words(client.get(f"/ui/scans/{logged_in.public_id}/"))
    assert "Logged in" not in words(client.get(f"/ui/scans/{plain.public_id}/"))


def test_how_it_logged_in_is_told_with_pictures(client, shop):
    factories.start(shop)
    grant = factories.claim()
    png = b"\x89PNG\r\n\x1a\npixels"
    step = LoginStep(label="<b>Open</b>", url="http://shop.example.org/login", picture=png)
    committing.commit(
        grant.run, Batch(grant.epoch, 1, [step, LoginAttempt(ok=False, reason="The password was wrong.")])
    )
    path = f"/ui/scans/{grant.job.id}/"
    body = client.get(path).content.decode()
    assert "The scan could not log in: The password was wrong." in body and "&lt;b&gt;Open" in body
    assert f'src="{path}pictures/1.png"' in body
    answer = client.get(path + "pictures/1.png")
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (png, "image/png", "nosniff")
    assert client.get(path + "pictures/2.png").status_code == 404


def test_a_filmed_log_in_can_be_watched(client, shop, rival):
    scan = factories.run_scan(shop)
    path = f"/ui/scans/{scan.public_id}/"
    assert "login.webm" not in client.get(path).content.decode()
    assert client.get(path + "login.webm").status_code == 404
    for one in (scan, rival[1]):
        pictures.keep_film(one, b"\x1a\x45\xdf\xa3 frames")
    assert f'src="{path}login.webm"' in client.get(path).content.decode()
    answer = client.get(path + "login.webm")
    assert (answer.content, answer["Content-Type"]) == (b"\x1a\x45\xdf\xa3 frames", "video/webm")
    assert "media-src 'self'" in client.get(path)["Content-Security-Policy"]
    assert client.get(f"/ui/scans/{rival[1].public_id}/login.webm").status_code == 404
