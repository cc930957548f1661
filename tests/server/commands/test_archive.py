"""A backup is one moment of the whole database, taken while others write, and nobody else can read it."""

import base64
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models

from tests.rules.tree import ROOT
from tests.server import factories
from tests.server.commands.filled import SECRET, fill
from vedette.server.commands import archive
from vedette.server.commands.archive import LEFT_OUT, plain, stored, tables
from vedette.server.kernel.errors import Invalid
from vedette.server.kernel.models import InstanceValue
from vedette.server.kernel.sealing import SealError
from vedette.server.tenancy.models import AccessSession, Organisation, User

pytestmark = pytest.mark.django_db(transaction=True)
PASSPHRASE = "a long enough passphrase"


def text_of(file):
    with gzip.open(file) as raw:
        return raw.read()


def read(file):
    """The manifest, the rows of each table, and the end."""
    manifest, *lines = map(json.loads, text_of(file).splitlines())
    found, table = {}, None
    for line in lines:
        if isinstance(line, dict) and "table" in line:
            table = found[line["table"]] = []
        elif isinstance(line, list):
            table.append(line)
    return manifest, found, lines[-1]


def test_every_table_is_in_it_and_the_count_is_right(tmp_path):
    fill()
    file = tmp_path / "b"
    count = archive.write(file=file, passphrase=None)
    manifest, found, end = read(file)
    assert manifest["vedette_backup"] == archive.FORMAT
    assert ["server", "0001_initial"] in manifest["migrations"]
    assert manifest["keys"] is None
    assert sorted(found) == [model._meta.db_table for model in tables(apps.get_models(include_auto_created=True))]
    assert end == {"end": {table: len(rows) for table, rows in found.items()}}
    assert count == sum(map(len, found.values()))
    assert len(found["server_finding"]) == 3


def test_what_is_left_out_exists_and_is_left_out(tmp_path):
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert set(LEFT_OUT) <= known
    home = factories.organisation()
    AccessSession.objects.create(
        token_hash="t0ken-hash", user=factories.person(home), organisation=home, expires_at=datetime.now(UTC)
    )
    archive.write(file=tmp_path / "b", passphrase=None)
    assert not set(LEFT_OUT) & set(read(tmp_path / "b")[1])
    assert b"t0ken-hash" not in text_of(tmp_path / "b")


def test_the_file_is_its_owners_alone_and_appears_whole(tmp_path, monkeypatch):
    factories.organisation()
    file = tmp_path / "b"
    archive.write(file=file, passphrase=None)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["b"]

    def dies(lines, model):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_write_table", dies)
    with pytest.raises(Invalid) as caught:
        archive.write(file=tmp_path / "c", passphrase=None)
    assert "No space left" in caught.value.fields[""][0]
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    # The connection is as usable as before.
    factories.organisation("Another")


def test_nothing_is_overwritten_and_a_bad_place_is_named(tmp_path):
    factories.organisation()
    (tmp_path / "b").write_text("mine")
    with pytest.raises(Invalid):
        archive.write(file=tmp_path / "b", passphrase=None)
    assert (tmp_path / "b").read_text() == "mine"
    with pytest.raises(Invalid):
        archive.write(file=tmp_path / "no" / "folder" / "b", passphrase=None)


def test_secrets_stay_sealed_and_keys_are_only_in_it_when_asked_for(tmp_path):
    fill()
    archive.write(file=tmp_path / "b", passphrase=None)
    archive.write(file=tmp_path / "k", passphrase=PASSPHRASE)
    for name in "bk":
        text = text_of(tmp_path / name)
        for secret in (SECRET, PASSPHRASE):
            for form in (secret.encode(), base64.b64encode(secret.encode())):
                assert form not in text
    assert read(tmp_path / "k")[0]["keys"]
    with pytest.raises(SealError, match="passphrase"):
        archive.write(file=tmp_path / "s", passphrase="short")
    assert not (tmp_path / "s").exists()


def test_a_note_says_when_it_was_written(tmp_path):
    factories.organisation()
    count = archive.write(file=tmp_path / "b", passphrase=None)
    assert InstanceValue.objects.get(name=archive.NOTE).value["rows"] == count


def test_what_is_written_meanwhile_is_not_in_it(tmp_path, monkeypatch):
    """Another thread writes between two tables: it does not wait, and the file shows the moment of the beginning."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("a database in memory is one connection's")
    factories.organisation("Before")
    write_table = archive._write_table
    written = []

    def and_somebody_writes(lines, model):
        if not written:
            thread = threading.Thread(target=others_write, args=(written,))
            thread.start()
            thread.join(60)
        return write_table(lines, model)

    monkeypatch.setattr(archive, "_write_table", and_somebody_writes)
    archive.write(file=tmp_path / "b", passphrase=None)
    assert written == ["During"]
    names = [row for row in read(tmp_path / "b")[1]["server_organisation"] if "During" in row]
    assert names == []
    assert Organisation.objects.count() == 2


def others_write(written):
    factories.organisation("During")
    written.append("During")
    connection.close()


def test_a_file_of_sqlite_is_backed_up_while_another_process_writes(tmp_path):
    """Each write goes through at once, and none of them shows."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("VEDETTE_", "DJANGO_"))}
    data = tmp_path / "data"
    data.mkdir()
    subprocess.run(
        [sys.executable, "-m", "tests.server.commands.busy", str(tmp_path / "b")],
        env=variables | {"VEDETTE_DATA_DIR": str(data)},
        cwd=ROOT,
        check=True,
    )
    found = read(tmp_path / "b")[1]
    assert not [row for row in found["server_instancevalue"] if row[0].startswith("w")]
    assert len(found["server_organisation"]) == 1
    with closing(sqlite3.connect(data / "vedette.sqlite3")) as database:
        assert database.execute("SELECT COUNT(*) FROM server_ratewindow").fetchone() == (len(found),)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (models.BinaryField(), b"\x00\xff", "AP8="),
        (models.BinaryField(), memoryview(b"ab"), "YWI="),
        (models.UUIDField(), UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (models.DateField(), date(2026, 2, 28), "2026-02-28"),
        (models.DateTimeField(), datetime(2026, 2, 28, 1, 2, 3, 4, UTC), "2026-02-28T01:02:03.000004+00:00"),
        (models.CharField(), "ä\n", "ä\n"),
        (models.BooleanField(), True, True),
        (models.FloatField(), 0.1, 0.1),
        (models.DateTimeField(null=True), None, None),
    ],
)
def test_values_go_there_and_back(field, value, text):
    assert plain(value) == text
    again = stored(field, json.loads(json.dumps(plain(value))))
    # What PostgreSQL's driver makes of bytes is wrapped once more.
    again = getattr(again, "obj", again)
    assert bytes(again) == bytes(value) if isinstance(value, bytes | memoryview) else again == expected(field, value)


def expected(field, value):
    return field.get_db_prep_save(value, connection)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (models.BinaryField(), "no base64!"),
        (models.BinaryField(), 5),
        (models.DateTimeField(), "yesterday"),
        (models.UUIDField(), "x"),
        (models.IntegerField(), "x"),
    ],
)
def test_values_that_are_none_of_the_columns(field, value):
    with pytest.raises((ValueError, TypeError, ValidationError)):
        stored(field, value)


def test_everybody_is_in_it(tmp_path):
    fill()
    archive.write(file=tmp_path / "b", passphrase=None)
    assert len(read(tmp_path / "b")[1]["server_user"]) == User.objects.count() == 2
