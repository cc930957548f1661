"""How long something took, told by the database."""

from __future__ import annotations

from typing import Any

from django.db.models import FloatField, Func


class Took(Func):
    """The days from the second moment to the first, told by the database alone: SQLite would call Django back for each
    row."""

    output_field = FloatField()
    template = "(EXTRACT(EPOCH FROM (%(expressions)s)) / 86400)"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The same in its own words."""
        template = "(JULIANDAY(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - JULIANDAY(", **context)
