"""A new target, step by step."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.server.scans.models import Scan, ScanProfile
from vedette.server.targets.models import Target
from vedette.server.targets.services import targets as services
from vedette.server.targets.services.reach import ReachResult


@pytest.fixture
def site(monkeypatch):
    """What asking the address gives."""
    answers = {"result": ReachResult(True, status=200)}
    monkeypatch.setattr(services, "check_reach", lambda actor, url, **_: answers["result"])
    return answers


def test_an_address_that_answers_becomes_a_target(client, site):
    answer = client.post("/ui/targets/new/", {"url": "http://Shop.example.org", "name": "Shop"})
    target = Target.objects.get()
    assert (target.url, target.name, target.reach_warning) == ("http://shop.example.org/", "Shop", "")
    assert answer["Location"] == f"/ui/targets/{target.public_id}/begin/"


def test_htmx_is_sent_on_too(client, site):
    answer = client.post("/ui/targets/new/", {"url": "http://shop.example.org/"}, HTTP_HX_REQUEST="true")
    assert answer["HX-Redirect"] == f"/ui/targets/{Target.objects.get().public_id}/begin/"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (ReachResult(False, "Connection refused."), "Connection refused."),
        (ReachResult(True, status=302), "The URL only sends on to another one (status 302)."),
    ],
)
def test_what_stands_in_the_way_is_told_and_may_be_passed_over(client, site, words, result, text):
    site["result"] = result
    given = {"url": "http://shop.example.org/"}
    refused = client.post("/ui/targets/new/", given, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422
    assert text in words(refused)
    assert "<html" not in refused.content.decode()
    assert not Target.objects.exists()
    assert client.post("/ui/targets/new/", given | {"anyway": "on"}).status_code == 302


def test_no_word_from_a_worker_is_no_obstacle(client, site, words):
    site["result"] = ReachResult(None, "No worker answered in time.")
    answer = client.post("/ui/targets/new/", {"url": "http://shop.example.org/"}, follow=True)
    assert "No worker answered in time." in words(answer)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://shop.example.org/", "http://user:pass@shop.example.org/"])
def test_what_is_no_address_is_refused_without_asking(client, monkeypatch, url):
    monkeypatch.setattr(services, "check_reach", lambda *_, **__: pytest.fail("asked"))
    answer = client.post("/ui/targets/new/", {"url": url})
    assert answer.status_code == 422
    assert answer.context["form"].errors["url"]
    assert not answer.context["blocked"]


def test_twice_is_told(client, site, shop, words):
    answer = client.post("/ui/targets/new/", {"url": shop.url})
    assert "It would be there twice." in words(answer)


def part(page, label):
    """The beginning of the button with this label."""
    return page.content.decode().partition(label)[0][-160:]


def test_not_everybody_adds_targets(enter):
    assert enter("developer").get("/ui/targets/new/").status_code == 403


def test_instructions_name_what_to_place_where(client, home):
    target = factories.target(home, "http://shop.example.org/", verified=False)
    body = client.get(f"/ui/targets/{target.public_id}/begin/").content.decode()
    token = target.domain.token
    for text in (f"http://shop.example.org/vedette-{token}.txt", f"Vedette={token}", "DNS TXT record", "Meta tag"):
        assert text in body
    assert "disabled" in body


def test_authorisation_keeps_name_and_time(client, home, words):
    target = factories.target(home)
    path = f"/ui/targets/{target.public_id}/authorise/"
    client.post(path, {"authorized": "on"})
    target.refresh_from_db()
    assert "@example.org" in target.authorized_by
    assert target.authorized_at is not None
    assert "confirmed on" in words(client.get(f"/ui/targets/{target.public_id}/begin/"))
    client.post(path)
    target.refresh_from_db()
    assert target.authorized_by == ""


def test_the_first_scan_keeps_profile_and_ceiling(client, home):
    target = factories.target(home, authorized=True)
    answer = client.post(f"/ui/targets/{target.public_id}/begin/", {"profile": "full", "max_rate": "7"})
    scan = Scan.objects.get()
    assert answer["Location"] == f"/ui/scans/{scan.public_id}/"
    assert (scan.profile, scan.options["max_rate"]) == ("full", 7)
    target.refresh_from_db()
    assert (target.profile, target.max_rate) == ("full", 7)


def test_without_ownership_only_a_light_look_is_begun(client, home, words):
    target = factories.target(home, verified=False)
    path = f"/ui/targets/{target.public_id}/begin/"
    refused = client.post(path, {"profile": "normal"})
    assert refused.status_code == 422
    assert "Ownership of the target has not been shown" in words(refused)
    page = client.get(path)
    assert page.context["form"]["profile"].value() == "lightning"
    assert '<button class="btn btn-primary">' in part(page, "Start the scan"), "a light look needs nobody's word"
    assert client.post(path, {"profile": "lightning"}).status_code == 302


def test_payloads_want_somebodys_word(client, home, words):
    target = factories.target(home)
    path = f"/ui/targets/{target.public_id}/begin/"
    page = client.get(path)
    assert page.context["form"]["profile"].value() == "lightning"
    assert "Needs authorisation" in words(page)
    refused = client.post(path, {"profile": "normal"})
    assert refused.status_code == 422 and "Confirm the authorisation first" in words(refused)
    client.post(f"/ui/targets/{target.public_id}/authorise/", {"authorized": "on"})
    page = client.get(path)
    assert page.context["form"]["profile"].value() == "normal"
    assert "Needs authorisation" not in words(page)
    assert client.post(path, {"profile": "normal"}).status_code == 302


def test_without_a_profile_to_choose_nothing_is_begun(client, home):
    ScanProfile.objects.filter(key="lightning").update(archived=True)
    page = client.get(f"/ui/targets/{factories.target(home, verified=False).public_id}/begin/")
    assert "disabled" in part(page, "Start the scan")


@pytest.mark.parametrize("given", [{"profile": "none"}, {"profile": "normal", "max_rate": "0"}, {}])
def test_what_cannot_be_is_refused(client, shop, given):
    answer = client.post(f"/ui/targets/{shop.public_id}/begin/", given)
    assert answer.status_code == 422
    assert not Scan.objects.exists()


def test_only_who_may_change_a_target_prepares_it(enter, shop):
    assert enter("auditor").get(f"/ui/targets/{shop.public_id}/begin/").status_code == 404
