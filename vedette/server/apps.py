"""The one Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

KEEPERS = ("vedette.server.discovery.services.carrying",)
"""Modules that look after runs of kinds of their own (`agents.kinds`)."""


class ServerConfig(AppConfig):
    """All rooms together: one app, one line of migrations."""

    name = "vedette.server"
    label = "server"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Loads those who look after runs, so that every process knows them, whatever it came up for."""
        for name in KEEPERS:
            import_module(name)
