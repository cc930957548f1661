"""The life of a finding in one line of time."""

import pytest

from tests.server import factories
from vedette.server.findings import history
from vedette.server.findings.services import triage

FLAW = factories.flaw()


@pytest.fixture
def seen(story):
    story.see(FLAW)
    return story.row(FLAW)


def kinds(finding):
    return [moment.kind for moment in history.timeline(finding)]


def test_what_scans_saw_and_people_decided_stand_together_newest_first(story, seen, owner):
    triage.assign(actor=owner, finding=seen, assignee=owner.user)
    story.see(FLAW)
    triage.accept_risk(actor=owner, finding=story.row(FLAW), reason="Why.")
    story.recheck(FLAW, "untested", reason="Time was up.")
    assert kinds(seen) == ["untested", "accepted", "seen", "assign", "found"]
    newest, accepted, *_ = history.timeline(seen)
    assert (newest.text, newest.who) == ("Time was up.", "")
    assert (accepted.text, accepted.who, accepted.scan) == ("Why.", "Owner", "")
    assert accepted.after["state"] == "accepted"


def test_what_the_log_tells_of_a_scan_is_not_told_twice(story, seen):
    story.recheck(FLAW, "gone")
    story.see(FLAW)
    assert kinds(seen) == ["reopened", "fixed", "found"]
    assert all(moment.scan for moment in history.timeline(seen))


def test_a_decision_does_not_hide_that_it_was_gone(story, seen, owner):
    triage.mark_false_positive(actor=owner, finding=seen, reason="No.")
    story.recheck(FLAW, "gone")
    assert kinds(seen)[-2:] == ["invalid", "found"]
    assert kinds(seen)[0] in ("gone", "fixed")


def test_it_takes_few_queries_however_long_it_is(story, seen, django_assert_num_queries):
    for _ in range(5):
        story.see(FLAW)
    with django_assert_num_queries(2):
        assert len(history.timeline(seen)) == 6
