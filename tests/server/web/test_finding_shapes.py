"""A finding as its page shows it."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from tests.server import factories
from tests.server.layers import shared
from vedette.server.findings import history, queries
from vedette.server.findings.history import Moment
from vedette.server.findings.services import triage, views
from vedette.server.tenancy.rules import ALL, BUILTIN_ROLES
from vedette.server.web import finding_query
from vedette.server.web import finding_shapes as shapes

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, tzinfo=UTC)


@shared
def actor():
    return factories.actor(factories.organisation())


@pytest.fixture
def row(actor):
    factories.run_scan(factories.target(actor.organisation), factories.flaw())
    return queries.page(actor).rows[0]


def test_the_view_of_the_address_is_the_current_one(actor):
    views.save(actor=actor, name="My highs", query="severity=high&state=all")
    asked = finding_query.read(actor, QueryDict("severity=30&sort=title"))
    found = shapes.views(actor, asked)
    assert [view.name for view in found if view.current] == ["My highs"]
    assert [view.name for view in found if view.id] == ["My highs"]
    everything = finding_query.read(actor, QueryDict("state=all"))
    assert [view.name for view in shapes.views(actor, everything) if view.current] == ["All"]


def words(row, may=ALL):
    return {one.word: one.why for one in shapes.actions(row, may)}


def test_what_makes_no_sense_is_left_out(actor, row):
    assert set(words(row)) == {"accept", "invalid", "assign", "severity", "labels"}
    triage.mark_false_positive(actor=actor, finding=row, reason="Test page.")
    row.refresh_from_db()
    assert set(words(row)) == {"accept", "reopen", "assign", "severity", "labels"}
    row.review_status = "pending"
    assert "review" in words(row)


def test_what_is_not_allowed_says_so(row):
    found = words(row, BUILTIN_ROLES["developer"])
    assert found["accept"] and found["severity"] and not found["assign"]


def test_a_retest_is_refused_with_a_reason(actor, row):
    assert shapes.whole(actor, row)["retest_refusal"] == ""
    assert shapes.whole(factories.actor(actor.organisation, "auditor"), row)["retest_refusal"].startswith("You have no")
    row.retesting = True
    assert shapes.whole(actor, row)["retest_refusal"] == "It is being tested again"


def test_the_decisive_step_is_the_last_that_is_no_control(actor, row):
    assert shapes.decisive(actor, row).label == "proof"


def test_the_decision_in_force_is_told(actor, row):
    assert shapes.whole(actor, row)["decision"] is None
    triage.accept_risk(actor=actor, finding=row, reason="Why.")
    row.refresh_from_db()
    assert shapes.whole(actor, row)["decision"].reason == "Why."


def test_every_kind_of_moment_has_its_words(actor, row):
    for word in ("found", "invalid", "accepted", "fixed", "note", "update", "assign", "retest", "retest_failed",
                 "reopened", "seen", "gone", "unreachable", "untested"):  # fmt: skip
        (line,) = shapes.lines([Moment(at=AT, kind=word)])
        assert line.label.icon != "help" or word == "untested", word


def test_changes_are_told_in_words():
    moment = Moment(
        at=AT,
        kind="update",
        text="Why.",
        before={"severity": 30, "labels": ["a"], "state": "notfixed"},
        after={"severity": 10, "labels": ["a", "b"], "state": "accepted", "change_reason": "Why.", "other": "x"},
    )
    (line,) = shapes.lines([moment])
    assert line.changes == [
        ("Severity", "High", "Low"), ("Labels", "a", "a, b"), ("State", "Open", "Accepted"), ("Other", "", "x"),
    ]  # fmt: skip


def test_a_life_is_one_line_of_time(actor, row):
    triage.note(actor=actor, finding=row, comment="Look.")
    told = [line.label.word for line in shapes.lines(history.timeline(row))]
    assert told == ["Noted", "Found for the first time"]
