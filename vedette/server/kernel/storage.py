"""How much room the database takes."""

from __future__ import annotations

from django.db import connection


def database_bytes() -> int:
    """The size of the database in bytes; with SQLite that of its pages, free ones included."""
    question = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if connection.vendor == "sqlite"
        else "SELECT pg_database_size(current_database())"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])
