"""The schema of the first version."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import vedette.server.kernel.clock
import vedette.server.kernel.models
from vedette.server.findings import search
from vedette.server.kernel.first_schema import FirstSchema


def _install_search(apps, schema_editor):  # type: ignore[no-untyped-def]
    search.install(schema_editor)


def _remove_search(apps, schema_editor):  # type: ignore[no-untyped-def]
    search.remove(schema_editor)


class Migration(FirstSchema):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("name", models.CharField(max_length=255)),
                ("suspended", models.BooleanField(default=False)),
                ("paused", models.BooleanField(default=False)),
                ("data_key", models.BinaryField(default=bytes)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("require_expiration_date", models.BooleanField(default=False)),
                ("maximum_acceptance_period", models.PositiveIntegerField(null=True)),
                ("require_approver_name", models.BooleanField(default=False)),
                ("require_approval_date", models.BooleanField(default=False)),
                ("self_findings_review_enabled", models.BooleanField(default=False)),
                ("max_api_key_days", models.PositiveIntegerField(default=90)),
                ("limit_api_key_days", models.BooleanField(default=True)),
                ("disable_keys_on_user_disabled", models.BooleanField(default=True)),
                ("require_second_factor", models.BooleanField(default=False)),
                (
                    "partner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependents",
                        to="server.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Domain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("hostname", models.CharField(max_length=256)),
                ("token", models.UUIDField(default=uuid.uuid4)),
                ("verified", models.BooleanField(default=False)),
                ("method", models.CharField(default="", max_length=20)),
                ("checked_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(default="", max_length=300)),
                ("basic_username", models.CharField(blank=True, default="", max_length=255)),
                ("basic_password", models.BinaryField(default=bytes)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="domains", to="server.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "hostname"), name="domain_once")],
            },
        ),
        migrations.CreateModel(
            name="EvidenceBlob",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("data", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="InstanceValue",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("value", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="WorkerNode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("pools", models.JSONField(default=list)),
                ("slots", models.PositiveSmallIntegerField(default=1)),
                ("version", models.CharField(default="", max_length=40)),
                ("started_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("seen_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("username", models.CharField(max_length=150, null=True, unique=True)),
                ("name", models.CharField(default="", max_length=60)),
                ("title", models.CharField(blank=True, default="", max_length=12)),
                ("is_active", models.BooleanField(default=True)),
                ("is_operator", models.BooleanField(default=False)),
                ("timezone", models.CharField(default="UTC", max_length=64)),
                ("theme", models.CharField(default="", max_length=5)),
                ("locked_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "current_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("email"), name="user_email_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("kind", models.CharField(default="scan", max_length=12)),
                ("pool", models.CharField(default="default", max_length=60)),
                ("priority", models.SmallIntegerField(default=10)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("waiting_since", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("epoch", models.PositiveIntegerField(default=0)),
                ("worker", models.CharField(default="", max_length=80)),
                ("lease_until", models.DateTimeField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("last_batch", models.PositiveIntegerField(default=0)),
                ("events", models.PositiveIntegerField(default=0)),
                ("fruitless", models.PositiveSmallIntegerField(default=0)),
                ("crashes", models.PositiveSmallIntegerField(default=0)),
                ("control", models.CharField(default="", max_length=8)),
                ("code", models.BinaryField(default=bytes)),
                ("ticket", models.CharField(default="", max_length=12)),
                ("ticket_at", models.DateTimeField(null=True)),
                ("ending", models.CharField(default="", max_length=10)),
                ("detail", models.TextField(default="")),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["pool", "state", "priority", "waiting_since", "id"], name="run_claim"),
                    models.Index(fields=["state", "lease_until"], name="run_lease"),
                    models.Index(fields=["organisation", "state"], name="run_organisation"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiscoveryRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("type", models.CharField(default="regular", max_length=9)),
                ("status", models.CharField(default="queued", max_length=11)),
                ("domain_then", models.JSONField(default=dict)),
                ("active", models.BooleanField(default=False)),
                ("seed", models.BigIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
                ("created_by_name", models.CharField(default="", max_length=255)),
                ("phase", models.CharField(default="", max_length=20)),
                ("percent", models.FloatField(default=0.0)),
                ("counter", models.PositiveIntegerField(default=0)),
                ("names_count", models.PositiveIntegerField(default=0)),
                ("assets_count", models.PositiveIntegerField(default=0)),
                ("new_count", models.PositiveIntegerField(default=0)),
                ("requests", models.PositiveBigIntegerField(default=0)),
                ("sources", models.JSONField(default=dict)),
                ("verdict", models.CharField(default="", max_length=10)),
                ("reasons", models.JSONField(default=list)),
                ("failure", models.CharField(default="", max_length=300)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "domain",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="discovery_runs",
                        to="server.domain",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="discovery_runs",
                        to="server.organisation",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="discovery_run", to="server.run"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "created_at", "id"], name="discovery_created"),
                    models.Index(fields=["organisation", "status", "completed_at"], name="discovery_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("queued", "pending", "in_progress", "canceling"))),
                        fields=("domain",),
                        name="one_active_discovery",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("kind", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=255)),
                ("color", models.CharField(default="", max_length=40)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="labels", to="server.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        models.F("kind"),
                        django.db.models.functions.text.Lower("name"),
                        name="label_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("kind", models.CharField(default="scan", max_length=6)),
                ("status", models.CharField(default="queued", max_length=22)),
                ("profile", models.CharField(max_length=40)),
                ("profile_options", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("seed", models.BigIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("created_by_key", models.JSONField(null=True)),
                ("created_by_name", models.CharField(default="", max_length=255)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                ("user_data", models.TextField(null=True)),
                ("unlimited", models.BooleanField(default=True)),
                ("scheduled", models.BooleanField(default=False)),
                ("incremental", models.BooleanField(default=False)),
                ("reduced_scope", models.BooleanField(default=False)),
                ("crawl_sequences_only", models.BooleanField(default=False)),
                ("ignore_blackout_period", models.BooleanField(default=False)),
                ("blackout_since", models.DateTimeField(null=True)),
                ("lows", models.PositiveIntegerField(default=0)),
                ("mediums", models.PositiveIntegerField(default=0)),
                ("highs", models.PositiveIntegerField(default=0)),
                ("criticals", models.PositiveIntegerField(default=0)),
                ("verdict", models.CharField(default="", max_length=10)),
                ("reasons", models.JSONField(default=list)),
                ("warnings", models.JSONField(default=list)),
                ("stack", models.JSONField(default=list)),
                ("coverage", models.JSONField(default=dict)),
                ("requests", models.PositiveBigIntegerField(default=0)),
                ("duration", models.FloatField(default=0.0)),
                ("new_count", models.PositiveIntegerField(default=0)),
                ("fixed_count", models.PositiveIntegerField(default=0)),
                ("reopened_count", models.PositiveIntegerField(default=0)),
                ("failure", models.CharField(default="", max_length=300)),
                ("filmed", models.BooleanField(default=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scans",
                        to="server.organisation",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scan", to="server.run"
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("name", models.CharField(max_length=255)),
                ("quota", models.PositiveIntegerField(null=True)),
                ("reserve", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="teams", to="server.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), django.db.models.functions.text.Lower("name"), name="team_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("site_id_public", models.CharField(default="", max_length=12)),
                ("kind", models.CharField(default="single", max_length=6)),
                ("name", models.CharField(default="", max_length=255)),
                ("desc", models.TextField(default="")),
                ("url", models.CharField(max_length=2048)),
                ("host", models.CharField(max_length=256)),
                ("profile", models.CharField(default="normal", max_length=40)),
                ("unlimited", models.BooleanField(default=True)),
                ("report_type", models.CharField(default="default", max_length=20)),
                ("report_fileformat", models.CharField(default="pdf", max_length=4)),
                ("include_deduplicated_endpoints", models.BooleanField(default=False)),
                ("fail_fast", models.BooleanField(default=True)),
                ("film_logins", models.BooleanField(default=True)),
                ("login_filmed_at", models.DateTimeField(null=True)),
                ("whitelist", models.JSONField(default=list)),
                ("blacklist", models.JSONField(default=list)),
                ("allow_actions", models.JSONField(default=list)),
                ("settings", models.JSONField(default=dict)),
                ("max_rate", models.PositiveIntegerField(null=True)),
                ("reach_warning", models.CharField(default="", max_length=300)),
                ("stack", models.JSONField(default=list)),
                ("lows", models.PositiveIntegerField(default=0)),
                ("mediums", models.PositiveIntegerField(default=0)),
                ("highs", models.PositiveIntegerField(default=0)),
                ("criticals", models.PositiveIntegerField(default=0)),
                ("risk", models.PositiveSmallIntegerField(null=True)),
                ("next_finding", models.PositiveIntegerField(default=1)),
                ("latest_scan_at", models.DateTimeField(null=True)),
                ("authorized_by", models.CharField(default="", max_length=255)),
                ("authorized_at", models.DateTimeField(null=True)),
                ("archived_at", models.DateTimeField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("created_by", models.CharField(default="", max_length=255)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "domain",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="server.domain",
                    ),
                ),
                ("labels", models.ManyToManyField(related_name="targets", to="server.label")),
                (
                    "last_scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="server.scan"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="server.organisation",
                    ),
                ),
                (
                    "running_scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="server.scan"
                    ),
                ),
                ("teams", models.ManyToManyField(related_name="targets", to="server.team")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "archived_at", "changed_at", "id"], name="target_changed"),
                    models.Index(fields=["organisation", "archived_at", "name", "id"], name="target_name"),
                    models.Index(fields=["organisation", "archived_at", "risk", "id"], name="target_risk"),
                    models.Index(fields=["organisation", "archived_at", "latest_scan_at", "id"], name="target_latest"),
                    models.Index(fields=["organisation", "url"], name="target_url"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiscoveryAsset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("url", models.CharField(max_length=300)),
                ("host", models.CharField(max_length=256)),
                ("name", models.CharField(default="", max_length=256)),
                ("type", models.CharField(default="web", max_length=3)),
                ("state", models.CharField(default="NEW", max_length=8)),
                ("archived_by_clock", models.BooleanField(default=False)),
                ("first_seen", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("last_seen", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("title", models.CharField(default="", max_length=300)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("server", models.CharField(default="", max_length=200)),
                ("content_type", models.CharField(default="", max_length=100)),
                ("redirect_to", models.CharField(default="", max_length=2048)),
                ("redirect_origin", models.CharField(default="", max_length=300)),
                ("score", models.CharField(default="", max_length=2)),
                ("sources", models.JSONField(default=list)),
                ("addresses", models.JSONField(default=list)),
                ("aliases", models.JSONField(default=list)),
                ("technologies", models.JSONField(default=list)),
                ("certificate", models.JSONField(default=dict)),
                ("headers", models.JSONField(default=dict)),
                ("has_picture", models.BooleanField(default=False)),
                ("has_description", models.BooleanField(default=False)),
                ("comment", models.TextField(default="")),
                ("risk_told", models.PositiveSmallIntegerField(null=True)),
                ("scan_told", models.CharField(default="", max_length=12)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("owners", models.ManyToManyField(related_name="discovery_assets", to=settings.AUTH_USER_MODEL)),
                (
                    "last_run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="assets",
                        to="server.discoveryrun",
                    ),
                ),
                (
                    "domain",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="discovery_assets",
                        to="server.domain",
                    ),
                ),
                ("labels", models.ManyToManyField(related_name="discovery_assets", to="server.label")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="discovery_assets",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "state", "last_seen", "id"], name="discovery_asset_seen"),
                    models.Index(fields=["organisation", "first_seen", "id"], name="discovery_asset_first"),
                    models.Index(fields=["organisation", "name", "id"], name="discovery_asset_name"),
                    models.Index(fields=["organisation", "redirect_origin"], name="discovery_asset_redirect"),
                ],
                "constraints": [models.UniqueConstraint(fields=("organisation", "url"), name="discovery_asset_once")],
            },
        ),
        migrations.CreateModel(
            name="AssetPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("media_type", models.CharField(max_length=40)),
                ("content", models.BinaryField()),
                ("taken_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "asset",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="picture", to="server.discoveryasset"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AssetDescription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("url", models.CharField(max_length=2048)),
                ("text", models.TextField()),
                ("operations", models.PositiveIntegerField(default=0)),
                ("found_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "asset",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="description",
                        to="server.discoveryasset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExtraHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("host", models.CharField(max_length=256)),
                ("name", models.CharField(default="", max_length=255)),
                ("desc", models.TextField(default="")),
                ("include", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "domain",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extra_hosts",
                        to="server.domain",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extra_hosts", to="server.target"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("target", "host"), name="extra_host_once")],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("number", models.PositiveIntegerField()),
                ("identity", models.CharField(max_length=16)),
                ("identity_version", models.PositiveSmallIntegerField(default=1)),
                ("identity_parts", models.JSONField(default=list)),
                ("check_id", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=255)),
                ("severity", models.PositiveSmallIntegerField()),
                ("severity_seen", models.PositiveSmallIntegerField()),
                ("proof", models.CharField(default="firm", max_length=10)),
                ("shown", models.BooleanField(default=True)),
                ("state", models.CharField(default="notfixed", max_length=8)),
                ("observed", models.CharField(default="notfixed", max_length=8)),
                ("reachable", models.BooleanField(default=True)),
                ("url", models.TextField()),
                ("sink_url", models.TextField(default="")),
                ("method", models.CharField(default="GET", max_length=20)),
                ("path", models.TextField(default="")),
                ("kind", models.CharField(default="", max_length=20)),
                ("parameter", models.CharField(default="", max_length=1024)),
                ("value", models.TextField(default="")),
                ("detail", models.TextField(default="")),
                ("cvss31", models.CharField(default="", max_length=120)),
                ("cvss40", models.CharField(default="", max_length=160)),
                ("cvss_score", models.FloatField(default=0.0)),
                ("cwe", models.JSONField(default=list)),
                ("technologies", models.JSONField(default=list)),
                ("occurrences", models.JSONField(default=list)),
                ("occurrence_count", models.PositiveIntegerField(default=1)),
                ("request", models.JSONField(null=True)),
                ("first_seen_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("last_found_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("fixed_at", models.DateTimeField(null=True)),
                ("reopened_at", models.DateTimeField(null=True)),
                ("new", models.BooleanField(default=True)),
                ("retesting", models.BooleanField(default=False)),
                ("comment", models.TextField(default="")),
                ("review_status", models.CharField(default="notrequired", max_length=11)),
                ("review_reason", models.TextField(default="")),
                ("change_reason", models.TextField(default="")),
                ("expiration_date", models.DateField(null=True)),
                ("approver_name", models.CharField(default="", max_length=255)),
                ("approval_date", models.DateField(null=True)),
                ("search_text", models.TextField(default="")),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("labels", models.ManyToManyField(related_name="findings", to="server.label")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="server.organisation",
                    ),
                ),
                (
                    "first_scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="server.scan"
                    ),
                ),
                (
                    "last_scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="server.scan"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "shown", "last_found_at", "id", "severity", "state", "target"],
                        name="finding_last",
                    ),
                    models.Index(
                        fields=["organisation", "shown", "severity", "last_found_at", "id", "state", "target"],
                        name="finding_worst",
                    ),
                    models.Index(
                        fields=["organisation", "shown", "state", "last_found_at", "id", "severity", "target"],
                        name="finding_state",
                    ),
                    models.Index(
                        fields=[
                            "organisation",
                            "shown",
                            "state",
                            "severity",
                            "last_found_at",
                            "id",
                            "target",
                            "new",
                            "assignee",
                            "proof",
                            "review_status",
                            "reachable",
                            "retesting",
                        ],
                        name="finding_open",
                    ),
                    models.Index(
                        fields=["organisation", "shown", "new", "last_found_at", "id", "state", "severity", "target"],
                        name="finding_new",
                    ),
                    models.Index(
                        fields=["organisation", "shown", "changed_at", "id", "state", "severity", "target"],
                        name="finding_changed",
                    ),
                    models.Index(
                        fields=["target", "shown", "state", "severity", "last_found_at", "id"], name="finding_target"
                    ),
                    models.Index(
                        fields=["target", "shown", "last_found_at", "id", "state", "severity"],
                        name="finding_target_last",
                    ),
                    models.Index(
                        fields=[
                            "organisation",
                            "assignee",
                            "shown",
                            "state",
                            "severity",
                            "last_found_at",
                            "id",
                            "target",
                        ],
                        name="finding_assignee",
                    ),
                    models.Index(
                        fields=[
                            "organisation",
                            "check_id",
                            "shown",
                            "state",
                            "severity",
                            "last_found_at",
                            "id",
                            "target",
                        ],
                        name="finding_check",
                    ),
                    models.Index(
                        condition=models.Q(("state", "fixed")),
                        fields=[
                            "organisation",
                            "shown",
                            "state",
                            "severity",
                            "fixed_at",
                            "first_seen_at",
                            "target",
                            "check_id",
                        ],
                        name="finding_fixed",
                    ),
                    models.Index(
                        condition=models.Q(("retesting", True)), fields=["organisation"], name="finding_retesting"
                    ),
                    models.Index(
                        condition=models.Q(("state", "accepted")),
                        fields=["expiration_date", "organisation", "shown", "state", "target"],
                        name="finding_expiring",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("target", "identity"), name="finding_once"),
                    models.UniqueConstraint(fields=("target", "number"), name="finding_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DomainEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("kind", models.CharField(max_length=60)),
                ("actor_kind", models.CharField(default="system", max_length=8)),
                ("actor_id", models.CharField(default="", max_length=12)),
                ("actor_name", models.CharField(default="", max_length=255)),
                ("address", models.CharField(default="", max_length=45)),
                ("object_kind", models.CharField(default="", max_length=40)),
                ("object_id", models.CharField(default="", max_length=40)),
                ("object_name", models.CharField(default="", max_length=255)),
                ("target_id", models.CharField(default="", max_length=12)),
                ("payload", models.JSONField(default=dict)),
                ("payload_digest", models.CharField(default="", max_length=64)),
                ("erased", models.BooleanField(default=False)),
                ("seq", models.BigIntegerField(null=True)),
                ("previous", models.CharField(default="", max_length=64)),
                ("digest", models.CharField(default="", max_length=64)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "id"], name="audit_newest"),
                    models.Index(fields=["organisation", "object_kind", "object_id", "id"], name="audit_object"),
                    models.Index(fields=["organisation", "target_id", "id"], name="audit_target"),
                    models.Index(condition=models.Q(("seq", None)), fields=["seq", "id"], name="audit_unsealed"),
                ],
                "constraints": [models.UniqueConstraint(fields=("organisation", "seq"), name="audit_chain")],
            },
        ),
        migrations.CreateModel(
            name="DiscoverySource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("source", models.CharField(max_length=60)),
                ("enabled", models.BooleanField(default=True)),
                ("url", models.CharField(default="", max_length=2048)),
                ("sealed", models.BinaryField(default=bytes)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="discovery_sources",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "source"), name="discovery_source_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DiscoverySettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("archive_enabled", models.BooleanField(default=True)),
                ("archive_after", models.PositiveSmallIntegerField(default=30)),
                ("screenshots", models.BooleanField(default=True)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="discovery_settings",
                        to="server.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DiscoveredName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=256)),
                ("sources", models.JSONField(default=list)),
                ("addresses", models.JSONField(default=list)),
                ("aliases", models.JSONField(default=list)),
                ("refused", models.CharField(default="", max_length=300)),
                ("wildcard", models.BooleanField(default=False)),
                ("first_seen", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("last_seen", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "domain",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="discovered_names",
                        to="server.domain",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "name", "id"], name="discovered_name")],
                "constraints": [models.UniqueConstraint(fields=("domain", "name"), name="discovered_name_once")],
            },
        ),
        migrations.CreateModel(
            name="Connector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(default="", max_length=255)),
                ("enabled", models.BooleanField(default=True)),
                ("sealed", models.BinaryField(default=bytes)),
                ("state", models.CharField(default="", max_length=7)),
                ("last_error", models.CharField(default="", max_length=300)),
                ("can_list_zones", models.BooleanField(default=False)),
                ("can_list_records", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField(null=True)),
                ("refreshed_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="connectors",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "kind"), name="connector_once")],
            },
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField(default=0)),
                ("digest", models.CharField(default="", max_length=64)),
                ("mark", models.CharField(default="", max_length=64)),
                ("key_id", models.CharField(default="", max_length=16)),
                ("sealed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "organisation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attestation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("hostname", models.CharField(max_length=256)),
                ("method", models.CharField(max_length=20)),
                ("author", models.CharField(max_length=255)),
                ("reason", models.CharField(max_length=1000)),
                ("agreement", models.TextField(default="")),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(default="", max_length=255)),
                ("withdrawn_reason", models.CharField(default="", max_length=1000)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["hostname", "withdrawn_at"], name="attestation_named")],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("kind", models.CharField(default="probely", max_length=20)),
                ("name", models.CharField(max_length=255)),
                ("prefix", models.CharField(default="", max_length=16)),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("active", models.BooleanField(default=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("labels", models.ManyToManyField(related_name="+", to="server.label")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "kind", "id"], name="key_listed")],
            },
        ),
        migrations.CreateModel(
            name="AccessSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("address", models.CharField(default="", max_length=45)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="server.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QueuedJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("key", models.CharField(default="", max_length=120)),
                ("payload", models.JSONField(default=dict)),
                ("state", models.CharField(default="ready", max_length=8)),
                ("run_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("owner", models.CharField(default="", max_length=80)),
                ("lease_until", models.DateTimeField(null=True)),
                ("error", models.TextField(default="")),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "run_at", "id"], name="queued_due")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ready"), models.Q(("key", ""), _negated=True)),
                        fields=("name", "key"),
                        name="queued_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("window_start", models.BigIntegerField()),
                ("count", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "window_start"), name="rate_window")],
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("key", models.CharField(default="", max_length=20)),
                ("name", models.CharField(max_length=255)),
                ("description", models.TextField(default="")),
                ("permissions", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roles",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), django.db.models.functions.text.Lower("name"), name="role_name_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation", None)), fields=("key",), name="role_builtin_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("name", models.CharField(default="", max_length=60)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="server.organisation",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="server.role"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RunOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.TextField(default="")),
                ("secrets", models.BinaryField(default=bytes)),
                ("events", models.TextField(default="")),
                ("subject", models.CharField(default="", max_length=40)),
                ("asked_by", models.CharField(default="", max_length=255)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="order", to="server.run"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("page", models.CharField(default="findings", max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(default="", max_length=1000)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="server.organisation"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "organisation", "page", "name"), name="view_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ResumeRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("room", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=200)),
                ("sealed", models.BinaryField()),
                (
                    "scan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resume_rows",
                        to="server.scan",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scan", "room", "key"), name="resume_once")],
            },
        ),
        migrations.CreateModel(
            name="FindingLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=13)),
                ("at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("actor_name", models.CharField(default="", max_length=255)),
                ("text", models.TextField(default="")),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "finding",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="logs",
                        to="server.finding",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="server.scan"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["finding", "id"], name="finding_log")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("steps", models.JSONField(default=list)),
                ("at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "finding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="server.finding"
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="server.scan"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=16)),
                ("method", models.CharField(max_length=20)),
                ("url", models.TextField()),
                ("template", models.TextField(default="")),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("source", models.CharField(default="", max_length=40)),
                ("content_type", models.CharField(default="", max_length=100)),
                ("depth", models.PositiveSmallIntegerField(default=0)),
                ("duplicate_of", models.TextField(default="")),
                ("skipped", models.CharField(default="", max_length=300)),
                ("identity", models.CharField(default="", max_length=64)),
                ("digest", models.CharField(default="", max_length=64)),
                (
                    "scan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="endpoints",
                        to="server.scan",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scan", "key"), name="endpoint_once")],
            },
        ),
        migrations.CreateModel(
            name="AssetLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("kind", models.CharField(max_length=10)),
                ("text", models.TextField(default="")),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("actor_name", models.CharField(default="", max_length=255)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="logs",
                        to="server.discoveryasset",
                    ),
                ),
                (
                    "discovery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="server.discoveryrun",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="server.scan"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["asset", "at", "id"], name="asset_log")],
            },
        ),
        migrations.CreateModel(
            name="ScanEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=30)),
                ("at", models.FloatField(default=0.0)),
                ("body", models.TextField(default="")),
                (
                    "scan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="server.scan",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["scan", "kind", "number"], name="event_kind")],
                "constraints": [models.UniqueConstraint(fields=("scan", "number"), name="event_once")],
            },
        ),
        migrations.CreateModel(
            name="ScanFilm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("webm", models.BinaryField()),
                (
                    "scan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="film", to="server.scan"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScanLive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counter", models.PositiveIntegerField(default=0)),
                ("phase", models.CharField(default="", max_length=20)),
                ("percent", models.FloatField(default=0.0)),
                ("progress", models.JSONField(default=dict)),
                ("ended", models.JSONField(default=list)),
                ("updated_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "scan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="live", to="server.scan"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScanPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("png", models.BinaryField()),
                (
                    "scan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="server.scan",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scan", "number"), name="picture_once")],
            },
        ),
        migrations.CreateModel(
            name="ScanProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=255)),
                ("description", models.TextField(default="")),
                ("type", models.CharField(default="web", max_length=3)),
                ("base", models.CharField(default="normal", max_length=10)),
                ("checks", models.JSONField(default=list)),
                ("speed", models.PositiveSmallIntegerField(default=20)),
                ("payloads", models.PositiveSmallIntegerField(default=20)),
                ("methods", models.CharField(blank=True, default="all", max_length=4)),
                ("can_scan_unverified", models.BooleanField(default=False)),
                ("delay", models.PositiveIntegerField(null=True)),
                ("max_run_time", models.PositiveIntegerField(null=True)),
                ("dedup_enabled", models.BooleanField(default=True)),
                ("auto_patterns_enabled", models.BooleanField(default=True)),
                ("max_urls", models.PositiveIntegerField(default=5000)),
                ("archived", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="profiles",
                        to="server.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("start_date", models.DateField()),
                ("start_time", models.TimeField()),
                ("timezone", models.CharField(default="UTC", max_length=64)),
                ("recurrence", models.CharField(blank=True, default="", max_length=1)),
                ("run_on_day_of_week", models.BooleanField(default=False)),
                ("scheduled_day_of_week", models.PositiveSmallIntegerField(null=True)),
                ("week_index", models.CharField(blank=True, default="", max_length=6)),
                ("profile", models.CharField(blank=True, default="", max_length=40)),
                ("override_target_settings", models.BooleanField(default=False)),
                ("partial_scan", models.BooleanField(default=False)),
                ("incremental", models.BooleanField(default=False)),
                ("reduced_scope", models.BooleanField(default=False)),
                ("enabled", models.BooleanField(default=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("zone_data", models.CharField(default="", max_length=16)),
                ("last_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("notice", models.CharField(blank=True, default="", max_length=300)),
                ("notice_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("created_by_name", models.CharField(default="", max_length=255)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedules",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["enabled", "due_at", "id"], name="schedule_due"),
                    models.Index(fields=["organisation", "changed_at", "id"], name="schedule_changed"),
                    models.Index(fields=["organisation", "next_at", "id"], name="schedule_coming"),
                    models.Index(fields=["target", "next_at"], name="schedule_target"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occurrence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=9)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="server.scan"
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occurrences",
                        to="server.schedule",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "started")),
                        fields=["outcome", "id"],
                        name="occurrence_under_way",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("schedule", "at"), name="occurrence_once")],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(default="seen", max_length=11)),
                ("severity", models.PositiveSmallIntegerField(default=0)),
                ("proof", models.CharField(default="", max_length=10)),
                ("reason", models.CharField(default="", max_length=300)),
                ("at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "finding",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="server.finding",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="server.scan",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["scan", "outcome"], name="sighting_scan")],
                "constraints": [models.UniqueConstraint(fields=("finding", "scan"), name="sighting_once")],
            },
        ),
        migrations.CreateModel(
            name="Sequence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("name", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=10)),
                ("requires_login", models.BooleanField(default=False)),
                ("enabled", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("sealed", models.BinaryField()),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sequences",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "ordering": ("position", "id"),
                "indexes": [models.Index(fields=["target", "position", "id"], name="sequence_target")],
            },
        ),
        migrations.CreateModel(
            name="RiskDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("before", models.PositiveSmallIntegerField(null=True)),
                ("after", models.PositiveSmallIntegerField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "day", "target", "before", "after"], name="risk_day")],
                "constraints": [models.UniqueConstraint(fields=("target", "day"), name="risk_day_once")],
            },
        ),
        migrations.CreateModel(
            name="RequestSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("kind", models.CharField(max_length=6)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(max_length=255)),
                ("sealed", models.BinaryField(default=bytes)),
                ("authentication", models.BooleanField(default=False)),
                ("authentication_secondary", models.BooleanField(default=False)),
                ("allow_testing", models.BooleanField(default=False)),
                ("sensitive", models.BooleanField(default=False)),
                (
                    "extra_host",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="request_settings",
                        to="server.extrahost",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="request_settings", to="server.target"
                    ),
                ),
            ],
            options={
                "ordering": ("kind", "position", "id"),
            },
        ),
        migrations.CreateModel(
            name="ReducedScope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("url", models.CharField(max_length=2048)),
                ("enabled", models.BooleanField(default=True)),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reduced_scopes",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["target", "id"], name="reduced_scope_target")],
            },
        ),
        migrations.CreateModel(
            name="LogoutDetector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("kind", models.CharField(max_length=20)),
                ("value", models.CharField(max_length=2048)),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="logout_detectors", to="server.target"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FindingDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("severity", models.PositiveSmallIntegerField()),
                ("before", models.CharField(default="", max_length=8)),
                ("after", models.CharField(default="", max_length=8)),
                ("count", models.PositiveIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "day", "severity", "before", "after", "target", "count"],
                        name="finding_day",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("target", "day", "severity", "before", "after"), name="finding_day_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("severity", models.PositiveSmallIntegerField()),
                ("state", models.CharField(max_length=8)),
                ("count", models.IntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="finding_counts",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "state", "severity", "target", "count"], name="finding_count_sum"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("target", "severity", "state"), name="finding_count")],
            },
        ),
        migrations.CreateModel(
            name="CheckCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("check_id", models.CharField(max_length=80)),
                ("severity", models.PositiveSmallIntegerField()),
                ("count", models.IntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "check_id", "severity", "target", "count"], name="check_count_sum"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("target", "check_id", "severity"), name="check_count")],
            },
        ),
        migrations.CreateModel(
            name="BlackoutPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begin", models.TimeField()),
                ("cease", models.TimeField()),
                ("weekdays", models.JSONField(default=list)),
                ("enabled", models.BooleanField(default=True)),
                ("timezone", models.CharField(default="UTC", max_length=64)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
                (
                    "target",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blackout",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "enabled"], name="blackout_enabled")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("target", None)), fields=("organisation",), name="blackout_of_organisation"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiDescription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("name", models.CharField(max_length=255)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "target",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="description", to="server.target"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TargetSecret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("name", models.CharField(max_length=40)),
                ("sealed", models.BinaryField()),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrets",
                        to="server.target",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("target", "name"), name="target_secret_once")],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("tier", models.CharField(default="account", max_length=8)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="server.apikey",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="server.organisation"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="server.role"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="server.target"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="server.team"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key__isnull", False), ("user", None)),
                            models.Q(("key", None), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="grant_has_one_holder",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", vedette.server.kernel.models.PublicIdField()),
                ("name", models.CharField(max_length=255)),
                ("desc", models.TextField(default="")),
                ("sensitive", models.BooleanField(default=True)),
                ("sealed", models.BinaryField()),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("changed_by_key", models.JSONField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="server.organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="server.team"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="credential_once")],
            },
        ),
        migrations.CreateModel(
            name="TestedInput",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("point", models.CharField(max_length=64)),
                ("method", models.CharField(max_length=20)),
                ("url", models.TextField()),
                ("kind", models.CharField(max_length=20)),
                ("parameter", models.TextField(default="")),
                ("outcomes", models.JSONField(default=dict)),
                ("requests", models.PositiveIntegerField(default=0)),
                ("dull", models.BooleanField(default=False)),
                (
                    "scan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tested_inputs",
                        to="server.scan",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scan", "point"), name="tested_once")],
            },
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hostname", models.CharField(max_length=256)),
                ("proven", models.BooleanField(null=True)),
                (
                    "connector",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zones",
                        to="server.connector",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("connector", "hostname"), name="zone_once")],
            },
        ),
        migrations.CreateModel(
            name="DiscoveryRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("room", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=200)),
                ("sealed", models.BinaryField()),
                (
                    "discovery",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resume_rows",
                        to="server.discoveryrun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("discovery", "room", "key"), name="discovery_row_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DomainDiscovery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("enabled", models.BooleanField(default=False)),
                ("next_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                (
                    "domain",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="discovery", to="server.domain"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["enabled", "next_at"], name="discovery_due")],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("reason", models.TextField(default="")),
                ("until", models.DateField(null=True)),
                ("approver_name", models.CharField(default="", max_length=255)),
                ("approval_date", models.DateField(null=True)),
                ("actor_name", models.CharField(default="", max_length=255)),
                ("at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(default="", max_length=20)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="server.finding"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("finding",), name="one_decision_in_force"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("active", models.BooleanField(default=True)),
                ("last_seen_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=vedette.server.kernel.clock.now)),
                ("labels", models.ManyToManyField(related_name="+", to="server.label")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="server.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "user"), name="member_once")],
            },
        ),
        migrations.AddField(
            model_name="Scan",
            name="target",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="scans", to="server.target"
            ),
        ),
        migrations.AddIndex(
            model_name="Scan",
            index=models.Index(fields=["organisation", "changed_at", "id", "target"], name="scan_changed"),
        ),
        migrations.AddIndex(
            model_name="Scan",
            index=models.Index(fields=["organisation", "started_at", "id", "target"], name="scan_started"),
        ),
        migrations.AddIndex(
            model_name="Scan",
            index=models.Index(fields=["organisation", "created_at", "id", "target"], name="scan_created"),
        ),
        migrations.AddIndex(
            model_name="Scan",
            index=models.Index(fields=["organisation", "status", "id", "target"], name="scan_status"),
        ),
        migrations.AddIndex(
            model_name="Scan",
            index=models.Index(fields=["target", "created_at", "id"], name="scan_target"),
        ),
        migrations.AddConstraint(
            model_name="Scan",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("status__in", ("queued", "started", "pausing", "paused", "resuming", "canceling", "finishing_up"))
                ),
                fields=("target",),
                name="one_active_scan",
            ),
        ),
        migrations.RunPython(_install_search, _remove_search, elidable=False),
    ]
