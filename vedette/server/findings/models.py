"""Findings: what was observed apart from what people decided about it."""

from __future__ import annotations

from django.db import models

from vedette.server.kernel import clock
from vedette.server.kernel.models import PublicIdField

_LISTED = ("organisation", "shown")
_LAST = ("last_found_at", "id")
_MARKS = ("new", "assignee", "proof", "review_status", "reachable", "retesting")


class Finding(models.Model):
    """A flaw of a target, the same over all its scans by `identity`.

    `state` is what stands now: a decision (`invalid`, `accepted`) when one is in force, else what was last observed
    (`notfixed`, `fixed`). `observed` is the latter alone. `shown` is False for tentative ones. Severities are 0 (info),
    10, 20, 30, 40. `search_text` is lower case, for free text.
    """

    public_id = PublicIdField()
    # Keys without an index of their own stand first in one below.
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="findings", db_index=False)
    target = models.ForeignKey("server.Target", models.CASCADE, related_name="findings", db_index=False)
    number = models.PositiveIntegerField()
    identity = models.CharField(max_length=16)
    identity_version = models.PositiveSmallIntegerField(default=1)
    identity_parts = models.JSONField(default=list)  # [[name, value], ...]
    check_id = models.CharField(max_length=80)
    title = models.CharField(max_length=255)
    severity = models.PositiveSmallIntegerField()
    severity_seen = models.PositiveSmallIntegerField()  # the scanner's, whatever a person made of it
    proof = models.CharField(max_length=10, default="firm")
    shown = models.BooleanField(default=True)
    state = models.CharField(max_length=8, default="notfixed")
    observed = models.CharField(max_length=8, default="notfixed")
    reachable = models.BooleanField(default=True)  # False: the endpoint was not there to be tested again
    url = models.TextField()
    sink_url = models.TextField(default="")
    method = models.CharField(max_length=20, default="GET")
    path = models.TextField(default="")  # templated
    kind = models.CharField(max_length=20, default="")  # of insertion point
    parameter = models.CharField(max_length=1024, default="")
    value = models.TextField(default="")
    detail = models.TextField(default="")
    cvss31 = models.CharField(max_length=120, default="")
    cvss40 = models.CharField(max_length=160, default="")
    cvss_score = models.FloatField(default=0.0)
    cwe = models.JSONField(default=list)
    technologies = models.JSONField(default=list)
    occurrences = models.JSONField(default=list)
    occurrence_count = models.PositiveIntegerField(default=1)
    request = models.JSONField(null=True)  # contract.wire of the crawled request, masked
    first_seen_at = models.DateTimeField(default=clock.now)
    last_found_at = models.DateTimeField(default=clock.now)
    fixed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    first_scan = models.ForeignKey("server.Scan", models.SET_NULL, null=True, related_name="+")
    last_scan = models.ForeignKey("server.Scan", models.SET_NULL, null=True, related_name="+")
    new = models.BooleanField(default=True)  # first seen in the target's latest scan
    retesting = models.BooleanField(default=False)
    assignee = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    labels = models.ManyToManyField("server.Label", related_name="findings")
    comment = models.TextField(default="")
    review_status = models.CharField(max_length=11, default="notrequired")
    review_reason = models.TextField(default="")
    change_reason = models.TextField(default="")
    expiration_date = models.DateField(null=True)
    approver_name = models.CharField(max_length=255, default="")
    approval_date = models.DateField(null=True)
    search_text = models.TextField(default="")
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)

    class Meta:
        """One row per target and identity. Each usual filter has an index with its rows in the order of the lists;
        behind that stands what lists are further narrowed by, so that counting reads no rows."""

        constraints = (
            models.UniqueConstraint(fields=("target", "identity"), name="finding_once"),
            models.UniqueConstraint(fields=("target", "number"), name="finding_number"),
        )
        indexes = (
            models.Index(fields=(*_LISTED, *_LAST, "severity", "state", "target"), name="finding_last"),
            models.Index(fields=(*_LISTED, "severity", *_LAST, "state", "target"), name="finding_worst"),
            models.Index(fields=(*_LISTED, "state", *_LAST, "severity", "target"), name="finding_state"),
            models.Index(fields=(*_LISTED, "state", "severity", *_LAST, "target", *_MARKS), name="finding_open"),
            models.Index(fields=(*_LISTED, "new", *_LAST, "state", "severity", "target"), name="finding_new"),
            models.Index(fields=(*_LISTED, "changed_at", "id", "state", "severity", "target"), name="finding_changed"),
            models.Index(fields=("target", "shown", "state", "severity", *_LAST), name="finding_target"),
            models.Index(fields=("target", "shown", *_LAST, "state", "severity"), name="finding_target_last"),
            models.Index(
                fields=("organisation", "assignee", "shown", "state", "severity", *_LAST, "target"),
                name="finding_assignee",
            ),
            models.Index(
                fields=("organisation", "check_id", "shown", "state", "severity", *_LAST, "target"),
                name="finding_check",
            ),
            models.Index(
                fields=(*_LISTED, "state", "severity", "fixed_at", "first_seen_at", "target", "check_id"),
                condition=models.Q(state="fixed"),
                name="finding_fixed",
            ),
            models.Index(fields=("organisation",), condition=models.Q(retesting=True), name="finding_retesting"),
            models.Index(
                fields=("expiration_date", "organisation", "shown", "state", "target"),
                condition=models.Q(state="accepted"),
                name="finding_expiring",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Sighting(models.Model):
    """What one scan observed of a finding: `seen`, `gone`, `unreachable` or `untested`."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="sightings", db_index=False)
    scan = models.ForeignKey("server.Scan", models.CASCADE, related_name="sightings", db_index=False)
    outcome = models.CharField(max_length=11, default="seen")
    severity = models.PositiveSmallIntegerField(default=0)
    proof = models.CharField(max_length=10, default="")
    reason = models.CharField(max_length=300, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        """One per finding and scan."""

        constraints = (models.UniqueConstraint(fields=("finding", "scan"), name="sighting_once"),)
        indexes = (models.Index(fields=("scan", "outcome"), name="sighting_scan"),)


class EvidenceBlob(models.Model):
    """A body as it went over the wire (masked), compressed, stored once. At most 256 KiB before compression."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    data = models.BinaryField()  # zstd
    size = models.PositiveIntegerField()


class Evidence(models.Model):
    """The proof that the latest scan gave of a finding: its steps, bodies by reference."""

    finding = models.OneToOneField(Finding, models.CASCADE, related_name="evidence")
    scan = models.ForeignKey("server.Scan", models.SET_NULL, null=True, related_name="+")
    steps = models.JSONField(default=list)  # contract.wire of Step, `body` replaced by {"sha256": ...}
    at = models.DateTimeField(default=clock.now)


class Decision(models.Model):
    """What a person decided: `accepted` (until a day, or for good) or `invalid` (a false positive), with the reason.
    In force until it is withdrawn or runs out; no scan ever touches it."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=8)
    reason = models.TextField(default="")
    until = models.DateField(null=True)
    approver_name = models.CharField(max_length=255, default="")
    approval_date = models.DateField(null=True)
    actor_name = models.CharField(max_length=255, default="")
    user = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, default="")  # withdrawn, expired, replaced

    class Meta:
        """At most one in force per finding."""

        constraints = (
            models.UniqueConstraint(
                fields=("finding",), condition=models.Q(ended_at=None), name="one_decision_in_force"
            ),
        )


class FindingLog(models.Model):
    """The history of a finding as people read it. Types: found, invalid, accepted, fixed, note, update, assign, retest,
    retest_failed, reopened."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="logs", db_index=False)
    type = models.CharField(max_length=13)
    at = models.DateTimeField(default=clock.now)
    actor_name = models.CharField(max_length=255, default="")
    user = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    scan = models.ForeignKey("server.Scan", models.SET_NULL, null=True, related_name="+")
    text = models.TextField(default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        """Read newest first."""

        indexes = (models.Index(fields=("finding", "id"), name="finding_log"),)


class FindingCount(models.Model):
    """How many shown findings a target has per severity and state: totals without counting rows. Kept in the
    transaction that changes a finding."""

    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey("server.Target", models.CASCADE, related_name="finding_counts", db_index=False)
    severity = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8)
    count = models.IntegerField(default=0)

    class Meta:
        """One number per target, severity and state."""

        constraints = (models.UniqueConstraint(fields=("target", "severity", "state"), name="finding_count"),)
        indexes = (
            models.Index(fields=("organisation", "state", "severity", "target", "count"), name="finding_count_sum"),
        )


class CheckCount(models.Model):
    """How many open findings of a check a target has per severity: the commonest flaws without counting rows. Kept in
    the transaction that changes a finding."""

    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey("server.Target", models.CASCADE, related_name="+", db_index=False)
    check_id = models.CharField(max_length=80)
    severity = models.PositiveSmallIntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        """One number per target, check and severity."""

        constraints = (models.UniqueConstraint(fields=("target", "check_id", "severity"), name="check_count"),)
        indexes = (
            models.Index(fields=("organisation", "check_id", "severity", "target", "count"), name="check_count_sum"),
        )


class FindingDay(models.Model):
    """How many shown findings of a target went from one state to another on a day (UTC): what charts are drawn from.
    Kept in the transaction that changes a finding.

    `before` is empty for findings that were not shown before, `after` for those that are no longer. A finding whose
    severity changes leaves one severity and enters the other; there, the state it comes from or goes to is `rated`.
    """

    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey("server.Target", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    severity = models.PositiveSmallIntegerField()
    before = models.CharField(max_length=8, default="")
    after = models.CharField(max_length=8, default="")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """One number per target, day and step; read by days."""

        constraints = (
            models.UniqueConstraint(fields=("target", "day", "severity", "before", "after"), name="finding_day_once"),
        )
        indexes = (
            models.Index(
                fields=("organisation", "day", "severity", "before", "after", "target", "count"), name="finding_day"
            ),
        )


class SavedView(models.Model):
    """A named filter of a list, kept for a person."""

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+")
    user = models.ForeignKey("server.User", models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=20, default="findings")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, default="")

    class Meta:
        """Names are unique per person and page."""

        constraints = (models.UniqueConstraint(fields=("user", "organisation", "page", "name"), name="view_once"),)
