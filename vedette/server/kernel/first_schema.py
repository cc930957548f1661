"""The migration that makes all tables of an empty database, quickly."""

from __future__ import annotations

import copy

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState


class FirstSchema(Migration):
    """A migration whose leading operations make tables that no later operation among them changes.

    Django renders all related models anew after each operation, the more the longer it goes on: seconds of a first
    start. Here the models of all leading tables are rendered once, and the tables made from these.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """As Django's. With `collect_sql` nothing is saved: what is printed names each operation."""
        tables = [] if collect_sql else self._leading_tables()
        if not tables:
            return super().apply(project_state, schema_editor, collect_sql)
        state = project_state.clone()
        state.__dict__.pop("apps", None)  # what was rendered would be kept up to date, table by table
        for table in tables:
            table.state_forwards(self.app_label, state)
        for table in tables:
            table.database_forwards(self.app_label, schema_editor, project_state, state)
        rest = copy.copy(self)
        vars(rest)["operations"] = self.operations[len(tables) :]
        return Migration.apply(rest, state, schema_editor)

    def _leading_tables(self) -> list[CreateModel]:
        found: list[CreateModel] = []
        for operation in self.operations:
            if not isinstance(operation, CreateModel):
                break
            found.append(operation)
        return found
