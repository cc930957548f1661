"""Profiles, scans with their frozen settings, and all that a scan committed: events, resume state, coverage."""

from __future__ import annotations

from django.db import models

from vedette.server.kernel import clock
from vedette.server.kernel.models import PublicIdField


class ScanProfile(models.Model):
    """How to scan. Built-in ones have an id of `rules.BUILTIN` and no organisation; own ones begin with `sp-`."""

    key = models.CharField(max_length=20, unique=True)  # the id that dialects show
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, null=True, related_name="profiles")
    name = models.CharField(max_length=255)
    description = models.TextField(default="")
    type = models.CharField(max_length=3, default="web")  # web, api
    base = models.CharField(max_length=10, default="normal")  # the engine's profile
    checks = models.JSONField(default=list)  # as in contract.job.Job.checks
    speed = models.PositiveSmallIntegerField(default=20)
    payloads = models.PositiveSmallIntegerField(default=20)
    methods = models.CharField(max_length=4, default="all", blank=True)
    can_scan_unverified = models.BooleanField(default=False)
    delay = models.PositiveIntegerField(null=True)  # milliseconds between requests
    max_run_time = models.PositiveIntegerField(null=True)  # seconds
    dedup_enabled = models.BooleanField(default=True)
    auto_patterns_enabled = models.BooleanField(default=True)
    max_urls = models.PositiveIntegerField(default=5000)
    archived = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)

    @property
    def builtin(self) -> bool:
        """Whether it came with the product and cannot be changed."""
        return self.organisation_id is None

    def __str__(self) -> str:
        return self.name


class Scan(models.Model):
    """One scan or retest of a target. `kind` is `scan` or `retest`; `status` one of `rules.STATUSES`.

    `options` holds the target's settings as they were at the start, `profile_options` those of the profile, so that a
    later change alters no running scan. The counts are of this scan's findings.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="scans", db_index=False)
    target = models.ForeignKey("server.Target", models.CASCADE, related_name="scans", db_index=False)
    run = models.OneToOneField("server.Run", models.PROTECT, related_name="scan")
    kind = models.CharField(max_length=6, default="scan")
    status = models.CharField(max_length=22, default="queued")
    profile = models.CharField(max_length=40)
    profile_options = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    created_by_key = models.JSONField(null=True)
    created_by_name = models.CharField(max_length=255, default="")
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)
    user_data = models.TextField(null=True)
    unlimited = models.BooleanField(default=True)
    scheduled = models.BooleanField(default=False)
    incremental = models.BooleanField(default=False)
    reduced_scope = models.BooleanField(default=False)
    crawl_sequences_only = models.BooleanField(default=False)
    ignore_blackout_period = models.BooleanField(default=False)
    blackout_since = models.DateTimeField(null=True)  # waits for the end of a blackout period, not by anybody's hand
    lows = models.PositiveIntegerField(default=0)
    mediums = models.PositiveIntegerField(default=0)
    highs = models.PositiveIntegerField(default=0)
    criticals = models.PositiveIntegerField(default=0)
    verdict = models.CharField(max_length=10, default="")
    reasons = models.JSONField(default=list)
    warnings = models.JSONField(default=list)  # [{code, message}]
    stack = models.JSONField(default=list)  # [{name, version, host}]
    coverage = models.JSONField(default=dict)  # of ScanFinished
    requests = models.PositiveBigIntegerField(default=0)
    duration = models.FloatField(default=0.0)  # seconds at work
    new_count = models.PositiveIntegerField(default=0)
    fixed_count = models.PositiveIntegerField(default=0)
    reopened_count = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, default="")
    filmed = models.BooleanField(default=False)  # whether a ScanFilm is kept

    class Meta:
        """Lists are newest first, of an organisation or a target; a target has one active scan."""

        constraints = (
            models.UniqueConstraint(
                fields=("target",),
                condition=models.Q(
                    status__in=("queued", "started", "pausing", "paused", "resuming", "canceling", "finishing_up")
                ),
                name="one_active_scan",
            ),
        )
        indexes = (
            models.Index(fields=("organisation", "changed_at", "id", "target"), name="scan_changed"),
            models.Index(fields=("organisation", "started_at", "id", "target"), name="scan_started"),
            models.Index(fields=("organisation", "created_at", "id", "target"), name="scan_created"),
            models.Index(fields=("organisation", "status", "id", "target"), name="scan_status"),
            models.Index(fields=("target", "created_at", "id"), name="scan_target"),
        )


class ScanLive(models.Model):
    """The live numbers of a scan, written with every commit. `counter` rises with each: viewers' ETag."""

    scan = models.OneToOneField(Scan, models.CASCADE, related_name="live")
    counter = models.PositiveIntegerField(default=0)
    phase = models.CharField(max_length=20, default="")
    percent = models.FloatField(default=0.0)
    progress = models.JSONField(default=dict)  # contract.wire of the last Progress
    ended = models.JSONField(default=list)  # phases that ended
    updated_at = models.DateTimeField(default=clock.now)


class ScanEvent(models.Model):
    """An event as it was committed, progress left out: only its last is kept, in `ScanLive`."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="events", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    at = models.FloatField(default=0.0)
    body = models.TextField(default="")  # contract.wire of the event, evidence left out

    class Meta:
        """Numbered in the order committed."""

        constraints = (models.UniqueConstraint(fields=("scan", "number"), name="event_once"),)
        indexes = (models.Index(fields=("scan", "kind", "number"), name="event_kind"),)


class ScanPicture(models.Model):
    """What somebody would have seen at one step of a log-in, as PNG; `number` is that of the event."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="pictures", db_index=False)
    number = models.PositiveIntegerField()
    png = models.BinaryField()

    class Meta:
        """One per event."""

        constraints = (models.UniqueConstraint(fields=("scan", "number"), name="picture_once"),)


class ScanFilm(models.Model):
    """The film of a scan's log-in, WebM. Those of a target's older scans are let go."""

    scan = models.OneToOneField(Scan, models.CASCADE, related_name="film")
    webm = models.BinaryField()


class ResumeRow(models.Model):
    """A row of the resume state, sealed: it may hold what must not be guessed."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="resume_rows", db_index=False)
    room = models.CharField(max_length=10)
    key = models.CharField(max_length=200)
    sealed = models.BinaryField()

    class Meta:
        """One value per key."""

        constraints = (models.UniqueConstraint(fields=("scan", "room", "key"), name="resume_once"),)


class Endpoint(models.Model):
    """Something that answered during a scan, or why it was left alone. `key` hashes method and URL."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="endpoints", db_index=False)
    key = models.CharField(max_length=16)
    method = models.CharField(max_length=20)
    url = models.TextField()
    template = models.TextField(default="")
    status = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=40, default="")
    content_type = models.CharField(max_length=100, default="")
    depth = models.PositiveSmallIntegerField(default=0)
    duplicate_of = models.TextField(default="")
    skipped = models.CharField(max_length=300, default="")
    identity = models.CharField(max_length=64, default="")  # of contract.events.EndpointFound.key
    digest = models.CharField(max_length=64, default="")

    class Meta:
        """Once per scan."""

        constraints = (models.UniqueConstraint(fields=("scan", "key"), name="endpoint_once"),)


class TestedInput(models.Model):
    """Coverage of one insertion point: what each check did there."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="tested_inputs", db_index=False)
    point = models.CharField(max_length=64)
    method = models.CharField(max_length=20)
    url = models.TextField()
    kind = models.CharField(max_length=20)
    parameter = models.TextField(default="")
    outcomes = models.JSONField(default=dict)
    requests = models.PositiveIntegerField(default=0)
    dull = models.BooleanField(default=False)

    class Meta:
        """Once per scan."""

        constraints = (models.UniqueConstraint(fields=("scan", "point"), name="tested_once"),)
