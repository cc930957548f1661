"""Runs: jobs for workers, each a chain of leased slices; and the workers themselves."""

from __future__ import annotations

from django.db import models

from vedette.server.kernel import clock
from vedette.server.kernel.models import PublicIdField


class Run(models.Model):
    """One job in a pool, and its lease. Kept narrow: heartbeats write it every few seconds.

    States: `waiting` (may be claimed), `claimed`, `held` (paused or blacked out), `done`. `epoch` rises with each
    claim; `last_batch` counts within it; `fruitless` epochs in a row ended without a committed batch. `ticket` is what
    a queue's message carries. Endings are those of `contract.claim.Master.release`, and `lost` for a lease that ran
    out thrice.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, default="scan")
    pool = models.CharField(max_length=60, default="default")
    priority = models.SmallIntegerField(default=10)  # lower goes first; 0 for short jobs
    state = models.CharField(max_length=8, default="waiting")
    waiting_since = models.DateTimeField(default=clock.now)
    epoch = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=80, default="")
    lease_until = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    last_batch = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)  # numbers given so far
    fruitless = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)  # in a row, without a phase coming to its end
    control = models.CharField(max_length=8, default="")
    code = models.BinaryField(default=bytes)  # a one-time code for the log-in, sealed, until it is passed on
    ticket = models.CharField(max_length=12, default="")
    ticket_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, default="")
    detail = models.TextField(default="")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Claimed by pool, priority and waiting time; swept by lease."""

        indexes = (
            models.Index(fields=("pool", "state", "priority", "waiting_since", "id"), name="run_claim"),
            models.Index(fields=("state", "lease_until"), name="run_lease"),
            models.Index(fields=("organisation", "state"), name="run_organisation"),
        )


class RunOrder(models.Model):
    """What a short job (reach, own, replay) is to do, and the events it gave. Scans build their job when claimed."""

    run = models.OneToOneField(Run, models.CASCADE, related_name="order")
    job = models.TextField(default="")  # contract.wire of a Job
    secrets = models.BinaryField(default=bytes)  # a sealed JSON map
    events = models.TextField(default="")  # JSON list of events
    subject = models.CharField(max_length=40, default="")  # what it is about: `target:ID`, `domain:ID`, `finding:ID`
    asked_by = models.CharField(max_length=255, default="")


class WorkerNode(models.Model):
    """A worker process that was heard of."""

    name = models.CharField(max_length=80, unique=True)
    pools = models.JSONField(default=list)
    slots = models.PositiveSmallIntegerField(default=1)
    version = models.CharField(max_length=40, default="")
    started_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
