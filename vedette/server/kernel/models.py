"""What the kernel keeps: queued jobs, rate counters, values of the instance as a whole."""

from __future__ import annotations

from typing import Any

from django.db import models

from vedette.server.kernel import clock
from vedette.server.kernel.ids import new_id


class PublicIdField(models.CharField):  # type: ignore[type-arg]
    """Twelve Base58 characters, random, unique: the only id that leaves the platform."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": 12, "unique": True, "default": new_id, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Without what this field always sets."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "unique", "default", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs


class QueuedJob(models.Model):
    """A job for `vedette.server.jobs`: written in the transaction that asks for it, so it exists exactly if that
    committed. `key` makes a waiting job of the same name unique."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=120, default="")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default="ready")  # ready, running, done, failed
    run_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=80, default="")
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(default="")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """One waiting job per name and key."""

        constraints = (
            models.UniqueConstraint(
                fields=("name", "key"), condition=models.Q(state="ready") & ~models.Q(key=""), name="queued_once"
            ),
        )
        indexes = (models.Index(fields=("state", "run_at", "id"), name="queued_due"),)


class RateWindow(models.Model):
    """How often a key was used in a window of time; `window_start` is seconds since the epoch."""

    key = models.CharField(max_length=200)
    window_start = models.BigIntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        """One counter per key and window."""

        constraints = (models.UniqueConstraint(fields=("key", "window_start"), name="rate_window"),)


class InstanceValue(models.Model):
    """A value of the instance as a whole: the set-up link's hash, the last tick."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)
