"""Kinds of flaws are counted and timed by what one check finds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.server.factories import flaw
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.server.definitions import queries as definitions
from vedette.server.findings import commonest, kept
from vedette.server.findings.queries import FindingFilter
from vedette.server.findings.services import triage
from vedette.server.kernel import clock
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.rules import BUILTIN_ROLES

DAY = 86_400
XSS, SQL = "xss-reflected", "sqli-error"


@pytest.fixture(autouse=True)
def moment():
    kept.forget()
    with clock.frozen(datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) as frozen:
        yield frozen
    kept.forget()


def names(found):
    return [(one.check_id, one.count) for one in found]


def test_what_is_open_most_comes_first(story, owner):
    gone = flaw("gone")
    story.see(flaw("a", check=SQL), flaw("b"), flaw("c"), gone, flaw("d", proof=ProofLevel.TENTATIVE))
    story.recheck(gone, "gone")
    found = commonest.commonest(owner)
    assert names(found) == [(XSS, 2), (SQL, 1)]
    assert found[0].name == definitions.for_check(XSS).name
    kept.forget()
    assert names(commonest.commonest(owner, limit=1)) == [(XSS, 2)]


def test_information_is_no_vulnerability_and_severities_can_be_chosen(story, owner):
    story.see(flaw("a", severity=Severity.INFO), flaw("b", severity=Severity.LOW), flaw("c", check=SQL))
    assert names(commonest.commonest(owner)) == [(SQL, 1), (XSS, 1)]
    assert names(commonest.commonest(owner, chosen=FindingFilter(severities=(30,)))) == [(SQL, 1)]


def test_fixing_takes_as_long_as_it_took_on_average(story, owner, moment):
    fast, slow, other = flaw("a"), flaw("b"), flaw("c", check=SQL)
    story.see(fast, slow, other)
    for one in (fast, other, slow):
        moment.advance(DAY)
        story.recheck(one, "gone")
    found = commonest.fix_times(owner)
    assert [(one.check_id, one.count, one.mean_days) for one in found] == [(XSS, 2, 2.0), (SQL, 1, 2.0)] or [
        (one.check_id, one.count, one.mean_days) for one in found
    ] == [(SQL, 1, 2.0), (XSS, 2, 2.0)]


def test_what_people_decided_or_was_fixed_long_ago_is_not_timed(story, owner, moment):
    decided, old = flaw("a"), flaw("b")
    story.see(decided, old)
    moment.advance(DAY)
    triage.mark_false_positive(actor=owner, finding=story.row(decided), reason="No.")
    story.recheck(old, "gone")
    moment.advance(100 * DAY)
    assert commonest.fix_times(owner) == ()


def test_nobody_counts_what_they_may_not_see(story, person, make_target):
    story.see(flaw("a"))
    other = make_target(url="http://other.example.org/", host="other.example.org")
    stranger = person(grants=[Grant(BUILTIN_ROLES["developer"], "target", None, other.pk)])
    assert commonest.commonest(stranger) == ()
    friend = person(grants=[Grant(BUILTIN_ROLES["developer"], "target", None, story.target.pk)])
    assert names(commonest.commonest(friend)) == [(XSS, 1)]
