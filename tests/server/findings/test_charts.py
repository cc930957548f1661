"""Charts tell what was open on each day, whatever a later scan looks at; numbers are kept, and forgotten in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.server.factories import flaw
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.server.findings import charts, kept, queries
from vedette.server.findings.services import triage
from vedette.server.kernel import clock
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.models import Label, Team
from vedette.server.tenancy.rules import BUILTIN_ROLES

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
DAY = 86_400


@pytest.fixture(autouse=True)
def moment():
    kept.forget()
    with clock.frozen(START) as frozen:
        yield frozen
    kept.forget()


def of(*targets):
    return queries.FindingFilter(targets=tuple(target.public_id for target in targets))


def highs(trend, last=4):
    return trend.open[30][-last:]


def test_a_finding_is_open_from_the_day_it_was_seen_until_the_day_it_was_fixed(story, owner, moment):
    found = flaw("a")
    moment.advance(DAY)
    story.see(found)
    moment.advance(DAY)
    story.recheck(found, "gone")
    moment.advance(DAY)
    assert highs(charts.trend(owner)) == (0, 1, 0, 0)


def test_a_scan_that_looks_elsewhere_changes_no_day(story, owner, moment):
    story.see(flaw("a"))
    moment.advance(DAY)
    story.see(flaw("b"))
    moment.advance(DAY)
    assert highs(charts.trend(owner)) == (0, 1, 2, 2)


def test_a_finding_that_comes_back_is_open_again(story, owner, moment):
    found = flaw("a")
    story.see(found)
    moment.advance(DAY)
    story.recheck(found, "gone")
    moment.advance(DAY)
    story.see(found)
    assert highs(charts.trend(owner)) == (0, 1, 0, 1)


def test_a_decision_closes_and_its_withdrawal_opens(story, owner, moment):
    found = flaw("a")
    story.see(found)
    moment.advance(DAY)
    triage.mark_false_positive(actor=owner, finding=story.row(found), reason="No.")
    moment.advance(DAY)
    triage.reopen(actor=owner, finding=story.row(found))
    assert highs(charts.trend(owner)) == (0, 1, 0, 1)


def test_what_was_accepted_and_is_then_gone_was_not_open_in_between(story, owner, moment):
    found = flaw("a")
    story.see(found)
    moment.advance(DAY)
    triage.accept_risk(actor=owner, finding=story.row(found), reason="We know.")
    moment.advance(DAY)
    story.recheck(found, "gone")
    assert highs(charts.trend(owner)) == (0, 1, 0, 0)


def test_the_last_day_is_what_the_list_counts(story, owner):
    story.see(*(flaw(str(n), severity=one) for n, one in enumerate((Severity.CRITICAL, Severity.HIGH, Severity.HIGH))))
    trend = charts.trend(owner)
    counted = queries.counts(owner, queries.FindingFilter(states=("notfixed",)))
    assert {severity: row[-1] for severity, row in trend.open.items()} == {40: 1, 30: 2, 20: 0, 10: 0}
    assert counted == {(40, "notfixed"): 1, (30, "notfixed"): 2}
    assert trend.total((40, 30)) == 3
    assert trend.total((40, 30), 7) == 0


def test_a_trend_has_one_entry_for_each_of_its_days(owner):
    trend = charts.trend(owner)
    assert len(trend.days) == len(trend.open[40]) == charts.DAYS
    assert (trend.days[0], trend.days[-1]) == (date(2025, 12, 3), date(2026, 3, 2))
    assert trend.as_of == START


def test_what_is_older_than_the_chart_is_open_on_all_its_days(story, owner, moment):
    story.see(flaw("a"))
    moment.advance(200 * DAY)
    assert set(charts.trend(owner).open[30]) == {1}


def test_tentative_findings_do_not_count(story, owner):
    story.see(flaw("a", proof=ProofLevel.TENTATIVE))
    assert charts.trend(owner).open[30][-1] == 0
    assert charts.flow(owner).new[-1] == 0


def test_a_chart_may_be_of_one_target(story, owner, make_target):
    story.see(flaw("a"))
    other = make_target(url="http://other.example.org/", host="other.example.org")
    assert charts.trend(owner, chosen=of(story.target)).open[30][-1] == 1
    assert charts.trend(owner, chosen=of(other)).open[30][-1] == 0


def test_deleted_targets_leave_the_charts(story, owner):
    story.see(flaw("a"))
    type(story.target).objects.filter(pk=story.target.pk).update(archived_at=START)
    assert charts.trend(owner).open[30][-1] == 0
    assert charts.flow(owner).new[-1] == 0


def test_people_of_one_target_see_the_charts_of_that_target_alone(story, person, make_target):
    story.see(flaw("a"))
    other = make_target(url="http://other.example.org/", host="other.example.org")
    grant = Grant(BUILTIN_ROLES["developer"], "target", None, other.pk)
    stranger, friend = (
        person(grants=[one]) for one in (grant, Grant(BUILTIN_ROLES["developer"], "target", None, story.target.pk))
    )
    assert charts.trend(stranger).open[30][-1] == 0
    assert charts.trend(friend).open[30][-1] == 1


def test_weeks_tell_new_fixed_and_reopened_apart(story, owner, moment):
    kept, lost = flaw("a"), flaw("b")
    story.see(kept, lost)
    moment.advance(7 * DAY)
    story.recheck(lost, "gone")
    moment.advance(7 * DAY)
    story.see(lost)
    flow = charts.flow(owner)
    assert flow.weeks[-3:] == (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16))
    assert (flow.new[-3:], flow.fixed[-3:], flow.reopened[-3:]) == ((2, 0, 0), (0, 1, 0), (0, 0, 1))


def test_an_expired_acceptance_is_not_reopened(story, owner, moment):
    found = flaw("a")
    story.see(found)
    triage.accept_risk(actor=owner, finding=story.row(found), reason="x", until=START.date())
    moment.advance(2 * DAY)
    triage.expire_acceptances()
    assert sum(charts.flow(owner).reopened) == 0
    assert highs(charts.trend(owner)) == (0, 0, 0, 1)


def test_fixes_stand_beside_what_was_pending_and_keep_to_the_severities(story, owner, moment):
    gone, low = flaw("a"), flaw("b", severity=Severity.LOW)
    story.see(gone, low)
    moment.advance(DAY)
    story.recheck(gone, "gone")
    fixes = charts.fixes(owner)
    assert (fixes.fixed[-2:], fixes.pending[-2:]) == ((0, 1), (2, 1))
    fixes = charts.fixes(owner, chosen=queries.FindingFilter(severities=(10,)))
    assert (fixes.fixed[-2:], fixes.pending[-2:]) == ((0, 0), (1, 1))


def test_a_chart_may_be_of_a_team_or_a_label(story, owner, make_target):
    story.see(flaw("a"))
    label = Label.objects.create(organisation=owner.organisation, kind="target", name="red")
    team = Team.objects.create(organisation=owner.organisation, name="Shop")
    make_target(url="http://other.example.org/", host="other.example.org").labels.add(label)
    story.target.teams.add(team)
    assert charts.trend(owner, chosen=queries.FindingFilter(target_labels=(label.public_id,))).open[30][-1] == 0
    assert charts.trend(owner, chosen=queries.FindingFilter(teams=(team.public_id,))).open[30][-1] == 1


def test_repairs_are_told_by_median_and_nine_tenths(story, owner, moment):
    found = [flaw(str(n)) for n in range(10)]
    story.see(*found)
    for one in found:
        moment.advance(DAY)
        story.recheck(one, "gone")
    (row,) = charts.repairs(owner).rows
    assert (row.severity, row.count, row.median_days, row.p90_days) == (30, 10, 5.0, 9.0)


def test_repairs_leave_out_what_people_decided_and_what_is_long_past(story, owner, moment):
    decided, old = flaw("a"), flaw("b")
    story.see(decided, old)
    moment.advance(DAY)
    triage.mark_false_positive(actor=owner, finding=story.row(decided), reason="No.")
    story.recheck(decided, "gone")
    story.recheck(old, "gone")
    moment.advance(100 * DAY)
    assert charts.repairs(owner).rows == ()


def test_accepted_risks_that_end_soon_are_counted(story, owner):
    found = [flaw(str(n)) for n in range(3)]
    story.see(*found)
    for one, days in zip(found, (3, 14, 15), strict=True):
        until = START.date() + timedelta(days=days)
        triage.accept_risk(actor=owner, finding=story.row(one), reason="x", until=until)
    assert charts.expiring(owner) == 2


def test_numbers_are_at_most_ten_seconds_old(story, owner, moment):
    assert charts.trend(owner).open[30][-1] == 0
    story.see(flaw("a"))
    moment.advance(9)
    assert charts.trend(owner).open[30][-1] == 0
    moment.advance(2)
    assert charts.trend(owner).open[30][-1] == 1


def test_a_new_day_is_counted_at_once(story, owner, moment):
    charts.trend(owner)
    story.see(flaw("a"))
    moment.advance(DAY)
    assert highs(charts.trend(owner), 2) == (1, 1)
