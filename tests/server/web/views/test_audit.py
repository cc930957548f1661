"""The audit log."""

import csv
import io

import pytest

from tests.server import factories
from vedette.server.audit import services as audit
from vedette.server.audit.models import DomainEvent
from vedette.server.tenancy.services import account, teams


@pytest.fixture
def facts(actor):
    teams.create(actor=actor, name="Shop team")
    account.change_settings(actor=actor, require_approver_name=True)


def told(answer):
    return [fact.text for fact in answer.context["facts"]]


def test_facts_are_told_newest_first_with_what_changed(client, facts, actor, words):
    answer = client.get("/ui/settings/audit/")
    assert told(answer)[:2] == [
        f"{actor.name} changed the settings of Acme",
        f"{actor.name} created the team Shop team",
    ]
    assert "require approver name" in words(answer) and "127.0.0.1" in words(answer)


def test_it_is_narrowed_by_person_text_and_day(client, facts, actor):
    assert told(client.get("/ui/settings/audit/?q=team.created")) == [f"{actor.name} created the team Shop team"]
    assert len(told(client.get(f"/ui/settings/audit/?who={actor.id}"))) == 2
    assert told(client.get("/ui/settings/audit/?who=abcdefghijkm")) == []
    assert told(client.get("/ui/settings/audit/?end=2001-01-01")) == []
    assert len(told(client.get("/ui/settings/audit/?start=2001-01-01"))) == len(told(client.get("/ui/settings/audit/")))


@pytest.mark.parametrize("query", ["start=x", "q=%00", "who=" + "x" * 99, "page=x", "page=-3"])
def test_what_cannot_be_read_does_no_harm(client, facts, query):
    assert client.get(f"/ui/settings/audit/?{query}").status_code == 200


def test_the_export_is_the_same_and_no_formula(client, actor):
    teams.create(actor=actor, name="=1+1")
    answer = client.get("/ui/settings/audit/export.csv?q=team")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [row["object"] for row in rows] == ["'=1+1"]
    assert '"salt"' not in rows[0]["details"]


def test_the_chain_is_verified_on_demand(client, facts, home, words):
    assert "Nothing was sealed yet" in words(client.post("/ui/settings/audit/verify/"))
    audit.seal()
    assert "Chain verified." in words(client.post("/ui/settings/audit/verify/"))
    DomainEvent.objects.filter(organisation=home, seq=2).update(actor_name="Nobody")
    text = words(client.post("/ui/settings/audit/verify/"))
    assert "The chain does not hold." in text and "Number 2 (" in text
    assert client.get("/ui/settings/audit/verify/").status_code == 405


@pytest.mark.parametrize(("method", "rest"), [("get", ""), ("get", "export.csv"), ("post", "verify/")])
def test_it_is_for_those_who_may_read_it(enter, method, rest):
    browser = enter("analyst")
    assert getattr(browser, method)(f"/ui/settings/audit/{rest}").status_code == 403


def test_the_log_of_others_is_not_in_it(client, facts, rival):
    assert not [text for text in told(client.get("/ui/settings/audit/")) if "Rival" in text]
    theirs = factories.actor(rival[0].organisation)
    teams.create(actor=theirs, name="Secret team")
    assert b"Secret team" not in client.get("/ui/settings/audit/export.csv").getvalue()
