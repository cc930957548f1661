"""`vedette login-test`: steps, verdict, exit code."""

import pytest

from tests.sites.login_club import club_beside
from vedette.cli.main import main


@pytest.fixture(autouse=True)
def password(monkeypatch):
    def given(text):
        monkeypatch.setenv("PASS_VAR", text)

    return given


def test_a_log_in_that_works(password, capsys):
    with club_beside() as site:
        password(site.password)
        words = ["--login-url", site.url + "/login", "--login-user", site.user, "--login-password-env", "PASS_VAR"]
        assert main(["login-test", site.url, "--no-browser", *words]) == 0
        out = capsys.readouterr().out
        assert " 1 Opened the log-in page" in out
        assert f"Logged in: {site.url}/members" in out
        assert site.password not in out


def test_one_that_does_not(password, capsys):
    with club_beside() as site:
        password("guess-1")
        words = ["--login-url", site.url + "/login", "--login-user", site.user, "--login-password-env", "PASS_VAR"]
        assert main(["login-test", site.url, "--no-browser", *words]) == 1
        assert "Not logged in: The user name or password was refused" in capsys.readouterr().out


def test_a_code_of_a_command(password, capsys):
    with club_beside(otp="page", outside_code="777333") as site:
        password(site.password)
        words = ["--login-url", site.url + "/login", "--login-user", site.user, "--login-password-env", "PASS_VAR"]
        assert main(["login-test", site.url, "--no-browser", *words, "--otp-command", "printf 777333"]) == 0


def test_both_users_are_tried(password, capsys, monkeypatch):
    with club_beside() as site:
        password(site.password)
        monkeypatch.setenv("OTHER_VAR", "guess-1")
        words = ["--login-url", site.url + "/login", "--login-user", site.user, "--login-password-env", "PASS_VAR"]
        second = ["--second-login-user", "john", "--second-login-password-env", "OTHER_VAR"]
        assert main(["login-test", site.url, "--no-browser", *words, *second]) == 1
        out = capsys.readouterr().out
        assert f"\nLogged in: {site.url}/members" in out
        assert "Second user: Not logged in: The user name or password was refused" in out
        assert ("john", "guess-1") in site.tries


def test_nothing_to_test(capsys):
    assert main(["login-test", "http://127.0.0.1:9/"]) == 2
    assert "There is no log-in to test" in capsys.readouterr().err


def test_a_scan_takes_the_same_options(password, capsys):
    with club_beside() as site:
        password(site.password)
        words = ["--login-url", site.url + "/login", "--login-user", site.user, "--login-password-env", "PASS_VAR"]
        assert main(["scan", site.url, *words, "--profile", "lightning", "--check-url", site.url + "/members"]) == 0
        assert "/members/rooms" in site.inside
