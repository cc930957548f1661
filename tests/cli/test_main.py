"""The command itself: precedence of settings, and one sentence with a hint for whatever cannot be meant."""

import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from vedette import __version__
from vedette.cli import main as entrance
from vedette.cli.config import PREFIX, Config
from vedette.cli.main import main, scan_command
from vedette.cli.problem import Exit, Problem

HERE = "http://127.0.0.1:1/"


@pytest.fixture
def ordered(monkeypatch):
    """The orders that reach `scan`, in place of scans."""
    seen = []

    def scan(prepared, wishes, streams):
        seen.append((prepared, wishes))
        return Exit.PASSED

    monkeypatch.setattr(entrance, "scan", scan)
    return seen


def refused(capsys, *arguments):
    code = main(arguments)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vedette: ")
    assert len(err.splitlines()) == 2, err
    assert "Traceback" not in err
    return code, err


def test_alone_it_helps(capsys):
    assert main([]) == 0
    assert "replay" in capsys.readouterr().out
    assert main(["scan", "--help"]) == 0
    assert "VEDETTE_" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"vedette {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("scan", "Say what to scan"),
        ("scan ftp://x/", "not an http or https URL"),
        (f"scan {HERE} --nosuch", "No such option: --nosuch"),
        (f"scan {HERE} --header", "requires an argument"),
        (f"scan {HERE} --profile deep", "'deep' is not one of"),
        (f"scan {HERE} --fail-on bad", "'bad' is not one of"),
        (f"scan {HERE} --rate x", "valid number"),
        (f"scan {HERE} --rate nan", "cannot be negative or endless"),
        (f"scan {HERE} --max-requests -1", "greater than or equal to 0"),
        (f"scan {HERE} --max-time soon", "not a duration"),
        (f"scan {HERE} --checks nosuch", "no check or family named nosuch"),
        (f"scan {HERE} --profile lightning --checks sqli", "leaves nothing to do"),
        (f"scan {HERE} --allow-action nuke", "does not know nuke"),
        (f"scan {HERE} --allow-private x", "not an address range"),
        (f"scan {HERE} --json no/such/r.json", "The folder of --json"),
        (f"scan {HERE} --fail-on-new", "needs a --baseline"),
        (f"scan {HERE} --baseline none.json", "cannot be read"),
        (f"scan {HERE} --config none.yml", "cannot be read"),
        (f"scan {HERE} --config .", "cannot be read"),
        (f"scan {HERE}", "Nothing answers"),
        ("scan --resume none.jsonl", "cannot be resumed"),
        (f"scan {HERE} --resume e.jsonl --seed 3", "without a new URL, --seed"),
        ("scna", "Did you mean 'scan'?"),
        ("--nosuch", "No such option"),
        ("replay", "Missing argument"),
        ("checks a b", "unexpected extra argument"),
        ("demo --seed x", "valid integer"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_a_hint_and_code_2(arguments, says, capsys):
    code, err = refused(capsys, *arguments.split())
    assert code == Exit.USAGE
    assert says in err.splitlines()[0]
    assert "Value error" not in err


@pytest.mark.parametrize("secret", ["--header", "--cookie"])
def test_a_malformed_secret_is_not_repeated(secret, capsys):
    _, err = refused(capsys, "scan", HERE, secret, "t0psecret")
    assert "t0psecret" not in err


def test_a_password_in_a_url_is_not_repeated(capsys):
    _, err = refused(capsys, "scan", "http://ada:t0psecret@127.0.0.1/")
    assert "t0psecret" not in err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("VEDETTE_RATE", "fast", "VEDETTE_RATE has a wrong value: rate: 'fast' is not a number"),
        ("VEDETTE_PROFILE", "deep", "VEDETTE_PROFILE has a wrong value"),
        ("VEDETTE_INSECURE", "maybe", "neither true nor false"),
        ("VEDETTE_SEED", "1.5", "not a whole number"),
        ("VEDETTE_CONFIG", "none.yml", "cannot be read"),
        ("VEDETTE_RESUME", "none.jsonl", "cannot be resumed"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch, capsys, name, value, says):
    monkeypatch.setenv(name, value)
    assert says in refused(capsys, "scan")[1]


def test_a_wrong_variable_does_not_stop_what_does_not_read_it(monkeypatch, capsys):
    monkeypatch.setenv("VEDETTE_RATE", "fast")
    assert main(["doctor"]) == 0


def test_a_flag_beats_the_environment_beats_the_file(ordered, folder, monkeypatch):
    (folder / "vedette.yml").write_text(f"urls: [{HERE}]\nseed: 1\nmax_requests: 1\nauthorized: file\nquiet: true\n")
    monkeypatch.setenv("VEDETTE_SEED", "2")
    monkeypatch.setenv("VEDETTE_MAX_REQUESTS", "2")
    assert main(["scan", "--seed", "3"]) == 0
    prepared, wishes = ordered[0]
    assert prepared.job.start_urls == (HERE,)
    assert (prepared.job.seed, prepared.job.limits.max_requests, prepared.job.authorized) == (3, 2, "file")
    assert wishes.quiet


def test_lists_are_replaced_and_not_added_to(ordered, folder, monkeypatch):
    (folder / "vedette.yml").write_text("header: ['X-File: 1']\ncookie: ['a=file']\nexclude: ['*/file']\n")
    monkeypatch.setenv("VEDETTE_HEADER", "X-One: 1\nX-Two: two words; and more\n")
    monkeypatch.setenv("VEDETTE_EXCLUDE", "*/env")
    assert main(["scan", HERE, "--exclude", "*/flag"]) == 0
    prepared, _ = ordered[0]
    assert [setting.name for setting in prepared.job.headers] == ["X-One", "X-Two"]
    assert prepared.secrets["header-2"] == "two words; and more"
    assert prepared.secrets["cookie-1"] == "file"
    assert prepared.job.scope.exclude == ("*/flag",)


def test_every_option_can_stand_in_the_file_and_in_the_environment(ordered, monkeypatch, folder):
    own = {"context", "resume_file", "config_file"}
    names = set(inspect.signature(scan_command).parameters) - own
    assert names == {field.name for field in dataclasses.fields(Config)}
    (folder / "old.json").write_text('{"findings": []}')
    (folder / "seen.json").write_text('{"endpoints": [{"key": "k", "digest": "d"}]}')
    (folder / "env.json").write_text('{"values": []}')
    (folder / "api").write_text("GET /")
    (folder / "steps.json").write_text('[{"type": "goto", "url": "http://127.0.0.1/"}]')
    (folder / "both.pem").write_text("-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----")
    values = {
        "urls": HERE, "profile": "safe", "scope": HERE, "exclude": "*/x", "header": "A: b", "cookie": "c=d",
        "checks": "headers", "rate": "7.5", "max_requests": "9", "max_time": "10m", "seed": "4", "authorized": "me",
        "fail_fast": "yes",
        "insecure": "yes", "allow_private": "10.0.0.0/8", "allow_action": "log-out", "events": "e.jsonl",
        "json": "r.json", "sarif": "r.sarif", "junit": "r.xml", "html": "r.html", "csv": "r.csv", "fail_on": "high",
        "fail_on_new": "true", "baseline": "old.json", "quiet": "1", "openapi": "api", "postman": "api",
        "postman_env": "env.json", "graphql": HERE, "har": "api", "requests": "api", "api_value": "a=b",
        "media_type": "text/xml", "only": HERE, "since": "seen.json", "include_duplicates": "yes",
        "sequence": "steps.json", "sequences_only": "1", "described_only": "1", "test_header": "E: f",
        "test_cookie": "g=h",
        "host_header": f"{HERE} I: j", "host_cookie": f"{HERE} k=l",
        "login_url": HERE, "login_user": "jane",
        "login_password_env": "HOME", "login_field": "realm=north", "login_sequence": "steps.json",
        "login_payload_env": "HOME", "token_field": "t", "token_header": "X: Y", "totp_secret_env": "HOME",
        "totp": "SHA1", "otp_prompt": "yes", "otp_command": "true", "basic_user": "jane", "client_cert": "both.pem",
        "check_url": HERE, "logged_in_pattern": "Hello", "logout_detector": "text=bye", "logout_condition": "all",
        "second_login_url": HERE, "second_login_user": "john", "second_login_password_env": "HOME",
        "second_login_field": "realm=south", "second_login_sequence": "steps.json", "second_login_payload_env": "HOME",
        "second_totp_secret_env": "HOME", "second_basic_user": "john", "second_header": "M: n", "second_cookie": "o=p",
    }  # fmt: skip
    assert set(values) == names
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name.upper(), value)
    assert main(["scan"]) == 0
    prepared, wishes = ordered[0]
    job = prepared.job
    assert (job.profile, job.scope.include, job.checks, job.limits.rate) == ("safe", (HERE,), ("headers",), 7.5)
    assert [one.kind for one in job.descriptions] == ["openapi", "postman", "graphql", "har", "requests"]
    assert (job.part.urls, job.part.incremental, job.part.duplicates) == ((HERE,), True, True)
    sent = [(one.name, one.testing) for one in job.headers]
    assert sent == [("A", False), ("Authorization", False), ("E", True)]
    assert (job.fail_fast, job.stop_on_sequence_failure) == (True, True)
    assert (job.insecure, job.allow_actions, job.limits.max_time_s) == (True, ("log-out",), 600)
    assert [(one.name, len(one.steps), one.requires_login) for one in job.sequences] == [("steps", 1, True)]
    assert (job.login.kind, job.login.condition, job.certificate) == ("sequence", "all", "client-cert")
    assert job.second_login.kind == "sequence"
    assert [one.name for one in (*job.second_headers, *job.second_cookies)] == ["M", "Authorization", "o"]
    assert (wishes.fail_on, wishes.fail_on_new, wishes.quiet) == ("high", True, True)
    assert {*wishes.files} == {"json", "sarif", "junit", "html", "csv"}


def test_every_variable_is_documented():
    page = Path(__file__).parents[2].joinpath("docs", "use", "configuration.md").read_text()
    names = [field.name.upper() for field in dataclasses.fields(Config)]
    assert [name for name in [*names, "RESUME", "CONFIG"] if f"`{PREFIX}{name}`" not in page] == []


def test_replay_reads_the_secrets_of_the_environment(monkeypatch):
    seen = []
    monkeypatch.setattr(entrance.replay, "replay", lambda wish, console: seen.append(wish) or Exit.PASSED)
    monkeypatch.setenv("VEDETTE_COOKIE", "sid=abc")
    monkeypatch.setenv("VEDETTE_SEED", "5")
    assert main(["replay", "r.json", "id", "--header", "A: b"]) == 0
    assert (seen[0].cookie, seen[0].header) == (["sid=abc"], ["A: b"])


def test_a_choice_of_checks_may_begin_with_a_minus(ordered):
    assert main(["scan", HERE, "--checks", "-sqli", "--checks", "-xss-stored"]) == 0
    assert ordered[0][0].job.checks == ("-sqli", "-xss-stored")


def test_a_named_file_is_read_in_place_of_the_usual_one(ordered, folder):
    (folder / "vedette.yml").write_text("colour: red\n")
    (folder / "other.yml").write_text(f"urls: [{HERE}]\n")
    assert main(["scan", "--config", "other.yml"]) == 0
    assert ordered[0][0].job.start_urls == (HERE,)


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Problem("no"), 2), (Problem("no", code=Exit.NOT_RELIABLE), 3), (KeyboardInterrupt(), 130)],
)
def test_exit_codes(monkeypatch, fault, code):
    def broken(*_):
        raise fault

    monkeypatch.setattr(entrance, "scan", broken)
    assert main(["scan", HERE]) == code


def test_the_practice_site_takes_the_place_of_the_command():
    command = [sys.executable, "-m", "vedette.cli", "range", "--port", "none"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("module", ["vedette", "vedette.cli"])
def test_run_as_a_module_the_exit_code_is_the_commands(module):
    done = subprocess.run([sys.executable, "-m", module, "scan"], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Say what to scan." in done.stderr
