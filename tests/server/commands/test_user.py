"""`vedette user`: what scripts read stands alone on standard output."""

import pytest

from tests.server import factories
from vedette.cli.problem import Problem
from vedette.server.commands.user import read_password
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_key_is_all_that_is_printed(place, typed):
    code, out, err = typed("user", "add", "ann@example.org", "--role", "owner", "--api-key")
    assert code == 0
    assert out.count("\n") == 1
    assert queries.authenticate_key(out.strip(), kinds=("probely",), address="") is not None
    assert "ann@example.org was added as owner" in err
    assert out.strip() not in err


def test_without_a_key_it_is_a_link(place, typed):
    code, out, _ = typed("user", "add", "ann@example.org")
    assert code == 0
    assert out.startswith("http://127.0.0.1:8100/ui/join/")


def test_with_a_password_file_nothing_is_printed(place, typed, tmp_path):
    file = tmp_path / "password"
    file.write_text(f"{factories.PASSWORD}\nsecond line\n")
    code, out, _ = typed("user", "add", "ann@example.org", "--password-file", file)
    assert (code, out) == (0, "")
    assert User.objects.get().check_password(factories.PASSWORD)
    file.write_text("another horse battery 8")
    code, out, err = typed("user", "password", "ann@example.org", "--password-file", file)
    assert (code, out) == (0, "")
    assert "another" not in err
    assert User.objects.get().check_password("another horse battery 8")


def test_what_is_wrong_is_one_sentence(place, typed):
    code, out, err = typed("user", "add", "nobody", "--api-key")
    assert (code, out) == (2, "")
    assert err.startswith("vedette: email: ")
    assert not User.objects.exists()


def test_a_password_file_that_is_none(tmp_path):
    assert read_password(None) is None
    for path, content in ((tmp_path / "none", None), (tmp_path / "empty", b"\n"), (tmp_path / "bytes", b"\xff\xfe")):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Problem, match=path.name):
            read_password(path)
