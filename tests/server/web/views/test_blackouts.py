"""Blackout periods on the pages of the settings and of a target."""

from datetime import time

import pytest

from tests.server import factories
from vedette.server.targets.models import BlackoutPeriod

NIGHT = {
    "begin": "22:00",
    "cease": "06:00",
    "timezone": "Europe/Lisbon",
    "weekdays": ["1", "2", "3", "4", "5"],
    "enabled": "on",
}
SENTENCE = "Every Monday to Friday from 22:00 to 06:00 the next day, Europe/Lisbon"


@pytest.fixture(params=["organisation", "target"])
def path(request, shop):
    if request.param == "organisation":
        return "/ui/settings/blackout/"
    return f"/ui/targets/{shop.public_id}/settings/blackout/"


def test_a_period_is_set_said_changed_and_taken_away(client, path, words):
    assert "at any hour" in words(client.get(path))
    assert client.post(path, NIGHT)["Location"] == path
    page = client.get(path)
    assert SENTENCE in words(page) and b'value="22:00"' in page.content
    client.post(path, {**NIGHT, "cease": "23:30", "weekdays": ["7"]})
    row = BlackoutPeriod.objects.get()
    assert (row.cease, row.weekdays) == (time(23, 30), [7])
    assert client.post(path, {"do": "remove"})["Location"] == path
    assert not BlackoutPeriod.objects.exists()


@pytest.mark.parametrize("wrong", [{"timezone": "Lisbon"}, {"weekdays": []}, {"begin": "25:00"}, {"weekdays": ["8"]}])
def test_what_is_wrong_is_told_in_the_form(client, path, wrong):
    answer = client.post(path, {**NIGHT, **wrong})
    assert answer.status_code == 422 and answer.context["form"].errors
    assert not BlackoutPeriod.objects.exists()


def test_who_only_reads_sees_no_buttons_and_changes_nothing(enter, path):
    auditor = enter("auditor")
    page = auditor.get(path)
    assert page.status_code == 200 and b">Save<" not in page.content
    assert auditor.post(path, NIGHT).status_code == 403
    assert not BlackoutPeriod.objects.exists()


def test_those_of_others_are_not_found(client, rival):
    theirs = f"/ui/targets/{rival[0].public_id}/settings/blackout/"
    assert client.get(theirs).status_code == client.post(theirs, NIGHT).status_code == 404
    BlackoutPeriod.objects.create(organisation=rival[0].organisation, begin=time(1), cease=time(2), weekdays=[1])
    assert b'value="01:00"' not in client.get("/ui/settings/blackout/").content


def test_whoever_may_not_see_the_organisation_sees_no_period(enter):
    assert enter("scanner").get("/ui/settings/blackout/").status_code == 403


def test_the_target_tells_of_the_organisations_period_too(client, shop, words):
    client.post("/ui/settings/blackout/", NIGHT)
    assert SENTENCE in words(client.get(f"/ui/targets/{shop.public_id}/settings/blackout/"))


def test_a_scan_that_waits_says_so(client, shop, words):
    client.post("/ui/settings/blackout/", {**NIGHT, "begin": "00:00", "cease": "00:00", "weekdays": list("1234567")})
    scan = factories.start(shop)
    page = client.get(f"/ui/scans/{scan.public_id}/")
    assert "Waits for the end of a blackout period" in words(page) and "No time is left" in words(page)
    assert "Queued Blackout" in words(client.get("/ui/scans/"))
    live = f"/ui/scans/{scan.public_id}/live/"
    assert client.get(live, {"seen": page.context["etag"]}).status_code == 204
    BlackoutPeriod.objects.update(weekdays=[])
    assert "It goes on by itself at" in words(client.get(live))
