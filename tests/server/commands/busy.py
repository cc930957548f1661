"""`python -m tests.server.commands.busy FILE`: makes an instance in VEDETTE_DATA_DIR and a backup of it, while another
process writes once for each table that is read."""

import os
import subprocess
import sys
from pathlib import Path

from vedette.server.commands.boot import django_up

django_up()

from django.conf import settings
from django.core.management import call_command

from tests.server.tables import NoMigrations
from vedette.server.commands import archive
from vedette.server.tenancy.services import setup

WRITER = """
import sqlite3, sys
# Whoever had to wait for the reader would fail after a second.
database = sqlite3.connect(sys.argv[1], timeout=1, isolation_level=None)
for number, line in enumerate(sys.stdin):
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO server_ratewindow(key, window_start, count) VALUES ('w', ?, 0)", (number,))
    values = (f"w{number}", "{}", "2026-01-01 00:00:00")
    database.execute("INSERT INTO server_instancevalue(name, value, changed_at) VALUES (?, ?, ?)", values)
    database.execute("COMMIT")
    print("wrote", flush=True)
"""


def main(file):
    settings.MIGRATION_MODULES = NoMigrations()
    call_command("migrate", run_syncdb=True, verbosity=0)
    setup.create_organisation("Acme")
    database = Path(os.environ["VEDETTE_DATA_DIR"]) / "vedette.sqlite3"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    plainly = archive._write_table

    def after_a_write(lines, model):
        writer.stdin.write("go\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "wrote\n"
        return plainly(lines, model)

    archive._write_table = after_a_write
    archive.write(file=Path(file), passphrase=None)
    writer.communicate()
    return writer.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
