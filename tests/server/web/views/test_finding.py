"""The page of a finding, and what people do there."""

import pytest

from tests.server import factories
from vedette.contract.events import ScanFinished, StepReplayed
from vedette.contract.exchange import Exchange, Request, Response
from vedette.server.audit.models import DomainEvent
from vedette.server.findings import queries
from vedette.server.findings.models import Finding
from vedette.server.scans.models import Scan
from vedette.server.scans.services import retesting
from vedette.server.tenancy.services import account


@pytest.fixture
def finding(shop):
    factories.run_scan(shop, factories.flaw("a", technologies=("nginx", "django")))
    return Finding.objects.get()


@pytest.fixture
def path(finding):
    return f"/ui/findings/{finding.public_id}/"


@pytest.mark.parametrize(
    ("tab", "text"),
    [
        ("", "1 · proof"),
        ("fix/", "Escape where the value is written"),
        ("occurrences/", "1 place"),
        ("history/", "Found for the first time"),
        ("identity/", "GET /search"),
        ("notes/", "Save note"),
    ],
)
def test_each_tab_has_its_part(client, path, words, tab, text):
    answer = client.get(f"{path}{tab}")
    assert answer.status_code == 200
    assert text in words(answer)
    assert "Reflected cross-site scripting" in words(answer)
    part = f"{tab.strip('/').capitalize()} · " if tab else ""
    assert f"<title>{part}Reflected cross-site scripting · Vedette</title>" in answer.content.decode()


def test_there_is_no_other_tab(client, path):
    assert client.get(f"{path}secrets/").status_code == 404


@pytest.mark.parametrize("tab", ["", "history/", "peek/", "response/1.txt"])
def test_what_others_have_is_not_found(client, rival, tab):
    assert client.get(f"/ui/findings/{Finding.objects.get().public_id}/{tab}").status_code == 404


def test_evidence_is_for_those_who_may_see_it(enter, path, words):
    scanner = enter("scanner")
    text = words(scanner.get(path))
    assert "not the requests and responses" in text and "Copy as curl" not in text
    assert scanner.get(f"{path}response/1.txt").status_code == 403
    assert "Copy as curl" in words(enter("auditor").get(path))


def test_a_response_is_a_file_of_plain_text_and_nothing_else(client, path):
    answer = client.get(f"{path}response/1.txt")
    assert answer.content == b"HTTP/1.1 200\nContent-Type: text/html\n\n<p>1</p>"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    for number in (0, 2):
        assert client.get(f"{path}response/{number}.txt").status_code == 404


# Decisions


def decide(browser, word, *findings, **given):
    return browser.post(f"/ui/findings/decide/{word}/", {"ids": [one.public_id for one in findings], **given})


def test_a_dialog_names_what_it_is_about(client, finding, words):
    answer = client.get(f"/ui/findings/decide/accept/?ids={finding.public_id}")
    assert "Reflected cross-site scripting" in words(answer)
    assert f'name="ids" value="{finding.public_id}"' in answer.content.decode()


def test_a_decision_is_made_once_it_is_whole(client, finding):
    refused = decide(client, "accept", finding)
    assert (refused.status_code, "HX-Refresh" in refused) == (422, False)
    done = decide(client, "accept", finding, change_reason="Behind a wall.", expiration_date="2099-01-01")
    assert (done.status_code, done["HX-Refresh"]) == (200, "true")
    finding.refresh_from_db()
    assert (finding.state, finding.change_reason) == ("accepted", "Behind a wall.")
    assert "Risk accepted until 2099-01-01" in client.get(f"/ui/findings/{finding.public_id}/").content.decode()


def test_what_the_rules_object_stands_at_its_field(client, actor, finding, words):
    account.change_settings(actor=actor, maximum_acceptance_period=5)
    answer = decide(client, "accept", finding, change_reason="Why.", expiration_date="2099-01-01")
    assert answer.status_code == 422
    assert "A risk may be accepted for at most 5 days." in words(answer)


@pytest.mark.parametrize(
    ("word", "given", "field", "value"),
    [
        ("invalid", {"change_reason": "Test page."}, "state", "invalid"),
        ("severity", {"severity": "10"}, "severity", 10),
        ("note", {"comment": "Look at\nthis."}, "comment", "Look at\r\nthis."),
    ],
)
def test_each_dialog_changes_its_field(client, finding, word, given, field, value):
    if word == "note":
        given = {"comment": value}
    assert decide(client, word, finding, **given)["HX-Refresh"] == "true"
    finding.refresh_from_db()
    assert getattr(finding, field) == value


def test_a_decision_is_withdrawn(client, finding):
    decide(client, "invalid", finding, change_reason="Test page.")
    decide(client, "reopen", finding)
    finding.refresh_from_db()
    assert finding.state == "notfixed"


def test_several_are_changed_together_or_not_at_all(client, home, actor, rival):
    factories.run_scan(factories.target(home), factories.flaw("x"), factories.flaw("y"))
    own = queries.page(actor).rows
    theirs = Finding.objects.exclude(organisation=home).get()
    assert decide(client, "severity", *own, theirs, severity="10").status_code == 404
    assert set(Finding.objects.values_list("severity", flat=True)) == {30}
    assert decide(client, "severity", *own, severity="10")["HX-Refresh"] == "true"
    assert {row.severity for row in queries.page(actor).rows} == {10}
    assert "2 findings: Severity changed." in client.get("/ui/findings/").content.decode()


def test_who_may_not_decide_does_not(enter, finding):
    answer = decide(enter("developer"), "accept", finding, change_reason="Why.")
    assert answer.status_code == 422
    assert decide(enter("auditor"), "note", finding, comment="x").status_code == 422
    finding.refresh_from_db()
    assert (finding.state, finding.comment) == ("notfixed", "")


@pytest.mark.parametrize("ids", ["", "x", "abcdefghijkm", "a\0b"])
def test_nothing_is_done_to_what_is_not_named(client, finding, ids):
    assert client.post("/ui/findings/decide/severity/", {"ids": ids, "severity": "10"}).status_code == 404
    assert client.get("/ui/findings/decide/destroy/", {"ids": finding.public_id}).status_code == 404


def test_only_so_many_at_once(client, finding):
    given = [finding.public_id, *(f"{number:012d}" for number in range(500))]
    assert client.post("/ui/findings/decide/note/", {"ids": given}).status_code == 404


# Retest and replay


def test_a_retest_is_a_scan_about_this_finding(client, finding, shop):
    answer = client.post("/ui/findings/retest/", {"ids": finding.public_id})
    assert answer["HX-Refresh"] == "true"
    scan = Scan.objects.latest("id")
    assert (scan.kind, scan.target) == ("retest", shop)
    client.post("/ui/findings/retest/", {"ids": finding.public_id})
    assert "A scan of this target is under way." in client.get("/ui/findings/").content.decode()
    assert Scan.objects.filter(kind="retest").count() == 1


def test_a_retest_is_asked_for_by_post(client, finding):
    assert client.get("/ui/findings/retest/", {"ids": finding.public_id}).status_code == 405


def again(same=True):
    exchange = Exchange(Request("GET", "http://x.example/"), Response(200, (), b"<b>1</b>"))
    return StepReplayed(index=0, exchange=exchange, same=same, verdict="The answer is as before.")


def test_a_replay_compares_step_by_step(client, path, words, monkeypatch):
    monkeypatch.setattr(retesting.agents, "wait", lambda run: [again(), ScanFinished(verdict="findings")])
    answer = client.post(f"{path}replay/")
    text = words(answer)
    for part in ("The proof holds", "As before", "The answer is as before."):
        assert part in text
    assert "&lt;b&gt;<mark>1</mark>&lt;/b&gt;" in answer.content.decode()
    assert DomainEvent.objects.filter(kind="finding.replayed").exists()


def test_without_a_worker_the_page_says_so(client, path, words, monkeypatch):
    monkeypatch.setattr(retesting.agents, "wait", lambda run: None)
    assert "No worker answered in time" in words(client.post(f"{path}replay/"))


def test_what_may_not_be_sent_is_not(client, enter, path, shop, words):
    assert enter("developer").post(f"{path}replay/").status_code in (200, 403)
    shop.domain.verified = False
    shop.domain.save()
    assert "Ownership of the target has not been shown" in words(client.post(f"{path}replay/"))
