from __future__ import annotations

import pytest
from django.db import transaction

from tests.server.factories import flaw
from vedette.contract.events import Rechecked
from vedette.server.audit.models import DomainEvent
from vedette.server.findings.models import FindingLog, Sighting
from vedette.server.findings.services import recheck, triage
from vedette.server.kernel.errors import NotAllowed


def outcome(scan) -> str:
    return Sighting.objects.get(scan=scan).outcome


def types(row) -> list[str]:
    return list(FindingLog.objects.filter(finding=row).order_by("id").values_list("type", flat=True))


def test_gone_is_fixed_once(story):
    story.see(flaw("q"))
    scan = story.recheck(flaw("q"), "gone")
    row = story.row(flaw("q"))
    assert (row.state, row.observed, row.fixed_at is not None, outcome(scan)) == ("fixed", "fixed", True, "gone")
    at = row.fixed_at
    story.recheck(flaw("q"), "gone")
    row = story.row(flaw("q"))
    assert (row.fixed_at, types(row)) == (at, ["found", "fixed"])
    assert DomainEvent.objects.filter(kind="finding.fixed").count() == 1
    assert story.row(flaw("q")).target.highs == 0


@pytest.mark.parametrize("word", ["unreachable", "untested"])
def test_what_could_not_be_tested_fixes_nothing(story, word):
    story.see(flaw("q"))
    scan = story.recheck(flaw("q"), word, reason="The page is gone.")
    row = story.row(flaw("q"))
    assert (row.state, row.reachable) == ("notfixed", word != "unreachable")
    assert (outcome(scan), Sighting.objects.get(scan=scan).reason) == (word, "The page is gone.")


def test_seen_again_says_when_and_is_reachable(story):
    story.see(flaw("q"))
    story.recheck(flaw("q"), "unreachable")
    story.recheck(flaw("q"), "gone")
    scan = story.recheck(flaw("q"), "seen")
    row = story.row(flaw("q"))
    assert (row.state, row.reachable, row.last_scan_id) == ("notfixed", True, scan.pk)
    assert types(row) == ["found", "fixed", "reopened"]


def test_a_scan_that_saw_it_does_not_fix_it(story):
    scan = story.begin()
    story.see(flaw("q"), scan=scan)
    for word in ("gone", "unreachable", "untested"):
        story.recheck(flaw("q"), word, scan=scan)
    row = story.row(flaw("q"))
    assert (row.state, row.reachable, outcome(scan)) == ("notfixed", True, "seen")


def test_seen_after_gone_in_one_scan_is_not_fixed(story):
    story.see(flaw("q"))
    scan = story.recheck(flaw("q"), "gone")
    result = story.see(flaw("q"), scan=scan)
    assert (story.row(flaw("q")).state, result.reopened, outcome(scan)) == ("notfixed", 1, "seen")


def test_the_strongest_word_of_a_batch_counts(story):
    story.see(flaw("q"))
    scan = story.begin()
    events = [Rechecked(finding=flaw("q").id, outcome=word) for word in ("untested", "seen", "gone", "nonsense")]
    events.append(Rechecked(finding="0" * 16, outcome="gone"))
    with transaction.atomic():
        result = recheck.rechecked(scan=scan, events=events)
    assert (result.seen, result.fixed, outcome(scan)) == (1, 0, "seen")
    assert result.counts[30] == 1


def test_a_decision_stands_and_the_fix_is_remembered(story, owner):
    story.see(flaw("q"))
    triage.mark_false_positive(actor=owner, finding=story.row(flaw("q")))
    story.recheck(flaw("q"), "gone")
    assert (story.row(flaw("q")).state, story.row(flaw("q")).observed) == ("invalid", "fixed")
    assert triage.reopen(actor=owner, finding=story.row(flaw("q"))).state == "fixed"


# The end of a scan


def test_new_is_what_the_latest_scan_saw_first(story):
    story.see(flaw("old"))
    scan = story.begin()
    story.see(flaw("old"), flaw("fresh"), scan=scan)
    recheck.finish(scan=scan)
    assert (story.row(flaw("old")).new, story.row(flaw("fresh")).new) == (False, True)


def test_a_retest_makes_nothing_old(story):
    story.see(flaw("q"))
    recheck.finish(scan=story.begin("retest"))
    assert story.row(flaw("q")).new


@pytest.mark.parametrize(
    ("word", "state", "log"),
    [
        ("gone", "fixed", "fixed"),
        ("seen", "notfixed", None),
        ("unreachable", "notfixed", "retest_failed"),
        ("untested", "notfixed", "retest_failed"),
        (None, "notfixed", "retest_failed"),
    ],
)
def test_a_retest_ends_with_the_scan(story, owner, word, state, log):
    story.see(flaw("q"))
    scan = story.begin("retest")
    with transaction.atomic():
        recheck.retest_started(scan=scan, actor=owner, findings=[story.row(flaw("q"))])
    assert story.row(flaw("q")).retesting
    if word:
        story.recheck(flaw("q"), word, scan=scan, reason="No answer.")
    result = recheck.finish(scan=scan)
    row = story.row(flaw("q"))
    assert (row.retesting, row.state) == (False, state)
    assert types(row) == ["found", "retest", *([log] if log else [])]
    assert (result.settled, result.unsettled) == ((0, 1) if log == "retest_failed" else (1, 0))
    if log == "retest_failed":
        text = FindingLog.objects.get(finding=row, type=log).text
        assert text == ("No answer." if word else "The scan ended before it was tested.")


def test_a_target_is_rated_once_a_scan_came_to_its_end(story):
    story.target.refresh_from_db()
    assert story.target.risk is None
    recheck.finish(scan=story.begin(), assessed=False)
    story.target.refresh_from_db()
    assert story.target.risk is None
    recheck.finish(scan=story.begin(), assessed=True)
    story.target.refresh_from_db()
    assert story.target.risk == 0


def test_an_asked_for_retest_needs_the_right(story, person):
    story.see(flaw("q"))
    with pytest.raises(NotAllowed), transaction.atomic():
        recheck.retest_started(scan=story.begin("retest"), actor=person("auditor"), findings=[story.row(flaw("q"))])
    assert not story.row(flaw("q")).retesting
