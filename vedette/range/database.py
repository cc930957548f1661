"""The shop's SQLite: in memory, one private copy per simultaneous request, with a `sleep(seconds)` function.

A connection that sleeps holds SQLite's locks; private copies let other requests run meanwhile. Every statement runs
in a transaction that is rolled back, so that no request can change what the next one sees.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from vedette.range.catalogue import SCHEMA, TABLES
from vedette.range.clock import Clock

Row = tuple[Any, ...]

_STEPS_PER_TICK = 100_000
_MOST_TICKS = 300
_LONGEST_VALUE = 2_000_000
_REFUSED = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA)


class QueryError(Exception):
    """The database refused a statement; the text is Python's, with the name of its error class."""


class Database:
    """A pool of copies of one filled database."""

    def __init__(self) -> None:
        self._template = sqlite3.connect(":memory:", check_same_thread=False)
        self._template.executescript(SCHEMA)
        for table, rows in TABLES.items():
            _fill(self._template, table, rows)
        self._template.commit()
        self._idle: deque[_Copy] = deque()
        self._closed = False

    def rows(self, sql: str, values: Sequence[object] = (), *, clock: Clock) -> list[Row]:
        """Run one statement and return its rows; raises `QueryError`."""
        try:
            copy = self._idle.pop()
        except IndexError:
            copy = _Copy(self._template)
        try:
            return copy.rows(sql, values, clock)
        finally:
            if self._closed:
                copy.connection.close()
            else:
                self._idle.append(copy)

    def close(self) -> None:
        """Close every copy that is not in use, and the template."""
        self._closed = True
        while self._idle:
            self._idle.pop().connection.close()
        self._template.close()


class _Copy:
    def __init__(self, template: sqlite3.Connection) -> None:
        self.connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        template.backup(self.connection)
        # Sorting must not spill into a real file, however large the result.
        self.connection.execute("PRAGMA temp_store=MEMORY")
        self.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        self.connection.create_function("sleep", 1, self._sleep)
        self.connection.set_authorizer(_authorise)
        self.connection.set_progress_handler(self._tick, _STEPS_PER_TICK)
        self._clock = Clock()
        self._ticks = 0

    def rows(self, sql: str, values: Sequence[object], clock: Clock) -> list[Row]:
        self._clock, self._ticks = clock, 0
        self.connection.execute("BEGIN")
        try:
            return self.connection.execute(sql, values).fetchmany(500)
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError) as error:
            kind = type(error)
            name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
            raise QueryError(f"{name}: {error}") from error
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def _sleep(self, seconds: object) -> int:
        if isinstance(seconds, int | float):
            self._clock(float(seconds))
        return 0

    def _tick(self) -> bool:
        # A query without end (a recursive table, a cross join of everything) is interrupted after some seconds.
        self._ticks += 1
        return self._ticks > _MOST_TICKS


def _authorise(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_DENY if action in _REFUSED else sqlite3.SQLITE_OK


def _fill(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    for row in rows:
        marks = ",".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - our own table names
