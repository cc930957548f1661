"""Whether the database has the schema that this version of the code works with."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

OURS = "server"


@dataclass(frozen=True, slots=True)
class Schema:
    """Migrations by name: `pending` have not been applied, `unknown` were applied by a newer version. `empty` is a
    database without any of ours."""

    pending: tuple[str, ...]
    unknown: tuple[str, ...]
    empty: bool

    @property
    def fault(self) -> str:
        """Why this version cannot work with it, as a sentence; empty when it can."""
        if self.unknown:
            return f"The database was brought to {self.unknown[-1]} by a newer version of Vedette."
        if self.pending:
            return "The schema of the database is not up to date."
        return ""


def look() -> Schema:
    """The present state. Raises DatabaseError when the database cannot be used."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    replaced = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    known = set(loader.disk_migrations) | replaced
    applied = sorted(loader.applied_migrations)
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    return Schema(
        pending=tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan),
        unknown=tuple(f"{app}.{name}" for app, name in applied if app == OURS and (app, name) not in known),
        empty=not any(app == OURS for app, _ in applied),
    )
