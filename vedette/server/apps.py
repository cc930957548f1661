"""The one Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

KEEPERS = ("vedette.server.discovery.services.carrying",)
"""Modules that look after runs of kinds of their own (`agents.kinds`)."""
SESSIONS = "vedette.server.web.session_store"


class ServerConfig(AppConfig):
    """All rooms together: one app, one line of migrations."""

    name = "vedette.server"
    label = "server"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Loads those who look after runs, and has sessions stored by half, in every process, whatever it came up
        for."""
        for name in KEEPERS:
            import_module(name)
        import_module(SESSIONS).install()
