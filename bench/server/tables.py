"""Rows by the million: raw inserts on SQLite, COPY on PostgreSQL, their indexes made afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Index, Model

CHUNK = 5000


class Table:
    """Takes rows of a model as tuples: the primary key first, then `varying` fields by their attribute names. All other
    fields have one value in all rows: what `constant` says, else the model's default."""

    def __init__(self, model: type[Model], varying: Sequence[str], **constant: Any) -> None:
        self.model = model
        fields = {field.attname: field for field in model._meta.concrete_fields}
        key = model._meta.pk
        assert key is not None
        self.names = [key.attname, *varying]
        rest = [name for name in fields if name not in self.names]
        values = [fields[name].get_db_prep_save(self._value(fields[name], constant), connection) for name in rest]
        self._rest = tuple(values)
        quoted = [connection.ops.quote_name(fields[name].column) for name in (*self.names, *rest)]
        self._columns = ", ".join(quoted)
        self.count = 0

    @staticmethod
    def _value(field: Any, constant: dict[str, Any]) -> Any:
        return constant[field.attname] if field.attname in constant else field.get_default()

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Writes all rows, a few thousand to a transaction."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        marks = ", ".join(["%s"] * (len(self.names) + len(self._rest)))
        source, rest = iter(rows), self._rest
        while chunk := [row + rest for row in islice(source, CHUNK)]:
            self.count += len(chunk)
            with transaction.atomic(), connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {table} ({self._columns}) FROM STDIN") as copy:
                        for row in chunk:
                            copy.write_row(row)
                else:
                    cursor.executemany(f"INSERT INTO {table} ({self._columns}) VALUES ({marks})", chunk)


def stored(moment: datetime) -> Any:
    """A moment as the database takes it."""
    return connection.ops.adapt_datetimefield_value(moment)


def after_keys(*models: type[Model]) -> None:
    """Lets the database count on after primary keys that were given to it."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)


@contextmanager
def without_indexes(*models: type[Model]) -> Iterator[None]:
    """Takes the models' named indexes away and makes them again at the end, which is much faster than keeping them."""
    places = [(model, index) for model in models for index in model._meta.indexes]
    _each(places, "remove_index")
    yield
    _each(places, "add_index")


def _each(places: Sequence[tuple[type[Model], Index]], action: str) -> None:
    for model, index in places:
        with connection.schema_editor() as editor:
            getattr(editor, action)(model, index)


def size_mb() -> float:
    """What the database takes on disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return float(cursor.fetchone()[0]) / 1e6


def analyse() -> None:
    """Lets the database learn what its tables hold, as its own upkeep does sooner or later."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
