"""What people do to one finding or to many: each a form that yields the fields of `triage.bulk_change`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from vedette.server.findings.models import Finding
from vedette.server.findings.rules import ACCEPTED, INVALID, OPEN
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import labels as label_services
from vedette.server.web.labels import SEVERITIES, SEVERITY_WORDS

_REASON = forms.Textarea(attrs={"rows": 3})
_DAY = forms.DateInput(attrs={"type": "date"})
_MAX_REASON = 4000


class DecisionForm(forms.Form):
    """The base: who acts on which findings. Subclasses say how the dialog reads and what is to change."""

    heading: ClassVar[str]
    lede: ClassVar[str] = ""
    button: ClassVar[str]
    done: ClassVar[str]
    tone: ClassVar[str] = "btn-primary"
    needs: ClassVar[str] = "findings.change"

    def __init__(self, *args: Any, actor: Actor, findings: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.findings = actor, findings
        self.prepare()

    def prepare(self) -> None:
        """Fills in what depends on the actor and the findings."""

    def changes(self) -> dict[str, Any]:
        """The fields to change; may make what they name."""
        return dict(self.cleaned_data)

    def common(self, name: str) -> Any:
        """The value that all findings share; None when they differ."""
        values = {getattr(one, name) for one in self.findings}
        return values.pop() if len(values) == 1 else None


class AcceptForm(DecisionForm):
    """Accepts the risk."""

    heading = "Accept the risk"
    lede = "It stays in the history and out of the open findings, whatever scans see, until the day you name."
    button, done, needs = "Accept risk", "Risk accepted.", "findings.triage"

    change_reason = forms.CharField(label="Reason", max_length=_MAX_REASON, widget=_REASON)
    expiration_date = forms.DateField(label="Until", required=False, widget=_DAY)
    approver_name = forms.CharField(label="Approved by", max_length=255, required=False)
    approval_date = forms.DateField(label="Approved on", required=False, widget=_DAY)

    def prepare(self) -> None:
        """Shows what the organisation asks for."""
        rules = self.actor.organisation
        limit = rules.maximum_acceptance_period
        self.fields["expiration_date"].required = rules.require_expiration_date or limit is not None
        self.fields["expiration_date"].help_text = (
            f"At most {limit} days from today." if limit else "The last day; empty means for good."
        )
        self.fields["approver_name"].required = rules.require_approver_name
        self.fields["approval_date"].required = rules.require_approval_date

    def changes(self) -> dict[str, Any]:
        """The decision."""
        return {"state": ACCEPTED, **self.cleaned_data}


class InvalidForm(DecisionForm):
    """Marks as a false positive."""

    heading = "Mark as a false positive"
    lede = "No later scan undoes this. If our proof is wrong, the reason helps to mend the check."
    button, done, needs = "It is no flaw", "Marked as a false positive.", "findings.triage"

    change_reason = forms.CharField(label="Reason", max_length=_MAX_REASON, widget=_REASON)

    def changes(self) -> dict[str, Any]:
        """The decision."""
        return {"state": INVALID, **self.cleaned_data}


class ReopenForm(DecisionForm):
    """Withdraws a decision."""

    heading = "Withdraw the decision"
    lede = "What scans observed stands again."
    button, done, needs = "Reopen", "The decision is withdrawn.", "findings.triage"

    change_reason = forms.CharField(label="Reason", max_length=_MAX_REASON, required=False, widget=_REASON)

    def changes(self) -> dict[str, Any]:
        """The withdrawal."""
        return {"state": OPEN, **self.cleaned_data}


class SeverityForm(DecisionForm):
    """Sets the severity."""

    heading, button, done, needs = "Change severity", "Set severity", "Severity changed.", "findings.severity"
    lede = "From then on scans leave it alone."

    severity = forms.TypedChoiceField(
        label="Severity",
        coerce=int,
        choices=[(number, SEVERITIES[word].word) for number, word in SEVERITY_WORDS.items()],
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        """Starts from what stands."""
        self.initial.setdefault("severity", self.common("severity"))


class AssignForm(DecisionForm):
    """Gives it to somebody."""

    heading, button, done = "Assign", "Assign", "Assigned."

    assignee = forms.ChoiceField(label="To", required=False)

    def prepare(self) -> None:
        """Offers the members."""
        members = [one.user for one in tenancy.members_for_actor(self.actor) if one.active and one.user.is_active]
        self.people = {one.public_id: one for one in members}
        choice = self.fields["assignee"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - what this class declares
        choice.choices = [("", "Nobody"), *((key, str(one)) for key, one in self.people.items())]
        holders = {one.assignee.public_id if one.assignee else "" for one in self.findings}
        self.initial.setdefault("assignee", holders.pop() if len(holders) == 1 else "")

    def changes(self) -> dict[str, Any]:
        """The person, or None."""
        return {"assignee": self.people.get(self.cleaned_data["assignee"])}


class LabelsForm(DecisionForm):
    """Replaces the labels."""

    heading, button, done = "Labels", "Set labels", "Labels changed."
    lede = "These replace the labels that are there now."

    labels = forms.MultipleChoiceField(label="Labels", required=False, widget=forms.CheckboxSelectMultiple)
    new_label = forms.CharField(label="A new label", max_length=255, required=False)

    def prepare(self) -> None:
        """Offers the labels for findings."""
        self.known = {one.public_id: one for one in tenancy.labels_for_actor(self.actor, "finding")}
        choice = self.fields["labels"]
        assert isinstance(choice, forms.MultipleChoiceField)  # noqa: S101 - what this class declares
        choice.choices = [(key, one.name) for key, one in self.known.items()]
        worn = [{label.public_id for label in one.labels.all()} for one in self.findings]
        self.initial.setdefault("labels", sorted(set.intersection(*worn)) if worn else [])
        if not self.known:
            del self.fields["labels"]

    def changes(self) -> dict[str, Any]:
        """The labels, a new one made."""
        chosen = [self.known[key] for key in self.cleaned_data.get("labels", ())]
        name = self.cleaned_data["new_label"]
        if name:
            chosen.append(label_services.ensure(actor=self.actor, kind="finding", name=name))
        return {"labels": chosen}


class ReviewForm(DecisionForm):
    """Says yes or no to an uncertain finding."""

    heading, button, done = "Review", "Save review", "Reviewed."
    lede = "The scanner was not sure: say whether this is a flaw."

    review_status = forms.ChoiceField(
        label="Verdict",
        choices=[("accepted", "It is a flaw"), ("rejected", "It is none")],
        widget=forms.RadioSelect,
    )
    review_reason = forms.CharField(label="Reason", max_length=_MAX_REASON, required=False, widget=_REASON)


class NoteForm(DecisionForm):
    """Writes the comment."""

    heading, button, done = "Note", "Save note", "Note saved."

    comment = forms.CharField(
        label="Note", max_length=20_000, required=False, strip=True, widget=forms.Textarea(attrs={"rows": 6})
    )

    def prepare(self) -> None:
        """Starts from what stands."""
        self.initial.setdefault("comment", self.common("comment") or "")


FORMS: dict[str, type[DecisionForm]] = {
    "accept": AcceptForm,
    "invalid": InvalidForm,
    "reopen": ReopenForm,
    "severity": SeverityForm,
    "assign": AssignForm,
    "labels": LabelsForm,
    "review": ReviewForm,
    "note": NoteForm,
}
"""What may be done, by the word of its address."""
