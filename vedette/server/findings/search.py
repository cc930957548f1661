"""Free text over findings: a trigram index of `search_text`, FTS5 on SQLite and pg_trgm on PostgreSQL.

Every word of the text must occur somewhere; words in double quotes belong together. A word of one or two characters,
too short for trigrams, must be a whole value: a parameter's name or a finding's number.
"""

from __future__ import annotations

import re

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.db.utils import DatabaseError

from vedette.server.findings import rules
from vedette.server.findings.models import Finding

MAX_TEXT = 200
MAX_WORDS = 8
FEW = 2000
"""Up to so many hits are fetched beforehand; with more, there are three ways to bring them and a list together."""
HITS, LIST, TEXT = "hits", "list", "text"
"""Ways: fetch the row of each hit; look up each entry of the list's index among the hits; read each row of the list and
look for the words in it, until there are enough."""

_DENSE = 0.15
"""From this share of all rows on, hits are looked up rather than fetched."""

_TRIGRAM = 3
_WORD = re.compile(r'"([^"]+)"|([^\s"]+)')

_SQLITE_INSTALL = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS server_finding_fts USING fts5(
        search_text, content='server_finding', content_rowid='id', tokenize='trigram', columnsize=0
    )""",
    """CREATE TRIGGER IF NOT EXISTS server_finding_fts_added AFTER INSERT ON server_finding BEGIN
        INSERT INTO server_finding_fts(rowid, search_text) VALUES (new.id, new.search_text);
    END""",
    """CREATE TRIGGER IF NOT EXISTS server_finding_fts_gone AFTER DELETE ON server_finding BEGIN
        INSERT INTO server_finding_fts(server_finding_fts, rowid, search_text)
        VALUES ('delete', old.id, old.search_text);
    END""",
    """CREATE TRIGGER IF NOT EXISTS server_finding_fts_changed AFTER UPDATE OF search_text ON server_finding
    WHEN old.search_text IS NOT new.search_text BEGIN
        INSERT INTO server_finding_fts(server_finding_fts, rowid, search_text)
        VALUES ('delete', old.id, old.search_text);
        INSERT INTO server_finding_fts(rowid, search_text) VALUES (new.id, new.search_text);
    END""",
    "INSERT INTO server_finding_fts(server_finding_fts) VALUES ('rebuild')",
)
_SQLITE_REMOVE = (
    "DROP TRIGGER IF EXISTS server_finding_fts_added",
    "DROP TRIGGER IF EXISTS server_finding_fts_gone",
    "DROP TRIGGER IF EXISTS server_finding_fts_changed",
    "DROP TABLE IF EXISTS server_finding_fts",
)
_SLOW = (
    "Free text search of findings is slow: the extension pg_trgm is missing. Let an administrator of the database run"
    " CREATE EXTENSION pg_trgm, then run the migrations again."
)
_SQLITE_PARTS = ("", "_added", "_gone", "_changed")
_POSTGRES_INSTALL = (
    "CREATE INDEX IF NOT EXISTS server_finding_trgm ON server_finding USING gin (search_text gin_trgm_ops)"
)
_POSTGRES_REMOVE = "DROP INDEX IF EXISTS server_finding_trgm"
_HITS = "SELECT rowid FROM server_finding_fts WHERE server_finding_fts MATCH %s LIMIT %s"
_AMONG_HITS = '"server_finding"."id" IN (SELECT rowid FROM server_finding_fts WHERE server_finding_fts MATCH %s)'
# Without the plus sign, SQLite fetches the row of every hit.
_LOOKED_UP = f"+{_AMONG_HITS}"
_IN_TEXT = 'INSTR("server_finding"."search_text", %s) > 0'


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Makes the index and fills it. To be run again by every later migration that alters the table of findings, as
    SQLite rebuilds a table then and loses its triggers. On PostgreSQL without the right to add an extension there is no
    index: the search works and is slow, and `faults` says so."""
    database = schema_editor.connection
    if database.vendor == "sqlite":
        _execute(database, *_SQLITE_INSTALL)
    elif _have_trigrams(database):
        _execute(database, _POSTGRES_INSTALL)


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Takes the index away; the extension stays, others may use it."""
    database = schema_editor.connection
    _execute(database, *(_SQLITE_REMOVE if database.vendor == "sqlite" else (_POSTGRES_REMOVE,)))


def faults() -> list[str]:
    """What is wrong with the index, a sentence each; empty when free text is fast."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'server_finding_fts%%'", [])
            present = {name for (name,) in cursor.fetchall()}
            whole = all(f"server_finding_fts{part}" in present for part in _SQLITE_PARTS)
            return [] if whole else ["The search index of findings is not whole: run the migrations again."]
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'server_finding_trgm'")
        return [] if cursor.fetchone() else [_SLOW]


def words(text: str) -> list[str]:
    """The words to look for, in lower case, as they may occur in `search_text`: short ones as whole lines."""
    cut = rules.clean(text)[:MAX_TEXT].lower()
    found = [" ".join((quoted or bare).split()) for quoted, bare in _WORD.findall(cut)]
    distinct = list(dict.fromkeys(word for word in found if word))[:MAX_WORDS]
    return [word if len(word) >= _TRIGRAM else f"\n{word}\n" for word in distinct]


def narrow(findings: QuerySet[Finding], text: str, way: str = "") -> QuerySet[Finding]:
    """The findings in whose text every word occurs; all of them for an empty text. `way` is one of the three, empty for
    the one that suits counting; PostgreSQL finds its own."""
    wanted = words(text)
    if not wanted:
        return findings
    if connection.vendor != "sqlite":
        for word in wanted:
            findings = findings.filter(search_text__contains=word)
        return findings
    match = " ".join('"' + word.replace('"', '""') + '"' for word in wanted)
    with connection.cursor() as cursor:
        cursor.execute(_HITS, [match, FEW + 1])
        hits = [pk for (pk,) in cursor.fetchall()]
    if len(hits) <= FEW:
        return findings.filter(pk__in=hits)
    if way == TEXT:
        return _where(findings, _IN_TEXT, wanted)
    # Hits come in the order of their keys: how far the first of them reach tells how close they stand.
    dense = len(hits) / max(hits) >= _DENSE
    return _where(findings, _LOOKED_UP if way == LIST or (dense and not way) else _AMONG_HITS, [match])


def _where(findings: QuerySet[Finding], condition: str, values: list[str]) -> QuerySet[Finding]:
    for value in values:
        findings = findings.filter(RawSQL(condition, [value], output_field=BooleanField()))  # noqa: S611 - our own text
    return findings


def _execute(database: BaseDatabaseWrapper, *statements: str) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _have_trigrams(database: BaseDatabaseWrapper) -> bool:
    try:
        with transaction.atomic(using=database.alias):
            _execute(database, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    return True
