"""Rows written many times a second: one prepared statement instead of the ORM's long way to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import (
    BinaryField,
    BooleanField,
    CharField,
    Field,
    FloatField,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
)

_AT_ONCE = 200
_PLAIN = (BinaryField, BooleanField, CharField, FloatField, ForeignKey, IntegerField, TextField)


def rewrite(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Gives rows new values, in the caller's transaction: each is a primary key and what `columns` (attribute names of
    plain fields) are from now on. One that is not there is passed over. No signal is sent."""
    quote = connection.ops.quote_name
    known = {field.attname: quote(str(field.column)) for field in model._meta.concrete_fields}
    table, key, names = quote(model._meta.db_table), known["id"], [known[name] for name in columns]
    ready = [tuple(row) for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            changes = ", ".join(f"{name} = %s" for name in names)
            cursor.executemany(f"UPDATE {table} SET {changes} WHERE {key} = %s", [(*row[1:], row[0]) for row in ready])  # noqa: S608
            return
        changes = ", ".join(f"{name} = given.{name}" for name in names)
        marks = f"({', '.join(['%s'] * (len(names) + 1))})"
        for start in range(0, len(ready), _AT_ONCE):
            part = ready[start : start + _AT_ONCE]
            given = f"(VALUES {', '.join([marks] * len(part))}) AS given ({', '.join([key, *names])})"
            cursor.execute(
                f"UPDATE {table} SET {changes} FROM {given} WHERE {table}.{key} = given.{key}",  # noqa: S608
                [one for row in part for one in row],
            )


class Rows:
    """Inserts rows of a model, given as tuples of `columns` (attribute names: all but an automatic primary key).

    With a `key`, a row that is there already under the same key gets the new values; those of columns in `added` are
    added to its own; with `kept` it stays as it is. One call must not hold the same key twice. No signal is sent and no
    default is filled in.
    """

    def __init__(
        self,
        model: type[Model],
        columns: Sequence[str],
        *,
        key: Sequence[str] = (),
        added: Collection[str] = (),
        kept: bool = False,
    ) -> None:
        self._model = model
        self._names = tuple(columns)
        self._key = tuple(key)
        self._added = frozenset(added)
        self._kept = kept

    def put(self, rows: Iterable[Sequence[Any]]) -> None:
        """Writes the rows, in the caller's transaction if there is one."""
        fields = self._fields
        # What drivers take as it is goes to them as it is.
        odd = [(place, field) for place, field in enumerate(fields) if not isinstance(field, _PLAIN)]
        ready = [list(row) for row in rows]
        if not ready:
            return
        for row in ready:
            for place, field in odd:
                row[place] = field.get_db_prep_save(row[place], connection)
        head, tail = self._statement
        marks = f"({', '.join(['%s'] * len(fields))})"
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.executemany(f"{head} {marks} {tail}", ready)
                return
            for start in range(0, len(ready), _AT_ONCE):
                part = ready[start : start + _AT_ONCE]
                cursor.execute(f"{head} {', '.join([marks] * len(part))} {tail}", [one for row in part for one in row])

    @cached_property
    def _fields(self) -> list[Field[Any, Any]]:
        known = {field.attname: field for field in self._model._meta.concrete_fields}
        missing = {name for name, field in known.items() if not field.primary_key or not field.db_returning}
        if missing - set(self._names):
            raise ValueError(f"{self._model.__name__} has further columns: {sorted(missing - set(self._names))}")
        return [known[name] for name in self._names]

    @cached_property
    def _statement(self) -> tuple[str, str]:
        """What stands before the values and behind them."""
        quote = connection.ops.quote_name
        columns = {field.attname: quote(str(field.column)) for field in self._fields}
        table = quote(self._model._meta.db_table)
        head = f"INSERT INTO {table} ({', '.join(columns.values())}) VALUES"
        if not self._key:
            return head, ""
        same = ", ".join(columns[name] for name in self._key)
        if self._kept:
            return head, f"ON CONFLICT ({same}) DO NOTHING"
        changes = [
            f"{column} = {f'{table}.{column} + ' if name in self._added else ''}EXCLUDED.{column}"
            for name, column in columns.items()
            if name not in self._key
        ]
        return head, f"ON CONFLICT ({same}) DO UPDATE SET {', '.join(changes)}"
