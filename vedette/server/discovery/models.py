"""Domains that are discovered, runs with their resume state, the names and assets they found, settings and sources."""

from __future__ import annotations

from django.db import models

from vedette.server.kernel import clock
from vedette.server.kernel.models import PublicIdField


class DomainDiscovery(models.Model):
    """Whether the platform looks for what lies below a domain by itself, and when it does next."""

    domain = models.OneToOneField("server.Domain", models.CASCADE, related_name="discovery")
    enabled = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        """The tick asks for what is due."""

        indexes = (models.Index(fields=("enabled", "next_at"), name="discovery_due"),)


class DiscoverySettings(models.Model):
    """How an organisation keeps its assets: those not seen for `archive_after` days are archived, if it wants that."""

    organisation = models.OneToOneField("server.Organisation", models.CASCADE, related_name="discovery_settings")
    archive_enabled = models.BooleanField(default=True)
    archive_after = models.PositiveSmallIntegerField(default=30)  # days
    screenshots = models.BooleanField(default=True)


class DiscoverySource(models.Model):
    """A provider of names that an organisation asks: `source` is the engine's id of it. Its key lies sealed."""

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="discovery_sources")
    source = models.CharField(max_length=60)
    enabled = models.BooleanField(default=True)
    url = models.CharField(max_length=2048, default="")  # in place of its usual address
    sealed = models.BinaryField(default=bytes)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Once per organisation."""

        constraints = (models.UniqueConstraint(fields=("organisation", "source"), name="discovery_source_once"),)


class DiscoveryRun(models.Model):
    """One look at what lies below a domain. `type` is `regular` (asked for) or `scheduled`; `status` one of
    `rules.STATUSES`. `domain_then` is what was known of the domain when it began."""

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="discovery_runs")
    domain = models.ForeignKey("server.Domain", models.SET_NULL, null=True, related_name="discovery_runs")
    run = models.OneToOneField("server.Run", models.PROTECT, related_name="discovery_run")
    type = models.CharField(max_length=9, default="regular")
    status = models.CharField(max_length=11, default="queued")
    domain_then = models.JSONField(default=dict)
    active = models.BooleanField(default=False)  # whether names and ports were tried, beyond what others tell
    seed = models.BigIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    created_by_name = models.CharField(max_length=255, default="")
    phase = models.CharField(max_length=20, default="")
    percent = models.FloatField(default=0.0)
    counter = models.PositiveIntegerField(default=0)  # rises with each change that can be seen: viewers' ETag
    names_count = models.PositiveIntegerField(default=0)
    assets_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    requests = models.PositiveBigIntegerField(default=0)
    sources = models.JSONField(default=dict)  # id -> {names, reason}
    verdict = models.CharField(max_length=10, default="")
    reasons = models.JSONField(default=list)
    failure = models.CharField(max_length=300, default="")

    class Meta:
        """A domain has one that is under way."""

        constraints = (
            models.UniqueConstraint(
                fields=("domain",),
                condition=models.Q(status__in=("queued", "pending", "in_progress", "canceling")),
                name="one_active_discovery",
            ),
        )
        indexes = (
            models.Index(fields=("organisation", "created_at", "id"), name="discovery_created"),
            models.Index(fields=("organisation", "status", "completed_at"), name="discovery_status"),
        )


class DiscoveryRow(models.Model):
    """A row of a run's resume state, sealed."""

    discovery = models.ForeignKey(DiscoveryRun, models.CASCADE, related_name="resume_rows", db_index=False)
    room = models.CharField(max_length=10)
    key = models.CharField(max_length=200)
    sealed = models.BinaryField()

    class Meta:
        """One value per key."""

        constraints = (models.UniqueConstraint(fields=("discovery", "room", "key"), name="discovery_row_once"),)


class DiscoveredName(models.Model):
    """A name below a domain, with or without anything that answers there. Lists are as `contract.events.NameFound` has
    them."""

    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    domain = models.ForeignKey("server.Domain", models.CASCADE, related_name="discovered_names", db_index=False)
    name = models.CharField(max_length=256)
    sources = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    aliases = models.JSONField(default=list)
    refused = models.CharField(max_length=300, default="")
    wildcard = models.BooleanField(default=False)
    first_seen = models.DateTimeField(default=clock.now)
    last_seen = models.DateTimeField(default=clock.now)

    class Meta:
        """Once per domain, listed by name."""

        constraints = (models.UniqueConstraint(fields=("domain", "name"), name="discovered_name_once"),)
        indexes = (models.Index(fields=("organisation", "name", "id"), name="discovered_name"),)


class DiscoveryAsset(models.Model):
    """A web service that was found; `url` is its origin with a path of `/`, and tells it from all others.

    `state` is one of `rules.STATES`; `archived_by_clock` says that nobody decided so. What runs saw and what people
    decided are columns apart: a run writes none of state, owners, labels and comment. `risk_told` and `scan_told` are
    what the history says of the target already.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    domain = models.ForeignKey("server.Domain", models.SET_NULL, null=True, related_name="discovery_assets")
    url = models.CharField(max_length=300)
    host = models.CharField(max_length=256)
    name = models.CharField(max_length=256, default="")
    type = models.CharField(max_length=3, default="web")  # web, api
    state = models.CharField(max_length=8, default="NEW")
    archived_by_clock = models.BooleanField(default=False)
    first_seen = models.DateTimeField(default=clock.now)
    last_seen = models.DateTimeField(default=clock.now)
    last_run = models.ForeignKey(DiscoveryRun, models.SET_NULL, null=True, related_name="assets")
    title = models.CharField(max_length=300, default="")
    status = models.PositiveSmallIntegerField(default=0)
    server = models.CharField(max_length=200, default="")
    content_type = models.CharField(max_length=100, default="")
    redirect_to = models.CharField(max_length=2048, default="")
    redirect_origin = models.CharField(max_length=300, default="")  # of that, as in `url`
    score = models.CharField(max_length=2, default="")
    sources = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    aliases = models.JSONField(default=list)
    technologies = models.JSONField(default=list)  # [{name, version}]
    certificate = models.JSONField(default=dict)  # contract.discovery.CertificateFacts
    headers = models.JSONField(default=dict)  # contract.discovery.SecurityHeaders, the score left out
    has_picture = models.BooleanField(default=False)
    has_description = models.BooleanField(default=False)
    target = models.ForeignKey("server.Target", models.SET_NULL, null=True, related_name="discovery_assets")
    comment = models.TextField(default="")
    owners = models.ManyToManyField("server.User", related_name="discovery_assets")
    labels = models.ManyToManyField("server.Label", related_name="discovery_assets")
    risk_told = models.PositiveSmallIntegerField(null=True)
    scan_told = models.CharField(max_length=12, default="")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Once per organisation; listed by when they were seen, by name and by score."""

        constraints = (models.UniqueConstraint(fields=("organisation", "url"), name="discovery_asset_once"),)
        indexes = (
            models.Index(fields=("organisation", "state", "last_seen", "id"), name="discovery_asset_seen"),
            models.Index(fields=("organisation", "first_seen", "id"), name="discovery_asset_first"),
            models.Index(fields=("organisation", "name", "id"), name="discovery_asset_name"),
            models.Index(fields=("organisation", "redirect_origin"), name="discovery_asset_redirect"),
        )

    def __str__(self) -> str:
        return self.url


class AssetPicture(models.Model):
    """What a browser showed of an asset."""

    asset = models.OneToOneField(DiscoveryAsset, models.CASCADE, related_name="picture")
    media_type = models.CharField(max_length=40)
    content = models.BinaryField()
    taken_at = models.DateTimeField(default=clock.now)


class AssetDescription(models.Model):
    """The description of an API as it was found at an asset; `kind` is one of `contract.job.DESCRIPTION_KINDS`."""

    asset = models.OneToOneField(DiscoveryAsset, models.CASCADE, related_name="description")
    kind = models.CharField(max_length=20)
    url = models.CharField(max_length=2048)
    text = models.TextField()
    operations = models.PositiveIntegerField(default=0)
    found_at = models.DateTimeField(default=clock.now)


class AssetLog(models.Model):
    """A line of an asset's history; `kind` is one of `rules.LOG_KINDS`. `actor_name` is empty for what a run saw."""

    asset = models.ForeignKey(DiscoveryAsset, models.CASCADE, related_name="logs", db_index=False)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=10)
    text = models.TextField(default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    user = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=255, default="")
    discovery = models.ForeignKey(DiscoveryRun, models.SET_NULL, null=True, related_name="+")
    scan = models.ForeignKey("server.Scan", models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Newest first, of one asset."""

        indexes = (models.Index(fields=("asset", "at", "id"), name="asset_log"),)
