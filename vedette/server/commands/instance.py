"""What `vedette doctor` says about an instance once Django is up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from vedette.cli.doctor import Diagnosis
from vedette.cli.problem import Problem
from vedette.server.agents import queries as agents
from vedette.server.commands import standing
from vedette.server.commands.archive import NOTE
from vedette.server.commands.upgrade import MARK
from vedette.server.findings import search
from vedette.server.kernel import backlog, clock, schema, storage
from vedette.server.kernel.models import InstanceValue

BACKUP_DAYS = 7


def diagnoses() -> list[Diagnosis]:
    """Everything that could be looked at; nothing more once the schema does not fit. Raises DatabaseError."""
    found = schema.look()
    name = "PostgreSQL" if connection.vendor == "postgresql" else str(settings.DATABASES["default"]["NAME"])
    size = f"{storage.database_bytes() / 2**20:.0f} MB"
    reached = Diagnosis("database", True, f"{name}, {size}")
    if found.fault:
        return [reached, Diagnosis("schema", False, found.fault, standing.PREPARE)]
    return [reached, _schema(), _keys(), _workers(), _queue(), _backup(), *_search()]


def _schema() -> Diagnosis:
    broken_off = InstanceValue.objects.filter(name=MARK).exists()
    return Diagnosis("schema", True, "up to date" + (", an upgrade is being finished" if broken_off else ""))


def _keys() -> Diagnosis:
    try:
        ring = standing.open_keys(create=False)
    except Problem as problem:
        return Diagnosis("keys", False, str(problem), problem.hint)
    return Diagnosis("keys", True, f"the ring opens all secrets; its current key is {ring.current}")


def _workers() -> Diagnosis:
    names = [node.name for node in agents.workers()]
    found = ", ".join(names[:3]) or "none was heard of in the last half minute"
    return Diagnosis("workers", bool(names), found, "`vedette up` or `vedette worker` starts one.", needed=False)


def _queue() -> Diagnosis:
    oldest, failed = backlog.oldest_due_s(), backlog.counts()["failed"]
    fine = oldest < backlog.STUCK_S and not failed
    text = f"the oldest due job waits for {oldest:.0f} s, {failed} have failed"
    return Diagnosis("queued jobs", fine, text, "The log says why a job failed.", needed=False)


def _backup() -> Diagnosis:
    remedy = "`vedette backup FILE`, every day if you can."
    note = InstanceValue.objects.filter(name=NOTE).first()
    if note is None:
        return Diagnosis("backup", False, "never made", remedy, needed=False)
    age = clock.now() - datetime.fromisoformat(note.value["at"])
    text = f"{age.days} days old, {note.value['rows']} rows"
    return Diagnosis("backup", age <= timedelta(days=BACKUP_DAYS), text, remedy, needed=False)


def _search() -> list[Diagnosis]:
    faults = search.faults()
    return [Diagnosis("free text search", False, fault, needed=False) for fault in faults] or [
        Diagnosis("free text search", True, "indexed")
    ]
