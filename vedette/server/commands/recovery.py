"""Reads a backup file into an empty database: the schema as it was, the rows, then up to this version.

A file is a stranger's until it was read: lines are bounded, tables and columns must be known, and nothing counts before
all of it was understood.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from vedette.server.agents.models import Run
from vedette.server.commands import standing
from vedette.server.commands.archive import FORMAT, MAX_LINE, stored, tables
from vedette.server.commands.running import locked
from vedette.server.kernel import sealing
from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import account

_BATCH = 500
_BATCH_BYTES = 4 * 2**20
_BROKEN = (
    OSError,
    EOFError,
    zlib.error,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    binascii.Error,
    RecursionError,
    ValidationError,
    FieldDoesNotExist,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first line of a file. `keys` is the sealed ring, empty when it was left out."""

    migrations: tuple[tuple[str, str], ...]
    keys: bytes


@dataclass(slots=True)
class Restored:
    """What came back: rows in all, and the names of organisations that were stopped."""

    rows: int = 0
    stopped: list[str] = field(default_factory=list)


def read(*, file: Path, passphrase: str | None) -> Restored:
    """Restores a backup. Raises Conflict where data are already or the key ring is missing, Invalid for a file that is
    no whole backup; then no data have changed."""
    with locked(settings.VEDETTE.data_dir):
        try:
            with gzip.open(file, "rb") as raw:
                lines = _lines(raw)
                manifest = _manifest(next(lines, None))
                counts = _restore(manifest, lines, passphrase)
        except _BROKEN as error:
            raise Invalid(fields={"": [f"{file} is no whole backup of Vedette: {_reason(error)}."]}) from None
        except DatabaseError as error:
            raise Invalid(fields={"": [f"{file} does not fit into a database: {_reason(error)}."]}) from None
        call_command("migrate", verbosity=0, interactive=False)
        return Restored(sum(counts.values()), _stop_what_ran())


def _reason(error: Exception) -> str:
    text = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return f"{type(error).__name__}: {next(iter(text.splitlines()), '')[:200]}"


def _lines(raw: gzip.GzipFile) -> Iterator[Any]:
    while line := raw.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE or not line.endswith(b"\n"):
            raise ValueError("a line is too long, or the end is missing")
        yield json.loads(line)


def _manifest(first: Any) -> Manifest:
    if not isinstance(first, dict) or "vedette_backup" not in first:
        raise ValueError("it does not begin with a manifest")
    if first["vedette_backup"] != FORMAT:
        raise Conflict("newer_format", "This backup was written by another version of Vedette; restore it with that.")
    migrations = tuple((str(app), str(name)) for app, name in first["migrations"])
    return Manifest(migrations, base64.b64decode(first["keys"] or "", validate=True))


def _restore(manifest: Manifest, lines: Iterator[Any], passphrase: str | None) -> dict[str, int]:
    _check_room(manifest)
    made = _keys(manifest, passphrase)
    try:
        historical = _schema(manifest)
        with connection.constraint_checks_disabled(), transaction.atomic():
            counts = _fill(historical, lines)
            _check_whole(lines, counts)
            _settle(historical)
            standing.open_keys(create=False)
    except BaseException:
        if made:
            settings.VEDETTE.master_keys.unlink()
        raise
    return counts


def _check_room(manifest: Manifest) -> None:
    """Only into an empty database, and only what this version knows."""
    executor = MigrationExecutor(connection)
    unknown = [key for key in manifest.migrations if key not in executor.loader.disk_migrations]
    if unknown:
        raise Conflict("newer_schema", "This backup is of a newer version of Vedette; restore it with that.")
    present = set(executor.loader.applied_migrations)
    if present - set(manifest.migrations):
        raise Conflict(
            "other_schema", "This database is of another version than the backup; restore into an empty one."
        )
    if "server_organisation" in connection.introspection.table_names() and (
        Organisation.objects.exists() or User.objects.exists()
    ):
        raise Conflict("not_empty", "There are data here already; restore into an empty data directory and database.")


def _keys(manifest: Manifest, passphrase: str | None) -> bool:
    """Puts the ring of the file in place unless one is there; whether it did."""
    path = settings.VEDETTE.master_keys
    if path.exists():
        return False
    if not manifest.keys:
        raise Conflict("no_keys", f"Put the key ring of the backup's instance at {path} first; it is not in the file.")
    if passphrase is None:
        raise Conflict("no_passphrase", "The file holds the key ring; give the file with its passphrase with --keys.")
    sealing.KeyRing.import_ring(path, manifest.keys, passphrase)
    return True


def _schema(manifest: Manifest) -> dict[str, type[models.Model]]:
    """Makes the tables as they were; their models at that time, by table."""
    executor = MigrationExecutor(connection)
    loader, wanted = executor.loader, set(manifest.migrations)
    # The last ones that were applied: those that none of the others follows.
    ends = [
        key for key in sorted(wanted) if not any(child.key in wanted for child in loader.graph.node_map[key].children)
    ]
    if wanted - set(loader.applied_migrations):
        executor.migrate(ends)
    known = apps if wanted == set(loader.disk_migrations) else loader.project_state(ends).apps
    return {model._meta.db_table: model for model in tables(known.get_models(include_auto_created=True))}


def _fill(historical: dict[str, type[models.Model]], lines: Iterator[Any]) -> dict[str, int]:
    """Reads tables until the end line, which it checks against what was read."""
    counts: dict[str, int] = {}
    for model in historical.values():
        model._base_manager.all()._raw_delete(connection.alias)
    rows: _Rows | None = None
    for line in lines:
        if isinstance(line, list) and rows is not None:
            rows.add(line)
            continue
        if rows is not None:
            counts[rows.table] = rows.close()
            rows = None
        if not isinstance(line, dict):
            raise ValueError("a row stands outside of any table")
        if "end" in line:
            if line["end"] != counts:
                raise ValueError("it does not hold as many rows as it says")
            return counts
        table = line["table"]
        if table in counts or table not in historical:
            raise ValueError(f"a table is unknown or stands twice: {str(table)[:60]!r}")
        rows = _Rows(historical[table], line["columns"])
    raise ValueError("its end is missing")


class _Rows:
    """Rows on their way into one table."""

    def __init__(self, model: type[models.Model], columns: list[str]) -> None:
        by_column = {str(one.column): one for one in model._meta.concrete_fields}
        if sorted(columns) != sorted(by_column):
            raise ValueError(f"the columns of {model._meta.db_table} are others")
        self.table = model._meta.db_table
        self._fields = [by_column[column] for column in columns]
        quote = connection.ops.quote_name
        names, marks = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
        self._insert = f"INSERT INTO {quote(self.table)} ({names}) VALUES ({marks})"  # noqa: S608 - checked above
        self._rows: list[list[Any]] = []
        self._bytes = self._count = 0

    def add(self, values: list[Any]) -> None:
        """Takes a row, given as the file has it."""
        self._rows.append([stored(one, value) for one, value in zip(self._fields, values, strict=True)])
        self._bytes += sum(len(value) for value in values if isinstance(value, str))
        if len(self._rows) >= _BATCH or self._bytes >= _BATCH_BYTES:
            self._flush()

    def close(self) -> int:
        """Stores what is left; how many rows there were."""
        self._flush()
        return self._count

    def _flush(self) -> None:
        if self._rows:
            with connection.cursor() as cursor:
                cursor.executemany(self._insert, self._rows)
        self._count += len(self._rows)
        self._rows, self._bytes = [], 0


def _check_whole(lines: Iterator[Any], counts: dict[str, int]) -> None:
    if next(lines, None) is not None:
        raise ValueError("something follows its end")
    if not counts.get("server_organisation"):
        raise ValueError("it holds no organisation")


def _settle(historical: dict[str, type[models.Model]]) -> None:
    """References must lead somewhere, and new rows must get new numbers."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(historical.values())):
            cursor.execute(statement)
    connection.check_constraints()


def _stop_what_ran() -> list[str]:
    """Scans that were under way must not go on by themselves: the instance that was backed up may still be at work, and
    this one a rehearsal. The names of the organisations in which everything is stopped until somebody lifts it."""
    at_work = Run.objects.filter(state__in=("waiting", "claimed")).values("organisation")
    names = []
    for organisation in Organisation.objects.filter(pk__in=at_work, paused=False).order_by("pk"):
        account.stop_all(actor=system_actor(organisation, "Restore"))
        names.append(organisation.name)
    return names
