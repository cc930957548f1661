"""The first page: what to do first, later how things stand."""

from __future__ import annotations

from django.test import Client

from tests.server import factories
from vedette.contract.checkinfo import Severity


def test_whoever_is_not_signed_in_is_asked_to(db):
    answer = Client().get("/ui/")
    assert (answer.status_code, answer["Location"]) == (302, "/ui/account/login/?next=/ui/")


def test_a_new_organisation_sees_three_steps(client, words):
    answer = client.get("/ui/")
    assert "First steps" in words(answer)
    assert 'href="/ui/targets/new/"' in answer.content.decode()
    assert "Open critical and high" not in words(answer)


def test_steps_tick_off_as_they_are_done(client, home, words):
    target = factories.target(home, verified=False)
    body = client.get("/ui/").content.decode()
    assert body.count('class="is-done"') == 1
    assert f"/ui/targets/{target.public_id}/begin/" in body
    factories.verify(target.domain)
    body = client.get("/ui/").content.decode()
    assert body.count('class="is-done"') == 2
    assert f"/ui/targets/{target.public_id}/begin/#scan" in body


def test_whoever_may_add_no_target_is_not_asked_to(enter, words):
    assert "First steps" not in words(enter("auditor").get("/ui/"))


def test_tiles_count_what_stands_and_lead_to_it(client, home, shop):
    factories.run_scan(shop, factories.flaw("a", severity=Severity.CRITICAL), factories.flaw("b"))
    factories.run_scan(factories.target(home), verdict="incomplete")
    answer = client.get("/ui/")
    tiles = {tile.name: (tile.value, tile.url) for tile in answer.context["tiles"]}
    assert tiles == {
        "Open critical and high": (2, "/ui/findings/?severity=critical&severity=high&state=notfixed"),
        "Scans under way": (0, "/ui/scans/?show=active"),
        "Failed or incomplete": (1, "/ui/scans/?show=trouble"),
        "Not well scanned": (1, "/ui/targets/?show=stale"),
        "Accepted risks that end": (0, "/ui/findings/?state=accepted"),
    }
    assert answer.context["steps"] == []


def test_the_feed_tells_facts_with_links(client, shop):
    scan = factories.run_scan(shop, factories.flaw("a"))
    facts = client.get("/ui/").context["feed"]
    assert facts[0].text == "A scan of Web shop ended"
    assert facts[0].url == f"/ui/scans/{scan.public_id}/"
    assert any(fact.text == "Reflected cross-site scripting was found" for fact in facts)


def test_the_log_is_not_for_everybody(enter, shop):
    factories.run_scan(shop)
    assert enter("developer").get("/ui/").context["feed"] == []


def test_the_change_within_a_week_is_told(client, shop, words):
    assert words(client.get("/ui/overview/change/")).startswith("as many as 7 days ago")


def test_the_change_tells_its_direction_and_time(client, shop, words):
    factories.run_scan(shop, factories.flaw("a"))
    text = words(client.get("/ui/overview/change/"))
    assert text.startswith("1 in 7 days, ")
    assert ":" in text
