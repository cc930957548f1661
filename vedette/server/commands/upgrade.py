"""Brings the schema up to date, once at a time, after a copy, and never on top of an upgrade that broke off."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from vedette import __version__
from vedette.cli.problem import Problem
from vedette.server.commands import standing
from vedette.server.kernel import clock, schema
from vedette.server.kernel.models import InstanceValue

MARK = "upgrading"
"""The value of the instance that stands from before the first until after the last migration of an upgrade."""

_LOCK = 0x7665_6465_7474_6501  # of PostgreSQL's advisory locks: any number, the same for all of us


def migrate(*, again: bool = False) -> None:
    """Applies what is missing. Raises Problem for a database of a newer version, and for an interrupted upgrade unless
    it is to be tried `again`."""
    with _one_at_a_time():
        found = schema.look()
        standing.refuse_newer(found)
        mark = None if found.empty else InstanceValue.objects.filter(name=MARK).first()
        if mark is not None and found.pending and not again:
            raise _interrupted(mark.value)
        if found.pending:
            if mark is None and not found.empty:
                _mark(found)
            call_command("migrate", verbosity=0, interactive=False)
        InstanceValue.objects.filter(name=MARK).delete()
        _close_to_others()


def _interrupted(value: dict[str, str]) -> Problem:
    copy = value.get("copy")
    kept = f"The data from before are in {copy}: put that file in its place" if copy else "Restore your backup"
    return Problem(
        f"The upgrade to {value.get('to', 'this version')} of {value.get('at', 'an earlier day')} did not end.",
        f"{kept}, or go on where it stopped with `vedette up --retry-upgrade`.",
    )


def _mark(found: schema.Schema) -> None:
    value = {"to": __version__, "at": clock.now().isoformat(timespec="seconds"), "first": found.pending[0]}
    copy = _copy()
    if copy is not None:
        value["copy"] = str(copy)
    with transaction.atomic():
        InstanceValue.objects.update_or_create(name=MARK, defaults={"value": value, "changed_at": clock.now()})


def _copy() -> Path | None:
    """A copy of a SQLite database, what stands in its log included."""
    if connection.vendor != "sqlite":
        return None
    folder = settings.VEDETTE.data_dir / "backups"
    copy: Path = folder / f"before-{__version__}-{clock.now():%Y%m%dT%H%M%S}.sqlite3"
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            copy.unlink()
        raise Problem(f"The database could not be copied to {copy} before the upgrade: {error}.") from None
    return copy


def _close_to_others() -> None:
    if connection.vendor == "sqlite":
        for name in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{connection.settings_dict['NAME']}{name}").chmod(0o600)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Nobody else migrates meanwhile: neither on this machine nor, with PostgreSQL, on another one."""
    handle = os.open(settings.VEDETTE.data_dir / "upgrade.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    shared = connection.vendor == "postgresql"
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if shared:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield
    finally:
        if shared:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        os.close(handle)
