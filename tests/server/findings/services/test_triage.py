from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.server import factories
from tests.server.factories import flaw
from vedette.server.audit.models import DomainEvent
from vedette.server.findings.models import Decision, Finding, FindingLog
from vedette.server.findings.services import counts, triage
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.models import Label, Organisation, Team
from vedette.server.tenancy.rules import BUILTIN_ROLES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOON = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def still():
    with clock.frozen(NOW) as frozen:
        yield frozen


@pytest.fixture
def finding(story) -> Finding:
    story.see(flaw("q"))
    return story.row(flaw("q"))


def last_log(finding: Finding) -> FindingLog:
    return FindingLog.objects.filter(finding=finding).latest("id")


def last_fact() -> DomainEvent:
    return DomainEvent.objects.latest("id")


def faults_of(**given) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        triage.change(**given)
    return caught.value.fields


# Decisions


def test_an_accepted_risk_is_a_decision_with_history_and_a_fact(finding, owner):
    changed = triage.accept_risk(
        actor=owner, finding=finding, reason="Behind a wall.", until=SOON, approver_name="Bo", approval_date=NOW.date()
    )
    assert (changed.state, changed.observed, changed.change_reason) == ("accepted", "notfixed", "Behind a wall.")
    assert (changed.expiration_date, changed.approver_name, changed.changed_by) == (SOON, "Bo", owner.user)
    decision = Decision.objects.get()
    assert (decision.kind, decision.until, decision.user, decision.ended_at) == ("accepted", SOON, owner.user, None)
    log = last_log(finding)
    assert (log.type, log.actor_name, log.user, log.text) == ("accepted", "Owner", owner.user, "Behind a wall.")
    assert (log.before, log.after["state"], log.after["expiration_date"]) == (
        {"state": "notfixed"},
        "accepted",
        "2026-12-01",
    )
    fact = last_fact()
    assert (fact.kind, fact.object_id, fact.actor_id) == ("finding.accepted", finding.public_id, owner.id)
    assert (fact.payload["before"]["state"], fact.payload["after"]["state"]) == ("notfixed", "accepted")
    assert Finding.objects.get().state == "accepted"


def test_another_decision_replaces_the_first_and_keeps_nothing_of_it(finding, owner):
    triage.accept_risk(actor=owner, finding=finding, reason="wall", until=SOON, approver_name="Bo")
    changed = triage.mark_false_positive(actor=owner, finding=finding, reason="a test page")
    assert (changed.state, changed.expiration_date, changed.approver_name) == ("invalid", None, "")
    assert list(Decision.objects.order_by("id").values_list("kind", "ended_why", "reason")) == [
        ("accepted", "replaced", "wall"),
        ("invalid", "", "a test page"),
    ]


def test_a_longer_acceptance_is_a_new_decision_that_keeps_the_rest(finding, owner):
    triage.accept_risk(actor=owner, finding=finding, reason="wall", until=SOON, approver_name="Bo")
    changed = triage.change(actor=owner, finding=finding, expiration_date=SOON + timedelta(days=9))
    assert (changed.change_reason, changed.approver_name, changed.expiration_date.day) == ("wall", "Bo", 10)
    assert Decision.objects.filter(ended_at=None).get().until == SOON + timedelta(days=9)


def test_a_withdrawn_decision_leaves_what_was_observed(finding, owner, story):
    triage.accept_risk(actor=owner, finding=finding, until=SOON)
    changed = triage.reopen(actor=owner, finding=finding)
    assert (changed.state, changed.expiration_date) == ("notfixed", None)
    assert (Decision.objects.get().ended_why, last_log(finding).type, last_fact().kind) == (
        "withdrawn",
        "reopened",
        "finding.reopened",
    )
    triage.mark_false_positive(actor=owner, finding=finding)
    story.recheck(flaw("q"), "gone")
    assert triage.reopen(actor=owner, finding=finding).state == "fixed"


def test_people_cannot_say_that_it_is_fixed(finding, owner, story):
    assert list(faults_of(actor=owner, finding=finding, state="fixed")) == ["state"]
    story.recheck(flaw("q"), "gone")
    assert triage.change(actor=owner, finding=finding, state="fixed").state == "fixed"
    assert list(faults_of(actor=owner, finding=finding, state="notfixed")) == ["state"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "retesting"},
        {"state": ""},
        {"severity": 15},
        {"severity": None},
        {"review_status": "maybe"},
        {"approver_name": "x" * 256},
        {"expiration_date": SOON},
        {"approval_date": SOON},
        {"approver_name": "Bo"},
        {"state": "invalid", "expiration_date": SOON},
        {"state": "accepted", "expiration_date": date(2026, 11, 21)},
    ],
)
def test_wrong_values_name_their_field_and_change_nothing(finding, owner, wrong):
    before = Finding.objects.values().get()
    name = [one for one in wrong if one != "state"] or ["state"]
    assert list(faults_of(actor=owner, finding=finding, **wrong)) == name
    assert Finding.objects.values().get() == before


def test_the_account_decides_what_an_acceptance_needs(finding, owner, organisation):
    organisation.require_expiration_date = organisation.require_approver_name = True
    organisation.require_approval_date, organisation.maximum_acceptance_period = True, 5
    assert sorted(faults_of(actor=owner, finding=finding, state="accepted")) == [
        "approval_date",
        "approver_name",
        "expiration_date",
    ]
    assert list(
        faults_of(
            actor=owner, finding=finding, state="accepted", expiration_date=SOON, approver_name="B", approval_date=SOON
        )
    ) == ["expiration_date"]
    until = NOW.date() + timedelta(days=5)
    changed = triage.accept_risk(actor=owner, finding=finding, until=until, approver_name="B", approval_date=SOON)
    assert changed.state == "accepted"
    assert triage.mark_false_positive(actor=owner, finding=finding).state == "invalid"


def test_a_finding_posted_back_whole_changes_nothing_and_asks_for_no_right(finding, owner, person):
    triage.accept_risk(actor=owner, finding=finding, reason="wall", until=SOON)
    row = Finding.objects.get()
    logs = FindingLog.objects.count()
    fields = {name: getattr(row, name) for name in triage.PERMISSIONS if name not in ("labels", "assignee")}
    same = triage.change(actor=person("auditor"), finding=row, labels=[], assignee=None, **fields)
    assert same.changed_at == row.changed_at
    assert FindingLog.objects.count() == logs
    assert triage.change(actor=person("auditor"), finding=row, comment=None, review_status=None).comment == ""


def test_fields_that_nobody_may_change_are_a_mistake_of_the_caller(finding, owner):
    with pytest.raises(TypeError, match="observed"):
        triage.change(actor=owner, finding=finding, observed="fixed")


# Rights


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("analyst", {"state", "severity", "comment"}),
        ("developer", {"comment"}),
        ("auditor", set()),
        ("scanner", set()),
    ],
)
@pytest.mark.parametrize(("field", "value"), [("state", "invalid"), ("severity", 10), ("comment", "Look.")])
def test_every_change_needs_its_right(finding, person, role, allowed, field, value):
    if field in allowed:
        assert getattr(triage.change(actor=person(role), finding=finding, **{field: value}), field) == value
    else:
        with pytest.raises(NotAllowed):
            triage.change(actor=person(role), finding=finding, **{field: value})
        assert getattr(Finding.objects.get(), field) != value


def test_rights_may_come_from_a_team_or_a_target(finding, person, organisation, make_target):
    team = Team.objects.create(organisation=organisation, name="Web")
    analyst = BUILTIN_ROLES["analyst"]
    by_team = person("analyst", [Grant(analyst, "team", team_id=team.pk)])
    elsewhere = person("analyst", [Grant(analyst, "target", target_id=make_target(url="http://b.example/").pk)])
    with pytest.raises(NotAllowed):
        triage.set_severity(actor=by_team, finding=finding, severity=10)
    finding.target.teams.add(team)
    assert triage.set_severity(actor=by_team, finding=finding, severity=10).severity == 10
    with pytest.raises(NotAllowed):
        triage.set_severity(actor=elsewhere, finding=finding, severity=20)
    here = person("analyst", [Grant(analyst, "target", target_id=finding.target_id)])
    assert triage.set_severity(actor=here, finding=finding, severity=20).severity == 20


# The other fields


def test_assigning(finding, owner, person, organisation):
    developer = person("developer")
    assert triage.assign(actor=owner, finding=finding, assignee=developer.user).assignee_id == developer.user.pk
    assert (last_log(finding).type, last_log(finding).text, last_fact().kind) == (
        "assign",
        "Developer",
        "finding.assigned",
    )
    triage.assign(actor=owner, finding=finding, assignee=None)
    assert (last_log(finding).before, last_log(finding).after) == ({"assignee": "Developer"}, {"assignee": ""})
    stranger = person("owner", home=Organisation.objects.create(name="Other"))
    assert list(faults_of(actor=owner, finding=finding, assignee=stranger.user)) == ["assignee"]
    developer.user.memberships.update(active=False)
    assert list(faults_of(actor=owner, finding=finding, assignee=developer.user)) == ["assignee"]


def test_labels(finding, owner, organisation):
    red, blue = (Label.objects.create(organisation=organisation, kind="finding", name=name) for name in ("red", "blue"))
    triage.set_labels(actor=owner, finding=finding, labels=[red])
    triage.set_labels(actor=owner, finding=finding, labels=[blue, red, blue])
    assert set(finding.labels.all()) == {red, blue}
    assert (last_log(finding).before, last_log(finding).after) == ({"labels": ["red"]}, {"labels": ["blue", "red"]})
    logs = FindingLog.objects.count()
    triage.set_labels(actor=owner, finding=finding, labels=[red, blue])
    assert FindingLog.objects.count() == logs
    of_targets = Label.objects.create(organisation=organisation, kind="target", name="green")
    foreign = Label.objects.create(organisation=Organisation.objects.create(name="O"), kind="finding", name="red")
    for label in (of_targets, foreign):
        assert list(faults_of(actor=owner, finding=finding, labels=[label])) == ["labels"]


def test_notes_are_kept(finding, owner):
    triage.note(actor=owner, finding=finding, comment="First\x00")
    triage.note(actor=owner, finding=finding, comment="Second")
    texts = FindingLog.objects.filter(type="note").order_by("id").values_list("text", flat=True)
    assert list(texts) == ["First\ufffd", "Second"]
    assert Finding.objects.get().comment == "Second"


def test_reviews(finding, owner, organisation):
    assert list(faults_of(actor=owner, finding=finding, review_status="accepted")) == ["review_status"]
    organisation.self_findings_review_enabled = True
    assert list(faults_of(actor=owner, finding=finding, review_status="accepted")) == ["review_status"]
    Finding.objects.update(review_status="pending")
    changed = triage.review(actor=owner, finding=finding, status="rejected", reason="Not ours.")
    assert (changed.review_status, changed.review_reason, last_fact().kind) == (
        "rejected",
        "Not ours.",
        "finding.reviewed",
    )
    assert triage.review(actor=owner, finding=finding, status="accepted").review_status == "accepted"
    assert list(faults_of(actor=owner, finding=finding, review_status="pending")) == ["review_status"]


def test_a_severity_moves_the_totals(finding, owner, story):
    triage.set_severity(actor=owner, finding=finding, severity=40)
    story.target.refresh_from_db()
    assert (story.target.highs, story.target.criticals, story.target.risk) == (0, 1, 40)
    assert (last_log(finding).before, last_log(finding).after) == ({"severity": 30}, {"severity": 40})
    triage.accept_risk(actor=owner, finding=finding)
    story.target.refresh_from_db()
    assert (story.target.criticals, story.target.risk) == (0, 0)


# Many at once


def test_many_change_together(story, owner):
    names = [f"p{number}" for number in range(triage.CHUNK + 5)]
    story.see(*map(flaw, names))
    findings = [story.row(flaw(name)) for name in names]
    changed = triage.bulk_change(actor=owner, findings=[*findings, findings[0]], state="invalid", change_reason="all")
    assert [row.pk for row in changed] == [row.pk for row in findings]
    assert {row.state for row in Finding.objects.all()} == {"invalid"}
    assert Decision.objects.count() == len(names)
    assert counts.counted(target_pk=story.target.pk) == {(30, "invalid"): len(names)}


def test_one_that_may_not_change_keeps_all_from_changing(story, person, make_target):
    story.see(*(flaw(f"p{number}") for number in range(triage.CHUNK)))
    other = type(story)(make_target(url="http://b.example/"))
    other.see(flaw("z"))
    actor = person("analyst", [Grant(BUILTIN_ROLES["analyst"], "target", target_id=story.target.pk)])
    with pytest.raises(NotAllowed):
        triage.bulk_change(actor=actor, findings=list(Finding.objects.order_by("pk")), state="invalid")
    assert not Finding.objects.exclude(state="notfixed").exists()


def test_a_stale_row_does_not_undo_what_happened_since(finding, owner):
    stale = Finding.objects.get()
    triage.note(actor=owner, finding=finding, comment="Kept")
    changed = triage.set_severity(actor=owner, finding=stale, severity=10)
    assert changed.comment == "Kept"


# The end of an acceptance


def test_an_acceptance_ends_after_its_last_day(finding, owner, still):
    triage.accept_risk(actor=owner, finding=finding, reason="wall", until=SOON)
    still.advance(9 * 86_400 + 43_199)  # the last second of that day
    assert triage.expire_acceptances() == 0
    still.advance(1)
    assert triage.expire_acceptances() == 1
    row = Finding.objects.get()
    assert (row.state, row.expiration_date, row.change_reason) == ("notfixed", None, "")
    assert (Decision.objects.get().ended_why, last_log(row).type, last_fact().kind) == (
        "expired",
        "reopened",
        "finding.expired",
    )
    assert last_log(row).text == "The risk was accepted until 2026-12-01."
    assert triage.expire_acceptances() == 0


def test_what_is_fixed_stays_fixed_when_its_acceptance_ends(finding, owner, story):
    triage.accept_risk(actor=owner, finding=finding, until=SOON)
    story.recheck(flaw("q"), "gone")
    assert triage.expire_acceptances(now=NOW + timedelta(days=30)) == 1
    assert Finding.objects.get().state == "fixed"


def test_acceptances_for_good_and_other_organisations(story, owner, make_target, person):
    home = Organisation.objects.create(name="Other")
    other = type(story)(make_target(home, url="http://b.example/"))
    story.see(flaw("q"))
    other.see(flaw("q"))
    triage.accept_risk(actor=owner, finding=story.row(flaw("q")))
    triage.accept_risk(actor=person("owner", home=home), finding=other.row(flaw("q")), until=SOON)
    assert triage.expire_acceptances(now=NOW + timedelta(days=30)) == 1
    assert (story.row(flaw("q")).state, other.row(flaw("q")).state) == ("accepted", "notfixed")
    assert last_fact().organisation_id == home.pk


def test_a_neighbours_finding_is_not_there(finding):
    stranger = factories.actor(factories.organisation("Other"))
    with pytest.raises(NotFound):
        triage.note(actor=stranger, finding=finding, comment="mine")
    finding.refresh_from_db()
    assert finding.comment == ""
