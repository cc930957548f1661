"""Connectors: set, asked and removed from their page."""

import pytest

from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict
from vedette.server.targets.models import Connector, Zone
from vedette.server.targets.services import connectors

PAGE = "/ui/settings/connectors/"
TOKEN = "t0ken-" + "x" * 34
GIVEN = {"token": TOKEN, "name": "Main <b>", "enabled": "on"}


def test_one_is_connected_changed_and_removed(client, words):
    assert "Not connected" in words(client.get(PAGE))
    answer = client.post(f"{PAGE}cloudflare/", GIVEN)
    assert answer["Location"] == PAGE
    row = Connector.objects.get()
    assert (row.kind, row.name, row.enabled) == ("cloudflare", "Main <b>", True)
    page = client.get(PAGE)
    body = page.content.decode()
    assert "Being asked" in words(page)
    assert TOKEN not in body and "OBFUSCATED_" in body and "<b>" not in body
    sealed = bytes(row.sealed)
    shown = connectors.shown(row)["token"]
    client.post(f"{PAGE}cloudflare/", {"token": shown, "name": "Second"})
    row.refresh_from_db()
    assert (bytes(row.sealed), row.name, row.enabled) == (sealed, "Second", False)
    client.post(f"{PAGE}cloudflare/remove/")
    assert not Connector.objects.exists()


def test_zones_are_told_as_they_are(client, home, words):
    client.post(f"{PAGE}cloudflare/", GIVEN)
    row = Connector.objects.get()
    for name, proven in (("shop.example.org", True), ("old.example.org", False), ("new.example.org", None)):
        Zone.objects.create(connector=row, hostname=name, proven=proven)
    Connector.objects.update(state="failed", last_error="No <i>answer</i>.", refreshed_at=clock.now())
    page = client.get(PAGE)
    text = words(page)
    assert "3 zones" in text and "other name servers" in text and "once a domain needs it" in text
    assert "counts for seven days" in text
    assert "<i>" not in page.content.decode()


@pytest.mark.parametrize("given", [{}, {"token": "short"}, {"token": "x" * 300}, {"token": f"{TOKEN}\r\nHost: evil"}])
def test_what_is_no_token_is_refused_where_it_stands(client, given, words):
    answer = client.post(f"{PAGE}cloudflare/", given)
    assert answer.status_code == 422
    assert not Connector.objects.exists()


def test_an_account_is_asked_and_its_answer_told(client, monkeypatch, words):
    client.post(f"{PAGE}cloudflare/", GIVEN)
    monkeypatch.setattr(connectors, "WAIT_S", 0.0)
    assert "not answered yet" in words(client.post(f"{PAGE}cloudflare/refresh/", follow=True))

    def answered(actor, kind):
        Connector.objects.update(asked_at=clock.now(), state="ok")
        return Connector.objects.get()

    monkeypatch.setattr(connectors, "ask", answered)
    assert "0 zones were found" in words(client.post(f"{PAGE}cloudflare/refresh/", follow=True))
    Connector.objects.update(asked_at=None)
    Zone.objects.create(connector=Connector.objects.get(), hostname="shop.example.org")
    assert "One zone was found" in words(client.post(f"{PAGE}cloudflare/refresh/", follow=True))

    def refused(actor, kind):
        raise Conflict("not_refreshed", "Cloudflare does not take the token.")

    monkeypatch.setattr(connectors, "ask", refused)
    assert "does not take the token" in words(
        client.post(f"{PAGE}cloudflare/refresh/", follow=True, headers={"Referer": f"http://testserver{PAGE}"})
    )


def test_only_those_who_change_the_organisation_do(client, enter, words):
    client.post(f"{PAGE}cloudflare/", GIVEN)
    auditor = enter("auditor")
    page = auditor.get(PAGE)
    assert page.status_code == 200
    assert "Ask it now" not in words(page) and "OBFUSCATED_" not in page.content.decode()
    auditor.post(f"{PAGE}cloudflare/remove/")
    assert auditor.post(f"{PAGE}cloudflare/", GIVEN | {"name": "Mine"}).status_code in (403, 422)
    assert Connector.objects.get().name == "Main <b>"
    assert enter("scanner").get(PAGE).status_code == 403


def test_unknown_kinds_and_other_ways_are_not_found(client):
    assert client.get(f"{PAGE}aws/").status_code == 404
    assert client.post(f"{PAGE}akamai/", GIVEN).status_code == 404
    assert client.get(f"{PAGE}aws/refresh/").status_code == 405
    assert client.post(f"{PAGE}akamai/remove/").status_code in (302, 404)
