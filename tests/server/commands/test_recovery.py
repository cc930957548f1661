"""A backup comes back row for row, and a file that is none leaves nothing behind."""

import fcntl
import gzip
import json
import os
from dataclasses import replace

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.server import factories
from tests.server.commands.filled import SECRET, empty, fill, rows
from vedette.cli.problem import Problem
from vedette.server.commands import archive, recovery
from vedette.server.commands.running import Refused
from vedette.server.findings import search
from vedette.server.findings.models import Finding
from vedette.server.kernel import sealing
from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.targets.services.job_settings import job_settings
from vedette.server.tenancy.models import Organisation, User

pytestmark = pytest.mark.django_db(transaction=True)
PASSPHRASE = "a long enough passphrase"


@pytest.fixture
def ring(settings, place):
    """A data directory and key ring of the test's own."""
    settings.VEDETTE = replace(settings.VEDETTE, master_keys=place / "keys.json")
    yield place / "keys.json"
    sealing._ring_at.cache_clear()


@pytest.fixture(scope="module")
def once():
    """What is made once for all tests of this file: a backup with the ring inside, the ring, and the rows."""
    return {}


@pytest.fixture
def saved(once, ring, tmp_path):
    """A backup of a small instance, whose database is empty by now; the rows that were in it."""
    if not once:
        fill()
        archive.write(file=tmp_path / "once", passphrase=PASSPHRASE)
        once.update(file=(tmp_path / "once").read_bytes(), ring=ring.read_bytes(), rows=rows())
        empty()
        ring.unlink()
        sealing._ring_at.cache_clear()
    file = tmp_path / "b"
    file.write_bytes(once["file"])
    return file, once["rows"]


@pytest.fixture
def ready(once, saved, ring):
    """The same, with the key ring in place: no passphrase is needed, which takes its time on purpose."""
    ring.write_bytes(once["ring"])
    ring.chmod(0o600)
    return saved


def changed(file, change):
    """The file with its lines changed: `change(lines)` gets and gives the parsed lines."""
    with gzip.open(file) as raw:
        lines = [json.loads(line) for line in raw]
    with gzip.open(file, "wb") as raw:
        raw.writelines(json.dumps(line).encode() + b"\n" for line in change(lines))


def no_data_are_there():
    return not Organisation.objects.exists() and not User.objects.exists()


def nothing_is_there(ring):
    return not ring.exists() and no_data_are_there()


def read(file, passphrase=None):
    return recovery.read(file=file, passphrase=passphrase)


def test_every_row_comes_back(saved, ring, place):
    file, before = saved
    restored = read(file, PASSPHRASE)
    assert restored.rows == sum(map(len, before.values()))
    after = rows()
    # A scan was under way in the second organisation: it was stopped there, and that was noted.
    assert restored.stopped == ["Second"]
    differing = {table for table in before if before[table] != after[table]}
    assert differing == {"server_organisation", "server_domainevent"}
    assert Organisation.objects.filter(paused=True).get().name == "Second"
    assert len(after["server_domainevent"]) == len(before["server_domainevent"]) + 1
    assert after["server_domainevent"][: len(before["server_domainevent"])] == before["server_domainevent"]


def test_without_anything_under_way_the_very_same_instance_is_back(ring, tmp_path):
    home = factories.organisation()
    factories.run_scan(factories.target(home), factories.flaw())
    archive.write(file=tmp_path / "b", passphrase=None)
    before = rows()
    empty()
    assert read(tmp_path / "b").stopped == []
    assert rows() == before


def test_secrets_open_search_finds_and_new_rows_get_new_numbers(ready):
    read(ready[0])
    finding = Finding.objects.order_by("-pk").first()
    assert search.narrow(Finding.objects.all(), "reflected").count() == 3
    assert SECRET in job_settings(finding.target).secrets.values()
    factories.run_scan(finding.target, factories.flaw("new"))
    assert Finding.objects.order_by("-pk").first().pk > finding.pk


def test_where_data_are_it_refuses(saved):
    file, _ = saved
    factories.organisation("Mine")
    with pytest.raises(Conflict, match="data here already"):
        read(file)
    assert Organisation.objects.get().name == "Mine"


def test_while_the_platform_runs_it_refuses(saved, place, ring):
    handle = os.open(place / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(Refused, match="Another platform"):
            read(saved[0])
    finally:
        os.close(handle)
    assert nothing_is_there(ring)


@pytest.mark.parametrize("passphrase", [None, "not the passphrase"])
def test_without_the_passphrase_nothing_happens(saved, ring, passphrase):
    with pytest.raises((Conflict, sealing.SealError), match="passphrase"):
        read(saved[0], passphrase)
    assert nothing_is_there(ring)


def test_a_file_without_keys_wants_the_ring_first(saved, ring):
    file, _ = saved
    changed(file, lambda lines: [{**lines[0], "keys": None}, *lines[1:]])
    with pytest.raises(Conflict, match="key ring"):
        read(file)
    assert nothing_is_there(ring)
    # Another ring than that of the instance does not do.
    sealing.KeyRing(ring)
    with pytest.raises(Problem, match="does not open"):
        read(file)
    assert ring.exists()
    assert not Organisation.objects.exists()


def test_a_backup_of_a_newer_version_is_refused(saved, ring):
    file, _ = saved
    newer = lambda lines: [{**lines[0], "migrations": [*lines[0]["migrations"], ["server", "9999_x"]]}, *lines[1:]]  # noqa: E731
    changed(file, newer)
    with pytest.raises(Conflict, match="newer version"):
        read(file)
    changed(file, lambda lines: [{**lines[0], "vedette_backup": 2}, *lines[1:]])
    with pytest.raises(Conflict, match="another version"):
        read(file)
    assert nothing_is_there(ring)


def test_a_database_of_a_newer_version_is_refused(saved, ring):
    recorder = MigrationRecorder(connection)
    recorder.record_applied("server", "0000_other")
    try:
        with pytest.raises(Conflict, match="another version"):
            read(saved[0])
    finally:
        recorder.record_unapplied("server", "0000_other")


def table_of(lines, name):
    return next(number for number, line in enumerate(lines) if isinstance(line, dict) and line.get("table") == name)


def swapped(lines, number, line):
    return [*lines[:number], line, *lines[number + 1 :]]


def referring_to(lines, name, column, number):
    table = table_of(lines, name)
    place = lines[table]["columns"].index(column)
    return swapped(lines, table + 1, swapped(lines[table + 1], place, number))


HOSTILE = {
    "empty": lambda lines: [],
    "no manifest": lambda lines: lines[1:],
    "a list as manifest": lambda lines: [[1], *lines[1:]],
    "migrations of another form": lambda lines: [{**lines[0], "migrations": 5}, *lines[1:]],
    "keys of another form": lambda lines: [{**lines[0], "keys": "%%%"}, *lines[1:]],
    "no end": lambda lines: lines[:-1],
    "cut in the middle": lambda lines: lines[: len(lines) // 2],
    "something after the end": lambda lines: [*lines, {"table": "server_user"}],
    "a row too few": lambda lines: [
        line for number, line in enumerate(lines) if number != table_of(lines, "server_user") + 1
    ],
    "other counts": lambda lines: [*lines[:-1], {"end": {}}],
    "an unknown table": lambda lines: swapped(
        lines, table_of(lines, "server_user"), {"table": "django_migrations", "columns": ["id"]}
    ),
    "a table that is none of ours": lambda lines: swapped(
        lines, table_of(lines, "server_user"), {"table": 'x"; DROP TABLE server_user; --', "columns": []}
    ),
    "a table twice": lambda lines: [*lines[:-1], lines[table_of(lines, "server_user")], lines[-1]],
    "a path for a table": lambda lines: swapped(
        lines, table_of(lines, "server_user"), {"table": "../../etc/passwd", "columns": []}
    ),
    "an unknown column": lambda lines: swapped(
        lines,
        table_of(lines, "server_user"),
        {"table": "server_user", "columns": [*lines[table_of(lines, "server_user")]["columns"], 'x") --']},
    ),
    "a column too few": lambda lines: swapped(
        lines,
        table_of(lines, "server_user"),
        {"table": "server_user", "columns": lines[table_of(lines, "server_user")]["columns"][1:]},
    ),
    "columns of another form": lambda lines: swapped(
        lines, table_of(lines, "server_user"), {"table": "server_user", "columns": 7}
    ),
    "a short row": lambda lines: swapped(
        lines, table_of(lines, "server_user") + 1, lines[table_of(lines, "server_user") + 1][1:]
    ),
    "values of another kind": lambda lines: swapped(
        lines, table_of(lines, "server_user") + 1, ["x"] * len(lines[table_of(lines, "server_user") + 1])
    ),
    "a row before any table": lambda lines: [lines[0], [1, 2], *lines[1:]],
    "a number for a line": lambda lines: [lines[0], 7, *lines[1:]],
    "a reference to nobody": lambda lines: referring_to(lines, "server_membership", "user_id", 99_999),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_nothing_behind(ready, name):
    file, _ = ready
    changed(file, HOSTILE[name])
    with pytest.raises(Invalid) as caught:
        read(file)
    sentence = caught.value.fields[""][0]
    assert "is no whole backup" in sentence or "does not fit" in sentence
    assert len(sentence) < 600
    assert no_data_are_there()
    # The connection is as usable as before.
    factories.organisation("After")


@pytest.mark.parametrize("content", [b"", b"plain text", b"\x1f\x8b\x08\x00broken", None])
def test_a_file_that_is_no_archive(place, tmp_path, content):
    file = tmp_path / "b"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Invalid, match="invalid"):
        read(file)


def test_a_file_that_is_cut_short_or_changed_in_one_byte(ready):
    file, _ = ready
    whole = file.read_bytes()
    for broken in (whole[:-1], whole[: len(whole) // 2], whole[:-6] + bytes([whole[-6] ^ 1]) + whole[-5:]):
        file.write_bytes(broken)
        with pytest.raises(Invalid):
            read(file)
        assert no_data_are_there()


def test_a_ring_from_a_file_that_turns_out_to_be_broken_does_not_stay(saved, ring):
    file, _ = saved
    changed(file, lambda lines: lines[:-1])
    with pytest.raises(Invalid):
        read(file, PASSPHRASE)
    assert nothing_is_there(ring)


def test_a_bomb_costs_no_memory(place, tmp_path, monkeypatch):
    monkeypatch.setattr(recovery, "MAX_LINE", 1 << 20)
    file = tmp_path / "b"
    with gzip.open(file, "wb") as raw:
        for _ in range(64):
            raw.write(b"0" * (1 << 20))
    with pytest.raises(Invalid) as caught:
        read(file)
    assert "too long" in caught.value.fields[""][0]


def test_a_line_of_nested_lists_is_no_line(place, tmp_path):
    file = tmp_path / "b"
    with gzip.open(file, "wb") as raw:
        raw.write(b"[" * 200_000 + b"\n")
    with pytest.raises(Invalid):
        read(file)
