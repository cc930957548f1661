from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.server.factories import flaw
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.finding import Location
from vedette.server.audit.models import DomainEvent
from vedette.server.findings.models import Decision, Evidence, Finding, FindingCount, FindingLog, Sighting
from vedette.server.findings.services import observe, triage
from vedette.server.targets.models import Target

CONFIRMED, FIRM, TENTATIVE = ProofLevel.CONFIRMED, ProofLevel.FIRM, ProofLevel.TENTATIVE


def facts() -> list[str]:
    return list(DomainEvent.objects.filter(kind__startswith="finding.").order_by("id").values_list("kind", flat=True))


def history(finding: Finding) -> list[str]:
    return list(FindingLog.objects.filter(finding=finding).order_by("id").values_list("type", flat=True))


def kept(target: Target) -> dict[tuple[int, str], int]:
    rows = FindingCount.objects.filter(target=target).exclude(count=0)
    return {(severity, state): count for severity, state, count in rows.values_list("severity", "state", "count")}


def test_a_new_finding_is_stored_whole(story, organisation):
    scan = story.begin()
    result = story.see(flaw("q"), scan=scan)
    assert (result.new, result.seen, result.reopened, result.counts) == (1, 1, 0, {0: 0, 10: 0, 20: 0, 30: 1, 40: 0})
    row = story.row(flaw("q"))
    assert (row.number, row.state, row.observed, row.severity, row.severity_seen) == (1, "notfixed", "notfixed", 30, 30)
    assert (row.proof, row.shown, row.new, row.reachable, row.retesting) == ("confirmed", True, True, True, False)
    assert (row.kind, row.parameter, row.value, row.cwe, row.cvss_score) == ("query", "q", "1", [79], 6.1)
    assert row.identity_parts == [["origin", "http://shop.example.org"], ["path", "GET /search"], ["parameter", "q"]]
    assert row.request["url"] == "http://shop.example.org/search?q=1"
    assert (row.first_scan_id, row.last_scan_id, row.organisation_id) == (scan.pk, scan.pk, organisation.pk)
    assert history(row) == ["found"]
    assert facts() == ["finding.detected"]
    assert kept(story.target) == {(30, "notfixed"): 1}
    story.target.refresh_from_db()
    assert (story.target.highs, story.target.next_finding, story.target.risk) == (1, 2, 30)


def test_the_same_batch_twice_changes_nothing(story):
    scan = story.begin()
    batch = (flaw("q"), flaw("r", proof=FIRM, severity=Severity.LOW))
    story.see(*batch, scan=scan)
    models = (Finding, Sighting, FindingLog, FindingCount, DomainEvent, Evidence)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    again = story.see(*batch, scan=scan)
    assert (again.new, again.seen, again.reopened) == (0, 0, 0)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def test_within_one_batch_an_identity_counts_once(story):
    result = story.see(
        flaw("q"), flaw("q", occurrences=("http://a.example/1", "http://a.example/2"), occurrence_count=7)
    )
    assert (result.new, result.seen) == (1, 1)
    row = story.row(flaw("q"))
    assert (len(row.occurrences), row.occurrence_count) == (2, 7)


def test_further_occurrences_leave_place_and_proof_together(story):
    scan = story.begin()
    story.see(flaw("q", detail="first"), scan=scan)
    evidence = Evidence.objects.get().at
    other = Location(url="http://shop.example.org/other", parameter="q", kind="query")
    result = story.see(
        flaw("q", location=other, detail="second", occurrences=("a", "b"), occurrence_count=40), scan=scan
    )
    row = story.row(flaw("q"))
    assert (row.url, row.detail, row.occurrence_count) == ("http://shop.example.org/search", "first", 40)
    assert (result.seen, Evidence.objects.get().at, history(row)) == (0, evidence, ["found"])


def test_a_surer_proof_in_the_same_scan_replaces_the_weaker(story):
    scan = story.begin()
    story.see(flaw("q", proof=FIRM, detail="firm"), scan=scan)
    story.see(flaw("q", proof=CONFIRMED, detail="sure"), scan=scan)
    story.see(flaw("q", proof=FIRM, detail="firm again"), scan=scan)
    row = story.row(flaw("q"))
    assert (row.proof, row.detail) == ("confirmed", "sure")
    assert Sighting.objects.get().proof == "confirmed"


def test_a_later_scan_updates_what_was_seen(story):
    first = story.begin()
    story.see(flaw("q"), scan=first)
    scan = story.begin()
    result = story.see(flaw("q", proof=FIRM, title="Another title", technologies=("PHP",)), scan=scan)
    row = story.row(flaw("q"))
    assert (result.new, result.seen) == (0, 1)
    assert (row.number, row.title, row.proof, row.technologies) == (1, "Another title", "firm", ["PHP"])
    assert "another title" in row.search_text
    assert (row.first_scan_id, row.last_scan_id) == (first.pk, scan.pk)
    assert list(Sighting.objects.order_by("scan_id").values_list("scan_id", "outcome", "proof")) == [
        (first.pk, "seen", "confirmed"),
        (scan.pk, "seen", "firm"),
    ]


def test_numbers_count_per_target_and_are_never_used_again(story, make_target):
    story.see(flaw("a"), flaw("b"))
    Finding.objects.filter(number=2).delete()
    story.see(flaw("c"))
    assert story.row(flaw("c")).number == 3
    other = type(story)(make_target(url="http://other.example.org/"))
    other.see(flaw("a"))
    assert other.row(flaw("a")).number == 1


# Severity


def test_the_scanners_severity_is_followed_until_a_person_sets_another(story, owner):
    story.see(flaw("q"))
    story.see(flaw("q", severity=Severity.MEDIUM))
    assert story.row(flaw("q")).severity == 20
    triage.set_severity(actor=owner, finding=story.row(flaw("q")), severity=10)
    story.see(flaw("q", severity=Severity.CRITICAL))
    row = story.row(flaw("q"))
    assert (row.severity, row.severity_seen) == (10, 40)
    assert kept(story.target) == {(10, "notfixed"): 1}


def test_a_severity_of_people_stands_even_after_the_scanner_agreed_for_a_while(story, owner):
    story.see(flaw("q"))
    triage.set_severity(actor=owner, finding=story.row(flaw("q")), severity=10)
    story.see(flaw("q", severity=Severity.LOW))
    story.see(flaw("q", severity=Severity.CRITICAL))
    assert story.row(flaw("q")).severity == 10


# Decisions and fixes


@pytest.mark.parametrize("kind", ["accepted", "invalid"])
def test_no_sighting_touches_a_decision(story, owner, kind):
    story.see(flaw("q"))
    triage.change(actor=owner, finding=story.row(flaw("q")), state=kind, change_reason="because")
    decision = Decision.objects.values().get()
    result = story.see(flaw("q", severity=Severity.CRITICAL))
    row = story.row(flaw("q"))
    assert (row.state, row.observed, row.change_reason) == (kind, "notfixed", "because")
    assert Decision.objects.values().get() == decision
    assert result.counts == dict.fromkeys((0, 10, 20, 30, 40), 0)


def test_seen_again_after_fixed_is_reopened(story):
    story.see(flaw("q"))
    story.recheck(flaw("q"), "gone")
    assert story.row(flaw("q")).state == "fixed"
    result = story.see(flaw("q"))
    row = story.row(flaw("q"))
    assert (result.new, result.seen, result.reopened) == (0, 1, 1)
    assert (row.state, row.observed, row.fixed_at) == ("notfixed", "notfixed", None)
    assert row.reopened_at is not None
    assert history(row) == ["found", "fixed", "reopened"]
    assert facts() == ["finding.detected", "finding.fixed", "finding.reopened"]
    assert kept(story.target) == {(30, "notfixed"): 1}


def test_seen_again_after_fixed_under_a_decision_stays_decided(story, owner):
    story.see(flaw("q"))
    triage.accept_risk(actor=owner, finding=story.row(flaw("q")))
    story.recheck(flaw("q"), "gone")
    assert (story.row(flaw("q")).state, story.row(flaw("q")).observed) == ("accepted", "fixed")
    story.see(flaw("q"))
    assert (story.row(flaw("q")).state, story.row(flaw("q")).observed) == ("accepted", "notfixed")


# Tentative ones


def test_one_signal_is_kept_out_of_sight_and_of_the_totals(story):
    result = story.see(flaw("q", proof=TENTATIVE))
    row = story.row(flaw("q"))
    assert (result.new, result.seen, sum(result.counts.values())) == (0, 1, 0)
    assert (row.shown, facts(), kept(story.target)) == (False, [], {})


def test_proven_later_it_is_new(story):
    story.see(flaw("q", proof=TENTATIVE))
    scan = story.begin()
    result = story.see(flaw("q", proof=FIRM), scan=scan)
    row = story.row(flaw("q"))
    assert (result.new, row.shown, row.new, row.first_scan_id, row.number) == (1, True, True, scan.pk, 1)
    assert (facts(), kept(story.target)) == (["finding.detected"], {(30, "notfixed"): 1})


def test_one_signal_alone_neither_weakens_nor_reopens_what_was_proven(story):
    story.see(flaw("q"))
    story.recheck(flaw("q"), "gone")
    scan = story.begin()
    result = story.see(flaw("q", proof=TENTATIVE), scan=scan)
    row = story.row(flaw("q"))
    assert (row.state, row.proof, row.shown, result.seen, result.reopened) == ("fixed", "confirmed", True, 0, 0)
    assert Sighting.objects.get(scan=scan).outcome == "untested"


# Reviews


@pytest.mark.parametrize(
    ("enabled", "proof", "status"),
    [(True, FIRM, "pending"), (True, CONFIRMED, "notrequired"), (False, FIRM, "notrequired")],
)
def test_uncertain_findings_wait_for_a_review_when_the_account_wants_it(story, organisation, enabled, proof, status):
    organisation.self_findings_review_enabled = enabled
    organisation.save()
    story.see(flaw("q", proof=proof))
    assert story.row(flaw("q")).review_status == status


def test_what_is_only_worth_knowing_needs_no_review(story, organisation):
    organisation.self_findings_review_enabled = True
    organisation.save()
    story.see(flaw("q", proof=FIRM, severity=Severity.INFO))
    assert story.row(flaw("q")).review_status == "notrequired"


# Hostile and large input


def test_hostile_text_is_stored_in_a_form_that_every_database_takes(story):
    nasty = "\x00\ud800<script>" + "x" * 5000
    location = Location(url=f"http://a.example/{nasty}", kind="query", parameter=nasty, path=nasty)
    steps = (
        Step(nasty, Exchange(Request("GET", "http://a.example/", (("X", nasty),)), Response(200)), (nasty,), nasty),
    )
    reported = flaw("q", title=nasty, detail=nasty, location=location, technologies=(nasty,), steps=steps)
    story.see(reported)
    row = story.row(reported)
    assert row.title.startswith("\ufffd\ufffd<script>") and len(row.title) == 255
    assert len(row.parameter) == 1024
    assert "\x00" not in row.search_text


def test_a_batch_costs_few_statements_whatever_its_size(story):
    def statements(*names: str) -> int:
        reported = [dataclasses.replace(flaw(name, steps=())) for name in names]
        scan = story.begin()
        prepared = observe.prepare(reported)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            story_see(scan, reported, prepared)
        return len([one for one in seen.captured_queries if "server_domainevent" not in one["sql"].lower()])

    def story_see(scan, reported, prepared):
        observe.observe(scan=scan, findings=reported, prepared=prepared)

    statements("warm")
    few, many = statements("a", "b"), statements(*(f"p{number}" for number in range(17)))
    assert many == few
    assert statements("a", "b") == statements(*(f"p{number}" for number in range(17)))


def test_nothing_reported_writes_nothing(story):
    scan = story.begin()
    result = story.see(scan=scan)
    assert (result.new, result.seen, sum(result.counts.values())) == (0, 0, 0)
    assert not Finding.objects.exists()
