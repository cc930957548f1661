"""Settings come from variables and files, are checked when read, and all stand in the manual."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.rules.tree import ROOT
from vedette.server.config import environment
from vedette.server.config.environment import SettingError, database, read, secret_key

FASTER = "An0ther-Pr0cess-Was_faster.with_its-0wn_KEY-1234567"
PAGE = ROOT / "docs" / "operate" / "settings.md"


class Noting(Mapping):
    """Variables that note which of them were asked for."""

    def __init__(self, given=()):
        self.asked = set()
        self._given = dict(given)

    def get(self, name, default=None):
        self.asked.add(name)
        return self._given.get(name, default)

    def __getitem__(self, name):
        return self._given[name]

    def __iter__(self):
        return iter(self._given)

    def __len__(self):
        return len(self._given)


def given(**variables):
    return read({f"VEDETTE_{name}": value for name, value in variables.items()})


def test_what_is_not_set_has_a_default():
    chosen = given()
    assert (chosen.host, chosen.port, chosen.workers, chosen.https) == ("127.0.0.1", 8100, 2, False)
    assert chosen.data_dir == environment.default_data_dir()
    assert chosen.master_keys == chosen.data_dir / "keys.json"


def test_an_empty_variable_counts_as_not_set():
    assert given(PORT="", HTTPS="", HOST=" ").port == 8100


def test_values_are_read(tmp_path):
    chosen = given(
        DATA_DIR=str(tmp_path),
        MASTER_KEYS="~/ring.json",
        HOSTS="a.example, b.example",
        ALLOW_PRIVATE="10.0.0.0/8:443 192.168.1.0/24",
        HTTPS="1",
    )
    assert chosen.data_dir == tmp_path
    assert chosen.master_keys == Path.home() / "ring.json"
    assert chosen.hosts == ("a.example", "b.example")
    assert chosen.allow_private == ("10.0.0.0/8:443", "192.168.1.0/24")
    assert chosen.trusted_proxies == 1


def test_a_file_may_hold_the_value(tmp_path):
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    assert given(METRICS_TOKEN_FILE=str(file), METRICS_TOKEN="other").metrics_token == "s3cret"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "٣"),
        ("WORKERS", "1.5"),
        ("HTTPS", "maybe"),
        ("ALLOW_PRIVATE", "10.0.0.0/33"),
        ("OUTBOUND_ALLOW", "everything"),
        ("RESOLVERS", "dns.example"),
        ("RESOLVERS", "192.0.2.53:0"),
        ("RESOLVERS", "user@192.0.2.53:53"),
        ("METRICS_TOKEN_FILE", "/nowhere/at/all"),
    ],
)
def test_a_wrong_value_is_named(name, value):
    with pytest.raises(SettingError, match=f"VEDETTE_{name}"):
        given(**{name: value})


def test_name_servers_are_addresses_with_or_without_a_port():
    words = ("192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:53", "2001:db8::53")
    assert given(RESOLVERS=", ".join(words)).resolvers == words
    assert given().resolvers == ()


def test_the_manual_names_every_variable_and_no_other():
    variables = Noting()
    read(variables)
    known = {name for name in variables.asked if not name.endswith("_FILE")}
    assert {name for name in variables.asked if name.endswith("_FILE")} == {f"{name}_FILE" for name in known}
    rows = set(re.findall(r"^\| `(VEDETTE_\w+)`", PAGE.read_text(), re.MULTILINE))
    assert rows == known


def test_the_manual_names_the_defaults():
    page = PAGE.read_text()
    chosen = given()
    for name, value in (("HOST", chosen.host), ("PORT", chosen.port), ("WORKERS", chosen.workers)):
        assert re.search(rf"^\| `VEDETTE_{name}` \| `?{re.escape(str(value))}`? \|", page, re.MULTILINE), name
    assert f"| `VEDETTE_SLICE_S` | `{chosen.slice_s}` |" in page


def test_the_instances_key_is_made_once_and_is_its_owners_alone(tmp_path):
    chosen = given(DATA_DIR=str(tmp_path / "new"))
    key = secret_key(chosen)
    assert len(key) > 40
    assert secret_key(chosen) == key
    assert stat.S_IMODE(chosen.secret_key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(chosen.data_dir.stat().st_mode) == 0o700
    assert [path.name for path in chosen.data_dir.iterdir()] == ["secret_key"]


def test_of_two_processes_at_once_both_have_the_same_key(tmp_path, monkeypatch):
    chosen = given(DATA_DIR=str(tmp_path))
    link = os.link

    def somebody_was_faster(source, target):
        Path(target).write_text(FASTER)
        Path(target).chmod(0o600)
        return link(source, target)

    monkeypatch.setattr(os, "link", somebody_was_faster)
    assert secret_key(chosen) == FASTER
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 60, b"\xff" * 60])
def test_a_key_that_is_none_is_refused(tmp_path, content):
    chosen = given(DATA_DIR=str(tmp_path))
    chosen.secret_key_file.write_bytes(content)
    chosen.secret_key_file.chmod(0o600)
    with pytest.raises(SettingError, match="secret_key"):
        secret_key(chosen)


def test_a_key_that_others_can_read_is_refused(tmp_path):
    chosen = given(DATA_DIR=str(tmp_path))
    secret_key(chosen)
    chosen.secret_key_file.chmod(0o640)
    with pytest.raises(SettingError, match="chmod 600"):
        secret_key(chosen)


def test_a_key_in_an_unusable_place_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match="secret_key cannot be used"):
        secret_key(given(DATA_DIR=str(tmp_path / "file")))


def test_the_file_database(tmp_path):
    found = database(given(DATA_DIR=str(tmp_path)))
    assert found["NAME"] == str(tmp_path / "vedette.sqlite3")
    assert "foreign_keys=ON" in found["OPTIONS"]["init_command"]
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_the_other_database():
    found = database(given(DATABASE="postgresql://me:p%40ss@db.example:5433/scans?sslmode=require"))
    wanted = {"NAME": "scans", "USER": "me", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433"}
    assert {name: found[name] for name in wanted} == wanted
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["keepalives_idle"] == "30"
    other = database(given(DATABASE="postgresql://me@/scans?keepalives_idle=5&options=-c%20jit%3Don"))["OPTIONS"]
    assert (other["keepalives_idle"], other["options"]) == ("5", "-c jit=on")
    assert database(given(DATABASE="postgresql://me@/scans?host=/run/pg"))["HOST"] == "/run/pg"


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host", "postgresql://host:port/name", "scans"])
def test_another_address_is_refused(url):
    with pytest.raises(SettingError, match="VEDETTE_DATABASE"):
        database(given(DATABASE=url))


def test_the_mail_server():
    assert given().mail.host == ""
    assert given(MAIL="smtps://mail.example/?from=v@example.org").mail.port == 465
    with pytest.raises(SettingError, match="VEDETTE_MAIL must look like"):
        given(MAIL="mail.example")
