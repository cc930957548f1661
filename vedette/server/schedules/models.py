"""Schedules of targets, and what became of each of their occurrences."""

from __future__ import annotations

from django.db import models

from vedette.server.kernel import clock
from vedette.server.kernel.models import PublicIdField


class Schedule(models.Model):
    """When a target is scanned by itself: local wall time, a zone and a rule.

    `start_date` and `start_time` are local to `timezone` and stay what somebody set, so that the 31st comes back after
    February. `next_at` is the next occurrence; None once there is none. A disabled schedule keeps it and does not act;
    `notice` says why, or what happened to the last occurrence when it was not a scan.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey("server.Target", models.CASCADE, related_name="schedules", db_index=False)
    start_date = models.DateField()
    start_time = models.TimeField()
    timezone = models.CharField(max_length=64, default="UTC")
    recurrence = models.CharField(max_length=1, default="", blank=True)  # h, d, w, m, q; empty for once
    run_on_day_of_week = models.BooleanField(default=False)
    scheduled_day_of_week = models.PositiveSmallIntegerField(null=True)  # 1 Monday to 7 Sunday
    week_index = models.CharField(max_length=6, default="", blank=True)
    profile = models.CharField(max_length=40, default="", blank=True)  # empty for the target's own
    override_target_settings = models.BooleanField(default=False)
    partial_scan = models.BooleanField(default=False)
    incremental = models.BooleanField(default=False)
    reduced_scope = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # when the clock looks: then, or later while an answer is awaited
    zone_data = models.CharField(max_length=16, default="")  # version of the zones that `next_at` was reckoned with
    last_at = models.DateTimeField(null=True)  # the last occurrence that was dealt with
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    notice = models.CharField(max_length=300, default="", blank=True)
    notice_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by_name = models.CharField(max_length=255, default="")
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)

    class Meta:
        """Found by what is due; listed for an organisation or a target."""

        indexes = (
            models.Index(fields=("enabled", "due_at", "id"), name="schedule_due"),
            models.Index(fields=("organisation", "changed_at", "id"), name="schedule_changed"),
            models.Index(fields=("organisation", "next_at", "id"), name="schedule_coming"),
            models.Index(fields=("target", "next_at"), name="schedule_target"),
        )


class Occurrence(models.Model):
    """What became of one moment of a schedule: `outcome` is one of `rules.OUTCOMES`. The row is what keeps two clocks
    from starting the same scan twice."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="occurrences", db_index=False)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=9)
    reason = models.CharField(max_length=300, default="", blank=True)
    scan = models.ForeignKey("server.Scan", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Once per schedule and moment; those whose scan is under way are looked at again."""

        constraints = (models.UniqueConstraint(fields=("schedule", "at"), name="occurrence_once"),)
        indexes = (
            models.Index(fields=("outcome", "id"), condition=models.Q(outcome="started"), name="occurrence_under_way"),
        )
