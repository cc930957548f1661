"""What people do to findings, as forms."""

from datetime import date

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.checkinfo import Severity
from vedette.server.findings import queries
from vedette.server.findings.services import triage
from vedette.server.tenancy.services import account, labels
from vedette.server.web.finding_forms import FORMS

pytestmark = pytest.mark.django_db


@shared
def home():
    return factories.organisation()


@shared
def actor(home):
    return factories.actor(home)


@pytest.fixture
def rows(home, actor):
    factories.run_scan(factories.target(home), factories.flaw("a"), factories.flaw("b", severity=Severity.LOW))
    return queries.page(actor, ordering="number").rows


def form_of(word, actor, rows, **given):
    return FORMS[word](given, actor=actor, findings=rows)


def test_each_form_asks_for_the_right_that_its_fields_need(actor, rows):
    given = {"change_reason": "x", "severity": "10", "review_status": "accepted", "comment": "x"}
    for word, kind in FORMS.items():
        form = form_of(word, actor, rows, **given)
        assert form.is_valid(), (word, form.errors)
        needed = {triage.PERMISSIONS[name] for name in form.changes()}
        assert kind.needs in needed
        assert kind.heading and kind.button and kind.done


def test_an_accepted_risk_asks_for_what_the_organisation_asks_for(home, actor, rows):
    assert form_of("accept", actor, rows, change_reason="Why.").is_valid()
    account.change_settings(
        actor=actor, maximum_acceptance_period=30, require_approver_name=True, require_approval_date=True
    )
    home.refresh_from_db()
    strict = factories.actor(home)
    form = form_of("accept", strict, rows, change_reason="Why.")
    assert set(form.errors) == {"expiration_date", "approver_name", "approval_date"}
    assert "30 days" in form.fields["expiration_date"].help_text


def test_the_decisions_name_their_states(actor, rows):
    accepted = form_of("accept", actor, rows, change_reason="Why.", expiration_date="2031-02-03")
    assert accepted.is_valid()
    assert accepted.changes() == {
        "state": "accepted", "change_reason": "Why.", "expiration_date": date(2031, 2, 3),
        "approver_name": "", "approval_date": None,
    }  # fmt: skip
    wrong = form_of("invalid", actor, rows, change_reason="Why.")
    assert wrong.is_valid() and wrong.changes() == {"state": "invalid", "change_reason": "Why."}
    back = form_of("reopen", actor, rows)
    assert back.is_valid() and back.changes() == {"state": "notfixed", "change_reason": ""}


@pytest.mark.parametrize("word", ["accept", "invalid"])
def test_a_decision_needs_a_reason(word, actor, rows):
    assert "change_reason" in form_of(word, actor, rows, change_reason="  ").errors


def test_a_form_starts_from_what_all_the_findings_share(actor, rows):
    assert FORMS["severity"](None, actor=actor, findings=rows[:1]).initial["severity"] == 30
    assert FORMS["severity"](None, actor=actor, findings=rows).initial["severity"] is None
    triage.assign(actor=actor, finding=rows[0], assignee=actor.user)
    fresh = queries.page(actor, ordering="number").rows
    assert FORMS["assign"](None, actor=actor, findings=fresh[:1]).initial["assignee"] == actor.id
    assert FORMS["assign"](None, actor=actor, findings=fresh).initial["assignee"] == ""


def test_only_members_who_can_sign_in_are_offered(home, actor, rows):
    gone = factories.person(home, "analyst")
    gone.is_active = False
    gone.save()
    stranger = factories.person(factories.organisation("Rival"))
    offered = [key for key, _ in FORMS["assign"](None, actor=actor, findings=rows).fields["assignee"].choices]
    assert offered == ["", actor.id]
    assert "assignee" in form_of("assign", actor, rows, assignee=stranger.public_id).errors


def test_a_new_label_is_made_beside_those_that_are_chosen(actor, rows):
    known = labels.create(actor=actor, kind="finding", name="known")
    form = form_of("labels", actor, rows, labels=[known.public_id], new_label="Fresh")
    assert form.is_valid()
    assert [label.name for label in form.changes()["labels"]] == ["known", "Fresh"]


def test_labels_that_only_some_wear_are_not_ticked(actor, rows):
    one, both = (labels.create(actor=actor, kind="finding", name=name) for name in ("one", "both"))
    triage.set_labels(actor=actor, finding=rows[0], labels=[one, both])
    triage.set_labels(actor=actor, finding=rows[1], labels=[both])
    fresh = queries.page(actor, ordering="number").rows
    assert FORMS["labels"](None, actor=actor, findings=fresh).initial["labels"] == [both.public_id]


def test_without_labels_only_a_new_one_can_be_given(actor, rows):
    form = form_of("labels", actor, rows, new_label="")
    assert "labels" not in form.fields
    assert form.is_valid() and form.changes() == {"labels": []}
