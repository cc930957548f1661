"""The one Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """All rooms together: one app, one line of migrations."""

    name = "vedette.server"
    label = "server"
    default_auto_field = "django.db.models.BigAutoField"
