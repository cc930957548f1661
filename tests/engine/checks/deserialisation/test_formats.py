"""Formats are recognised, and their changes mean to the real languages what they should."""

from __future__ import annotations

import base64
import json
import pickle
import shutil
import subprocess
from urllib.parse import quote

import pytest

from vedette.engine.attack.rng import Rng
from vedette.engine.checks.deserialisation.formats import FORMATS, JAVA, PHP, PICKLE, RUBY, recognised

THEME = {"theme": "dark", "size": 12, "tags": ["one", "two"]}
PHP_THEME = 'a:2:{s:5:"theme";s:4:"dark";s:4:"size";i:12;}'


@pytest.mark.parametrize(
    ("value", "name", "wrapping"),
    [
        (PHP_THEME, "PHP", "plain"),
        ('O:4:"User":1:{s:4:"name";s:3:"Ann";}', "PHP", "plain"),
        (quote(PHP_THEME), "PHP", "plain"),
        (base64.b64encode(PHP_THEME.encode()).decode(), "PHP", "base64"),
        (base64.b64encode(pickle.dumps(THEME)).decode(), "Python pickle", "base64"),
        (quote(base64.b64encode(pickle.dumps(THEME)).decode(), safe=""), "Python pickle", "base64"),
        (pickle.dumps(THEME, protocol=2).hex(), "Python pickle", "hex"),
        ("rO0ABXQABGRhcms=", "Java", "base64"),
        ("aced00057400046461726b", "Java", "hex"),
        (base64.b64encode(b"\x04\b{\x06:\ntheme").decode(), "Ruby Marshal", "base64"),
        ("AAEAAAD/////AQAAAAAAAAAMAgAAAA==", ".NET BinaryFormatter", "base64"),
    ],
)
def test_a_serialised_value_is_recognised(value: str, name: str, wrapping: str) -> None:
    known = recognised(value)
    assert known
    assert (known.format.name, known.wrapping.name) == (name, wrapping)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "dark",
        "12",
        "a:b",
        "rO0",
        base64.b64encode(json.dumps(THEME).encode()).decode(),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "0123456789abcdef0123456789abcdef",
        base64.b64encode(b"\x04\b{\x06:\ntheme").decode() + "--0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    ],
)
def test_other_values_are_not(value: str) -> None:
    assert recognised(value) is None


@pytest.mark.parametrize("protocol", range(2, 6))
def test_python_reads_equal_spellings_alike_and_refuses_broken_ones(protocol: int) -> None:
    data = pickle.dumps(THEME, protocol=protocol)
    for same, broken in zip(PICKLE.same, PICKLE.broken, strict=True):
        assert pickle.loads(same(data) or b"") == THEME
        assert len(same(data) or b"") == len(broken(data) or b"")
        with pytest.raises((pickle.UnpicklingError, IndexError, EOFError)):
            pickle.loads(broken(data) or b"")


def test_python_reads_an_altered_text() -> None:
    assert PICKLE.altered
    changed = pickle.loads(PICKLE.altered(Rng(1, "unit"))(pickle.dumps({"theme": "dark"})) or b"")
    assert list(changed) == ["theme"]
    assert changed["theme"] != "dark"


@pytest.mark.skipif(not shutil.which("php"), reason="no PHP here")
def test_php_reads_equal_spellings_alike_and_refuses_broken_ones() -> None:
    assert PHP.altered
    data = PHP_THEME.encode()
    changes = [*PHP.same, *PHP.broken, PHP.altered(Rng(1, "unit"))]
    values = json.dumps([(change(data) or b"").decode() for change in changes])
    program = "foreach (json_decode($argv[1]) as $v) echo json_encode(@unserialize($v)), PHP_EOL;"
    done = subprocess.run(["php", "-r", program, values], capture_output=True, text=True, timeout=60)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert results[:2] == [{"theme": "dark", "size": 12}] * 2
    assert results[2:4] == [False, False]
    assert results[4]["size"] == 12
    assert results[4]["theme"] != "dark"


def test_java_changes_touch_only_what_follows_the_head() -> None:
    data = bytes.fromhex("aced00057400046461726b")
    assert [change(data) for change in JAVA.same] == [data[:4] + b"y" + data[4:], data[:4] + b"yy" + data[4:]]
    assert all((change(data) or b"").startswith(data[:4]) for change in JAVA.broken)
    assert all(change(data) != data for change in JAVA.broken)


def test_ruby_copies_are_longer_or_shorter() -> None:
    data = b'\x04\b{\x06:\ntheme"\tdark'
    assert all((change(data) or b"").startswith(data) for change in RUBY.same)
    assert all(data.startswith(change(data) or b"x") for change in RUBY.broken)


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_complaints_do_not_match_ordinary_pages(known: object) -> None:
    page = "Your order was saved. An error has occurred. The value is invalid; see the java and php manuals."
    assert not known.complaint.search(page)  # type: ignore[attr-defined]
