"""The backup file: gzipped lines of JSON, which holds every table as it stood at one moment.

The first line is the manifest: format, version, the migrations that were applied, and the sealed key ring if wanted.
Then, for each table, a line `{"table": ..., "columns": [...]}` and a line for each row, an array in that order; binary
values in Base64, moments and dates in ISO 8601. The last line, `{"end": {...}}`, counts the rows of each table: without
it a file is not whole. Values are those of the columns, whatever the database: a file may go from SQLite to PostgreSQL
and back.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from vedette import __version__
from vedette.server.commands import standing
from vedette.server.kernel import clock, sealing
from vedette.server.kernel.errors import Invalid
from vedette.server.kernel.models import InstanceValue

FORMAT = 1
MAX_LINE = 128 * 2**20
"""No row comes near this; what is larger in a file was not written by us."""

NOTE = "backup"
"""The value of the instance that says when the last backup was written."""

LEFT_OUT = (
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "django_session",
    "server_accesssession",
    "server_ratewindow",
    "server_workernode",
    "usersessions_usersession",
)
"""Tables of the moment: sessions, counters, workers that were heard of. Everybody signs in again after a restore."""

_CHUNK = 100
_LEVEL = 4


def tables(known: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """Those of the models that a backup holds, in the order of their tables' names."""
    kept = [model for model in known if model._meta.managed and model._meta.db_table not in LEFT_OUT]
    return sorted(kept, key=lambda model: model._meta.db_table)


def write(*, file: Path, passphrase: str | None) -> int:
    """Writes a backup while the platform runs; the number of rows. With a passphrase it holds the key ring, too. Raises
    Invalid when the file exists or cannot be written."""
    standing.usable()
    file = file.absolute()
    if file.exists():
        raise Invalid(fields={"": [f"{file} exists already."]})
    try:
        with _whole_or_not_at_all(file) as raw, gzip.open(raw, "wb", compresslevel=_LEVEL) as lines:
            counts = _write(lines, passphrase)
    except OSError as error:
        raise Invalid(fields={"": [f"{file} cannot be written: {error.strerror or error}."]}) from None
    value = {"at": clock.now().isoformat(timespec="seconds"), "rows": sum(counts.values())}
    InstanceValue.objects.update_or_create(name=NOTE, defaults={"value": value, "changed_at": clock.now()})
    return sum(counts.values())


@contextmanager
def _whole_or_not_at_all(file: Path) -> Iterator[BinaryIO]:
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # 0600, like what it becomes
    try:
        with os.fdopen(descriptor, "wb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def _write(lines: gzip.GzipFile, passphrase: str | None) -> dict[str, int]:
    counts: dict[str, int] = {}
    with _snapshot():
        manifest: dict[str, Any] = {"vedette_backup": FORMAT, "version": __version__, "migrations": _applied()}
        # After the snapshot was taken: a key of the ring is always there before anything is wrapped with it.
        ring = sealing.instance_ring().export_ring(passphrase) if passphrase is not None else None
        manifest["keys"] = base64.b64encode(ring).decode() if ring is not None else None
        _line(lines, manifest)
        for model in tables(apps.get_models(include_auto_created=True)):
            counts[model._meta.db_table] = _write_table(lines, model)
    _line(lines, {"end": counts})
    return counts


@contextmanager
def _snapshot() -> Iterator[None]:
    """One moment of the whole database, while others go on writing."""
    if connection.vendor == "sqlite":
        # Deferred, unlike all other transactions here: it reads, and takes no lock that a writer would wait for.
        connection.ensure_connection()
        connection.cursor().execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            connection.cursor().execute("ROLLBACK")
        return
    with transaction.atomic():
        connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _applied() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def _write_table(lines: gzip.GzipFile, model: type[models.Model]) -> int:
    fields = model._meta.concrete_fields
    _line(lines, {"table": model._meta.db_table, "columns": [field.column for field in fields]})
    count = 0
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
    for row in rows.iterator(chunk_size=_CHUNK):
        _line(lines, [plain(value) for value in row])
        count += 1
    return count


def _line(lines: gzip.GzipFile, value: Any) -> None:
    line = json.dumps(value, separators=(",", ":")).encode() + b"\n"
    if len(line) > MAX_LINE:
        raise Invalid(fields={"": [f"A row of {len(line)} bytes is larger than a backup can hold."]})
    lines.write(line)


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def stored(field: models.Field[Any, Any], value: Any) -> Any:
    """The same value as this database takes it. Raises ValueError, TypeError or ValidationError when it is none of the
    column's."""
    if value is not None and isinstance(field, models.BinaryField):
        value = base64.b64decode(value, validate=True)
    elif value is not None and not isinstance(field, models.JSONField):
        value = field.to_python(value)
    return field.get_db_prep_save(value, connection)
