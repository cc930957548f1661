"""A database whose tables are made from the models, which takes a tenth of the time of all migrations."""

from __future__ import annotations


class NoMigrations:
    """A MIGRATION_MODULES that says of every application that it has none: `migrate` makes all tables at once."""

    def __contains__(self, application: object) -> bool:
        return True

    def __getitem__(self, application: str) -> None:
        return None
