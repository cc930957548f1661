"""A backup goes from one database to another, and from an older version into this one, row for row."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.tree import ROOT

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
FILL = """
from vedette.server.commands.boot import django_up
django_up()
from vedette.server.commands.first_steps import first_steps
first_steps()
from tests.server.commands.filled import fill
fill()
"""


def vedette(*arguments, folder, before=()):
    """A command on the data directory in this folder, in front of it perhaps another that sets the stage."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("VEDETTE_", "DJANGO_"))}
    done = subprocess.run(
        [*map(str, before), *map(str, arguments)],
        env=inherited | {"VEDETTE_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def command(*arguments):
    return (sys.executable, "-m", "vedette", *map(str, arguments))


def rows(file):
    """Every row of a backup by its table, without what a backup or a restore notes itself."""
    with gzip.open(file) as raw:
        lines = [json.loads(line) for line in raw]
    found, table = {}, ""
    for line in lines[1:]:
        if isinstance(line, dict):
            table = line.get("table", "")
        elif not (table == "server_instancevalue" and line[0] == "backup"):
            found.setdefault(table, []).append(line)
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A backup of a filled SQLite instance without a scan under way, and its key ring."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "data").mkdir(mode=0o700)
    vedette(sys.executable, "-c", FILL, folder=folder)
    vedette(sys.executable, "-c", FILL.partition("from tests")[0] + FINISH, folder=folder)
    vedette(*command("backup", folder / "b"), folder=folder)
    return folder


FINISH = """
from vedette.server.agents.models import Run
Run.objects.filter(state="waiting").update(state="held")
"""


def fresh(tmp_path, filled):
    """An empty data directory with the key ring in place."""
    (tmp_path / "data").mkdir(mode=0o700)
    shutil.copy2(filled / "data" / "keys.json", tmp_path / "data" / "keys.json")
    return tmp_path


@pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL on this machine; on Debian: apt install postgresql")
@pytest.mark.long
def test_from_sqlite_to_postgresql_and_back(filled, tmp_path):
    there = fresh(tmp_path, filled)
    script = " && ".join(
        " ".join(map(str, one))
        for one in (
            command("restore", filled / "b"),
            command("doctor"),
            command("audit", "verify"),
            command("backup", there / "c"),
        )
    )
    said = vedette("bash", "-c", script, folder=there, before=(ROOT / "tools" / "with_postgres.sh",))
    assert "PostgreSQL" in said
    assert "BROKEN" not in said
    assert rows(there / "c") == rows(filled / "b")

    back = tmp_path / "back"
    back.mkdir()
    fresh(back, filled)
    vedette(*command("restore", there / "c"), folder=back)
    vedette(*command("backup", back / "d"), folder=back)
    assert rows(back / "d") == rows(filled / "b")


@pytest.mark.long
def test_a_backup_of_an_older_version_is_brought_up_to_date(filled, tmp_path):
    """Here one from before the last migration of a library, whose table it does not hold."""
    older = tmp_path / "older"
    with gzip.open(filled / "b") as raw:
        manifest, rest = json.loads(raw.readline()), raw.read()
    last = max(name for app, name in manifest["migrations"] if app == "axes")
    manifest["migrations"].remove(["axes", last])
    with gzip.open(older, "wb") as raw:
        raw.write(json.dumps(manifest).encode() + b"\n" + rest)
    folder = fresh(tmp_path, filled)
    vedette(*command("restore", older), folder=folder)
    vedette(*command("backup", folder / "c"), folder=folder)
    assert rows(folder / "c") == rows(filled / "b")
    with gzip.open(folder / "c") as raw:
        assert ["axes", last] in json.loads(raw.readline())["migrations"]
