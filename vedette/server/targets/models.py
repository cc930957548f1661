"""What is scanned: targets with their site settings and extra hosts, and the domains that show who owns them."""

from __future__ import annotations

import uuid

from django.db import models

from vedette.server.kernel import clock
from vedette.server.kernel.models import PublicIdField


class Domain(models.Model):
    """A host (with port when it is not the scheme's own) of an organisation, and whether it was shown to be theirs.

    `method` is one of `rules.OWNERSHIP_METHODS`; `existing_domain` means inherited from a verified parent domain.
    `basic_*` is what a look at the host logs in with.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="domains")
    hostname = models.CharField(max_length=256)
    token = models.UUIDField(default=uuid.uuid4)
    verified = models.BooleanField(default=False)
    method = models.CharField(max_length=20, default="")
    checked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, default="")
    basic_username = models.CharField(max_length=255, default="", blank=True)
    basic_password = models.BinaryField(default=bytes)  # sealed; empty for none
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Once per organisation."""

        constraints = (models.UniqueConstraint(fields=("organisation", "hostname"), name="domain_once"),)

    def __str__(self) -> str:
        return self.hostname


class Attestation(models.Model):
    """The word of whoever operates the instance that a name, with its ports and what lies below it, belongs to an
    organisation; None stands for each that has it. `method` is one of `rules.ATTESTED`, `author` and `reason` are who
    gave the word and why, `agreement` is the text that it rests on."""

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, null=True, related_name="+")
    hostname = models.CharField(max_length=256)
    method = models.CharField(max_length=20)
    author = models.CharField(max_length=255)
    reason = models.CharField(max_length=1000)
    agreement = models.TextField(default="")
    created_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=255, default="")
    withdrawn_reason = models.CharField(max_length=1000, default="")

    class Meta:
        """Asked for by name."""

        indexes = (models.Index(fields=("hostname", "withdrawn_at"), name="attestation_named"),)


class Connector(models.Model):
    """An account at a service that holds zones of names (`kind`: `aws`, `cloudflare`), and how asking it went last.

    `state` is empty before the first answer, `ok`, `refused` (the credentials are not taken) or `failed` (no usable
    answer). `refreshed_at` is when it last answered; what it shows counts for `rules.ZONE_DAYS` from then. `sealed` is
    JSON of its secrets by name.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="connectors", db_index=False)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=255, default="")
    enabled = models.BooleanField(default=True)
    sealed = models.BinaryField(default=bytes)
    state = models.CharField(max_length=7, default="")
    last_error = models.CharField(max_length=300, default="")
    can_list_zones = models.BooleanField(default=False)
    can_list_records = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        """One of each kind."""

        constraints = (models.UniqueConstraint(fields=("organisation", "kind"), name="connector_once"),)


class Zone(models.Model):
    """A zone of a connected account. `proven` says that the name is really served from there: anybody may set up a zone
    of any name. None means that nobody has looked yet."""

    connector = models.ForeignKey(Connector, models.CASCADE, related_name="zones", db_index=False)
    hostname = models.CharField(max_length=256)
    proven = models.BooleanField(null=True)

    class Meta:
        """Once per account."""

        constraints = (models.UniqueConstraint(fields=("connector", "hostname"), name="zone_once"),)

    def __str__(self) -> str:
        return self.hostname


class Target(models.Model):
    """A web application (`single`), an API (`api`) or a set of hosts (`host`), with the settings of its site.

    The open counts per severity and `risk` (None, 0, 10 to 40) are kept by `services.recount`; `last_scan` and
    `running_scan` by the scans room. Archived targets keep their history and are not listed; deleted ones
    are archived for good.
    """

    public_id = PublicIdField()
    site_id_public = models.CharField(max_length=12, default="")
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="targets", db_index=False)
    kind = models.CharField(max_length=6, default="single")
    name = models.CharField(max_length=255, default="")
    desc = models.TextField(default="")
    url = models.CharField(max_length=2048)
    host = models.CharField(max_length=256)
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, related_name="targets")
    profile = models.CharField(max_length=40, default="normal")  # id of a scan profile
    labels = models.ManyToManyField("server.Label", related_name="targets")
    teams = models.ManyToManyField("server.Team", related_name="targets")
    unlimited = models.BooleanField(default=True)
    report_type = models.CharField(max_length=20, default="default")
    report_fileformat = models.CharField(max_length=4, default="pdf")
    include_deduplicated_endpoints = models.BooleanField(default=False)
    fail_fast = models.BooleanField(default=True)
    film_logins = models.BooleanField(default=True)
    login_filmed_at = models.DateTimeField(null=True)  # kept by the scans room: when the newest film was stored
    whitelist = models.JSONField(default=list)  # extra start paths
    blacklist = models.JSONField(default=list)  # URLs never requested, `*` allowed
    allow_actions = models.JSONField(default=list)  # harmful actions the owner allows
    settings = models.JSONField(default=dict)  # further settings that differ from their defaults; secrets obfuscated
    max_rate = models.PositiveIntegerField(null=True)  # requests a second, lower than the platform's ceiling
    reach_warning = models.CharField(max_length=300, default="")
    stack = models.JSONField(default=list)  # technologies seen last: [{name, version, host}]
    lows = models.PositiveIntegerField(default=0)
    mediums = models.PositiveIntegerField(default=0)
    highs = models.PositiveIntegerField(default=0)
    criticals = models.PositiveIntegerField(default=0)
    risk = models.PositiveSmallIntegerField(null=True)
    next_finding = models.PositiveIntegerField(default=1)
    last_scan = models.ForeignKey("server.Scan", models.SET_NULL, null=True, related_name="+")
    running_scan = models.ForeignKey("server.Scan", models.SET_NULL, null=True, related_name="+")
    latest_scan_at = models.DateTimeField(null=True)
    authorized_by = models.CharField(max_length=255, default="")  # who ticked that they may scan it
    authorized_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)  # archived for good
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.CharField(max_length=255, default="")
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)

    class Meta:
        """Lists are ordered by name, risk, last scan or change."""

        indexes = (
            models.Index(fields=("organisation", "archived_at", "changed_at", "id"), name="target_changed"),
            models.Index(fields=("organisation", "archived_at", "name", "id"), name="target_name"),
            models.Index(fields=("organisation", "archived_at", "risk", "id"), name="target_risk"),
            models.Index(fields=("organisation", "archived_at", "latest_scan_at", "id"), name="target_latest"),
            models.Index(fields=("organisation", "url"), name="target_url"),
        )

    def __str__(self) -> str:
        return self.name or self.url


class RiskDay(models.Model):
    """That the risk of a target changed on a day (UTC): what it was before, None for never assessed, and at the end.
    Kept in the transaction that changes it."""

    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(Target, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    before = models.PositiveSmallIntegerField(null=True)
    after = models.PositiveSmallIntegerField()

    class Meta:
        """Once per target and day; read by days."""

        constraints = (models.UniqueConstraint(fields=("target", "day"), name="risk_day_once"),)
        indexes = (models.Index(fields=("organisation", "day", "target", "before", "after"), name="risk_day"),)


class BlackoutPeriod(models.Model):
    """When nothing is scanned: a daily window of a target, or of the whole organisation when `target` is empty. What
    the fields mean is told in `blackouts`."""

    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    target = models.OneToOneField(Target, models.CASCADE, null=True, related_name="blackout")
    begin = models.TimeField()
    cease = models.TimeField()
    weekdays = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    timezone = models.CharField(max_length=64, default="UTC")
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)

    class Meta:
        """One of each target, and one of the organisation."""

        constraints = (
            models.UniqueConstraint(
                fields=("organisation",), condition=models.Q(target=None), name="blackout_of_organisation"
            ),
        )
        indexes = (models.Index(fields=("organisation", "enabled"), name="blackout_enabled"),)


class ExtraHost(models.Model):
    """Another host that belongs to a target: requested too when included and verified."""

    public_id = PublicIdField()
    target = models.ForeignKey(Target, models.CASCADE, related_name="extra_hosts")
    host = models.CharField(max_length=256)
    name = models.CharField(max_length=255, default="")
    desc = models.TextField(default="")
    include = models.BooleanField(default=True)
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, related_name="extra_hosts")
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)

    class Meta:
        """Once per target."""

        constraints = (models.UniqueConstraint(fields=("target", "host"), name="extra_host_once"),)


class RequestSetting(models.Model):
    """A header or cookie sent with every request to a target or an extra host. Its value is sealed: it may well be a
    credential. `authentication` marks those that log in; their values read back obfuscated."""

    public_id = PublicIdField()
    target = models.ForeignKey(Target, models.CASCADE, related_name="request_settings")
    extra_host = models.ForeignKey(ExtraHost, models.CASCADE, null=True, related_name="request_settings")
    kind = models.CharField(max_length=6)  # header, cookie
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=255)
    sealed = models.BinaryField(default=bytes)
    authentication = models.BooleanField(default=False)
    authentication_secondary = models.BooleanField(default=False)  # logs in another user, B
    allow_testing = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False)

    class Meta:
        """In the order given."""

        ordering = ("kind", "position", "id")


class TargetSecret(models.Model):
    """A setting of a target that must not be shown, sealed. `name` is that of the setting; `Target.settings` holds what
    is shown in its place."""

    public_id = PublicIdField()
    target = models.ForeignKey(Target, models.CASCADE, related_name="secrets", db_index=False)
    name = models.CharField(max_length=40)
    sealed = models.BinaryField()

    class Meta:
        """Once per target."""

        constraints = (models.UniqueConstraint(fields=("target", "name"), name="target_secret_once"),)


class Credential(models.Model):
    """A secret under a name, to be used in several targets: where a secret is expected, `credentials://<public_id>`
    stands for its value. One with a team is for targets of that team. The value is sealed; a sensitive one is never
    shown."""

    public_id = PublicIdField()
    organisation = models.ForeignKey("server.Organisation", models.CASCADE, related_name="+", db_index=False)
    team = models.ForeignKey("server.Team", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=255)
    desc = models.TextField(default="")
    sensitive = models.BooleanField(default=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)

    class Meta:
        """Names are unique."""

        constraints = (models.UniqueConstraint(fields=("organisation", "name"), name="credential_once"),)

    def __str__(self) -> str:
        return self.name


class Sequence(models.Model):
    """Recorded steps: to a session (`login`), or to pages that are to be crawled (`navigation`). The steps are sealed,
    as they hold what was typed."""

    public_id = PublicIdField()
    target = models.ForeignKey(Target, models.CASCADE, related_name="sequences", db_index=False)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=10)  # login, navigation
    requires_login = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("server.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        """In the order in which they are replayed."""

        ordering = ("position", "id")
        indexes = (models.Index(fields=("target", "position", "id"), name="sequence_target"),)

    def __str__(self) -> str:
        return self.name


class LogoutDetector(models.Model):
    """A sign that nobody is logged in any more; `kind` is one of `contract.job.DETECTOR_KINDS`."""

    public_id = PublicIdField()
    target = models.ForeignKey(Target, models.CASCADE, related_name="logout_detectors")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=2048)


class ReducedScope(models.Model):
    """An address to which scans of a part of the target are narrowed, with what lies below it."""

    public_id = PublicIdField()
    target = models.ForeignKey(Target, models.CASCADE, related_name="reduced_scopes", db_index=False)
    url = models.CharField(max_length=2048)
    enabled = models.BooleanField(default=True)

    class Meta:
        """In the order added."""

        indexes = (models.Index(fields=("target", "id"), name="reduced_scope_target"),)


class ApiDescription(models.Model):
    """The description of an API as somebody handed it in; sealed, as examples in it may be credentials."""

    public_id = PublicIdField()
    target = models.OneToOneField(Target, models.CASCADE, related_name="description")
    name = models.CharField(max_length=255)  # of the file
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sealed = models.BinaryField()
    changed_at = models.DateTimeField(default=clock.now)

    @property
    def suffix(self) -> str:
        """How the name of a file of its kind ends, without the dot."""
        return "json" if self.media_type.endswith("json") else "yaml"
