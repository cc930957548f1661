"""For tests that use the database in threads of their own."""

from __future__ import annotations

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


def let_go():
    """Closes the thread's connection for good. Django's own `close` keeps connections to a database in memory, which
    are then closed by nobody when their thread ends."""
    BaseDatabaseWrapper.close(connection)
