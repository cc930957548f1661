"""`vedette backup`: one file, one line about it."""

import pytest

from tests.server import factories
from vedette.cli.problem import Problem
from vedette.server.commands.backup import passphrase_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_says_what_it_wrote(place, typed, tmp_path):
    factories.organisation()
    code, out, _ = typed("backup", tmp_path / "b")
    assert code == 0
    assert out.startswith(f"{tmp_path / 'b'}: ")
    assert "rows" in out
    code, _, err = typed("backup", tmp_path / "b")
    assert code == 2
    assert "exists already" in err


def test_a_passphrase_comes_from_a_file(tmp_path):
    assert passphrase_of(None) is None
    file = tmp_path / "passphrase"
    file.write_text("correct horse battery\nsecond line\n")
    assert passphrase_of(file) == "correct horse battery"
    for content in (b"", b"\xff\xfe\n"):
        file.write_bytes(content)
        with pytest.raises(Problem, match="no passphrase"):
            passphrase_of(file)
    with pytest.raises(Problem, match="no passphrase"):
        passphrase_of(tmp_path / "none")


def test_a_passphrase_that_is_too_short_is_refused(place, typed, tmp_path):
    factories.organisation()
    (tmp_path / "passphrase").write_text("short")
    code, _, err = typed("backup", tmp_path / "b", "--with-keys", tmp_path / "passphrase")
    assert code == 2
    assert "at least 12 characters" in err
    assert not (tmp_path / "b").exists()
