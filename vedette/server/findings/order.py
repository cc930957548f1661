"""A part of a list of findings in its order: by walking an index that has them so, or by sorting the few there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Func, QuerySet

from vedette.server.findings.models import Finding


class _Apart(Func):
    """A column that no index of SQLite may bring into order: what is left is few enough to be sorted."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The plus sign takes the column away from the planner."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of findings: `columns`, all descending or none, and whether an index is to be walked in it."""

    columns: Sequence[str]
    descending: bool
    by_index: bool

    def ids(self, lists: Sequence[QuerySet[Finding]], first: int, last: int) -> list[int]:
        """The primary keys from one place to another in the lists, merged."""
        # Only what the index holds, so that skipped rows are never read.
        parts = [rows.order_by().values_list("id", *self.columns[:-1]) for rows in lists]
        if len(parts) > 1:
            if connection.features.supports_slicing_ordering_in_compound:
                # PostgreSQL sorts all of the union unless each part comes in order; SQLite walks the indexes by itself.
                parts = [rows.order_by(*self._names())[:last] for rows in parts]
            rows = parts[0].union(*parts[1:], all=True).order_by(*self._names())
        elif self.by_index:
            rows = parts[0].order_by(*self._names())
        else:
            keys = [_Apart(F(column)) for column in self.columns]
            rows = parts[0].order_by(*(key.desc() if self.descending else key.asc() for key in keys))
        return [row[0] for row in rows[first:last]]

    def _names(self) -> list[str]:
        return [f"-{column}" if self.descending else column for column in self.columns]
