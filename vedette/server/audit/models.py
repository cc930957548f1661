"""The domain log: who did what to which object, with what stood there before and after, chained by digest."""

from __future__ import annotations

from django.db import models

from vedette.server.kernel import clock


class DomainEvent(models.Model):
    """One fact. `object_id` and `target_id` are public ids. The payload (before, after, data) is chained by its digest,
    so that its content can be erased and the chain still holds; the sealer fills `seq`, `previous` and `digest`."""

    organisation = models.ForeignKey("server.Organisation", models.CASCADE, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=8, default="system")  # person, key, system
    actor_id = models.CharField(max_length=12, default="")
    actor_name = models.CharField(max_length=255, default="")
    address = models.CharField(max_length=45, default="")
    object_kind = models.CharField(max_length=40, default="")
    object_id = models.CharField(max_length=40, default="")
    object_name = models.CharField(max_length=255, default="")
    target_id = models.CharField(max_length=12, default="")
    payload = models.JSONField(default=dict)
    payload_digest = models.CharField(max_length=64, default="")
    erased = models.BooleanField(default=False)
    seq = models.BigIntegerField(null=True)
    previous = models.CharField(max_length=64, default="")
    digest = models.CharField(max_length=64, default="")

    class Meta:
        """Read newest first, per organisation, object or target."""

        constraints = (models.UniqueConstraint(fields=("organisation", "seq"), name="audit_chain"),)
        indexes = (
            models.Index(fields=("organisation", "id"), name="audit_newest"),
            models.Index(fields=("organisation", "object_kind", "object_id", "id"), name="audit_object"),
            models.Index(fields=("organisation", "target_id", "id"), name="audit_target"),
            models.Index(fields=("seq", "id"), condition=models.Q(seq=None), name="audit_unsealed"),
        )


class ChainHead(models.Model):
    """The end of an organisation's chain: a deleted tail shows. `mark` is the keyed digest of what stands here;
    `key_id` tells with which key the chain was made."""

    organisation = models.OneToOneField("server.Organisation", models.CASCADE, null=True, related_name="+")
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    mark = models.CharField(max_length=64, default="")
    key_id = models.CharField(max_length=16, default="")
    sealed_at = models.DateTimeField(default=clock.now)
