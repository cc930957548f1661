"""From options to a log-in: secrets apart, and one clear sentence for what cannot be meant."""

import base64
import json
from pathlib import Path

import pytest

from vedette.cli.entrance import Entrance, again, opened, watched
from vedette.cli.order import Order, prepare
from vedette.cli.problem import Problem
from vedette.contract import wire
from vedette.contract.job import Detector, Setting, secret_names

HERE = "http://127.0.0.1:8080/"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def never(what):
    raise AssertionError(f"asked for {what}")


@pytest.fixture(autouse=True)
def variables(monkeypatch):
    monkeypatch.setenv("PASS_VAR", "hunter22")
    monkeypatch.setenv("KEY_VAR", KEY)
    monkeypatch.setenv("BODY_VAR", '{"u": "jane"}')


def test_user_and_password_are_enough():
    made = opened(Entrance(login_user="jane", login_password_env="PASS_VAR"), HERE, never)
    assert (made.login.kind, made.login.url) == ("form", HERE)
    assert made.login.fields == (
        Setting(name="username", value="jane"),
        Setting(name="password", secret="login-password"),
    )
    assert made.secrets == {"login-password": "hunter22"}


def test_the_password_is_asked_for_when_no_variable_is_named():
    made = opened(Entrance(login_user="jane", login_url=HERE + "in"), HERE, lambda what: f"typed {what}")
    assert made.secrets == {"login-password": "typed Password"}
    assert made.login.url == HERE + "in"


def test_with_nobody_to_ask_it_is_a_problem():
    with pytest.raises(Problem, match="Password missing"):
        opened(Entrance(login_user="jane"), HERE)


def test_fields_by_name():
    entrance = Entrance(login_field=["email=a@b.c", "pin=env:PASS_VAR"])
    made = opened(entrance, HERE, never)
    assert made.login.fields[1] == Setting(name="pin", secret="login-field-2")
    assert made.secrets == {"login-field-2": "hunter22"}


@pytest.mark.parametrize(
    ("text", "expected"), [("", ("SHA1", 6)), ("sha256:8", ("SHA256", 8)), ("SHA512", ("SHA512", 6))]
)
def test_codes(text, expected):
    entrance = Entrance(login_user="j", login_password_env="PASS_VAR", totp_secret_env="KEY_VAR", totp=text)
    made = opened(entrance, HERE, never)
    assert (made.login.otp.algorithm, made.login.otp.digits) == expected
    assert made.secrets["login-totp"] == KEY
    handed = opened(Entrance(login_user="j", login_password_env="PASS_VAR", otp_prompt=True), HERE, never)
    assert handed.login.otp.kind == "handed"


def test_a_token(folder):
    entrance = Entrance(login_payload_env="BODY_VAR", token_field="data.jwt", token_header="X-Token:")
    made = opened(entrance, HERE, never)
    assert made.login.kind == "api"
    assert (made.login.token.field, made.login.token.name, made.login.token.prefix) == ("data.jwt", "X-Token", "")
    usual = opened(Entrance(login_payload_env="BODY_VAR"), HERE, never).login.token
    assert (usual.name, usual.prefix) == ("Authorization", "Bearer")


def test_basic_authentication_is_a_header():
    prepared = prepare(Order(urls=[HERE], entrance=Entrance(basic_user="jane", login_password_env="PASS_VAR")))
    assert prepared.job.login.kind == "static"
    assert prepared.secrets["basic"] == "Basic " + base64.b64encode(b"jane:hunter22").decode()


def test_a_recording(folder):
    steps = [
        {"type": "goto", "url": HERE + "in"},
        {"type": "fill_value", "css": "#u", "value": "[CUSTOM_USERNAME]"},
        {"type": "fill_value", "css": "#password", "value": "[CUSTOM_PASSWORD]"},
    ]
    (folder / "steps.json").write_text(json.dumps(steps))
    entrance = Entrance(
        login_sequence=Path("steps.json"), login_user="jane", login_password_env="PASS_VAR", check_url=HERE
    )
    prepared = prepare(Order(urls=[HERE], entrance=entrance))
    job = prepared.job
    assert (job.login.kind, job.login.steps[1].value, job.login.check_url) == ("sequence", "jane", HERE)
    assert "hunter22" not in wire.dumps(job)
    assert again(entrance, job, never) == prepared.secrets


def test_a_client_certificate(folder, certificate):
    prepared = prepare(Order(urls=[HERE], entrance=Entrance(client_cert=certificate)))
    assert prepared.job.certificate == "client-cert"
    assert secret_names(prepared.job) == ("client-cert",)
    assert "PRIVATE KEY" in prepared.secrets["client-cert"]


def test_what_the_session_is_told_by():
    entrance = Entrance(logout_detector=["status_code=401", "header=X-User: none"], logout_condition="all")
    login = watched(entrance, opened(Entrance(login_user="j", login_password_env="PASS_VAR"), HERE, never).login)
    assert login.detectors == (
        Detector(kind="status_code", value="401"),
        Detector(kind="header", value="X-User: none"),
    )
    assert login.condition == "all"


@pytest.mark.parametrize(
    ("entrance", "reason"),
    [
        (Entrance(login_user="j", login_password_env="MISSING"), "MISSING of --login-password-env is not set"),
        (Entrance(login_url=HERE), "needs a user"),
        (Entrance(totp_secret_env="KEY_VAR"), "needs a log-in"),
        (Entrance(login_field=["x"]), "not a field"),
        (Entrance(login_user="j", login_password_env="PASS_VAR", totp_secret_env="KEY_VAR", totp="MD5"), "MD5"),
        (Entrance(login_sequence=Path("none.json")), "cannot be read"),
        (Entrance(client_cert=Path("/dev/null")), "needs a certificate and its key"),
        (Entrance(logout_detector=["colour=red"]), "colour=red"),
        (Entrance(logout_condition="some"), "any or all"),
    ],
)
def test_what_cannot_be_meant(entrance, reason):
    with pytest.raises(Problem, match=reason):
        prepare(Order(urls=[HERE], entrance=entrance))


def test_a_file_that_is_no_recording_says_why(folder):
    (folder / "x.json").write_text("[{}]")
    with pytest.raises(Problem, match=r"x\.json cannot be replayed. Step 1 has no type"):
        opened(Entrance(login_sequence=Path("x.json")), HERE, never)
