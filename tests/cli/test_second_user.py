"""The second user's options are read as the first one's, and what is A's alone is not sent in B's name."""

import base64
import json
from pathlib import Path

import pytest

from vedette.cli import second_user
from vedette.cli.entrance import Entrance, again
from vedette.cli.order import Order, prepare
from vedette.cli.problem import Problem
from vedette.contract import wire
from vedette.contract.job import Login, Setting, secret_names

HERE = "http://127.0.0.1:8080/"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIRST = {"login_user": "jane", "login_password_env": "PASS_VAR", "login_url": HERE + "in"}
SECOND = {"second_login_user": "john", "second_login_password_env": "OTHER_VAR"}


@pytest.fixture(autouse=True)
def variables(monkeypatch):
    monkeypatch.setenv("PASS_VAR", "hunter22")
    monkeypatch.setenv("OTHER_VAR", "fisher33")
    monkeypatch.setenv("KEY_VAR", KEY)
    monkeypatch.setenv("BODY_VAR", '{"u": "john"}')


def prepared(header=(), cookie=(), **options):
    return prepare(Order(urls=[HERE], header=list(header), cookie=list(cookie), entrance=Entrance(**options)))


def test_without_options_there_is_none():
    job = prepared(**FIRST).job
    assert (job.second_login, job.second_headers, job.second_cookies) == (Login(), (), ())


def test_a_form_shares_the_page_and_what_tells_of_the_session():
    made = prepared(**FIRST, **SECOND, second_login_field=["pin=env:KEY_VAR"], check_url=HERE + "me")
    login = made.job.second_login
    assert (login.kind, login.url, login.check_url) == ("form", HERE + "in", HERE + "me")
    assert login.fields == (
        Setting(name="username", value="john"),
        Setting(name="password", secret="second-login-password"),
        Setting(name="pin", secret="second-login-field-1"),
    )
    assert (made.secrets["login-password"], made.secrets["second-login-password"]) == ("hunter22", "fisher33")
    assert "fisher33" not in wire.dumps(made.job)
    own = prepared(**FIRST, **SECOND, second_login_url=HERE + "other").job.second_login
    assert own.url == HERE + "other"


def test_codes_of_both():
    made = prepared(**FIRST, **SECOND, totp_secret_env="KEY_VAR", second_totp_secret_env="KEY_VAR", totp="SHA256:8")
    first, second = made.job.login.otp, made.job.second_login.otp
    assert (first.secret, second.secret) == ("login-totp", "second-login-totp")
    assert (first.algorithm, first.digits) == (second.algorithm, second.digits) == ("SHA256", 8)


def test_a_token_and_a_recording(folder):
    made = prepared(login_payload_env="PASS_VAR", token_field="a.b", second_login_payload_env="BODY_VAR")
    assert (made.job.second_login.token.payload, made.job.second_login.token.field) == ("second-login-payload", "a.b")
    steps = [{"type": "goto", "url": HERE}, {"type": "fill_value", "css": "#password", "value": "[CUSTOM_PASSWORD]"}]
    (folder / "steps.json").write_text(json.dumps(steps))
    made = prepared(**FIRST, **SECOND, second_login_sequence=Path("steps.json"))
    assert made.job.second_login.kind == "sequence"
    assert set(secret_names(made.job)) <= set(made.secrets)
    assert made.secrets[made.job.second_login.steps[1].secret] == "fisher33"


def test_what_is_sent_with_every_request():
    made = prepared(
        header=["X-Key: a", "X-Env: test"],
        cookie=["sid=a"],
        **FIRST,
        second_header=["x-key: b"],
        second_cookie=["sid=b"],
        second_basic_user="john",
        second_login_password_env="OTHER_VAR",
    )
    job = made.job
    assert job.second_login.kind == "static"
    assert [one.name for one in job.second_headers] == ["x-key", "Authorization"]
    assert made.secrets["second-basic"] == "Basic " + base64.b64encode(b"john:fisher33").decode()
    assert made.secrets["second-cookie-1"] == "b"
    marks = {one.name: one.authenticates for one in (*job.headers, *job.cookies)}
    assert marks == {"X-Key": True, "X-Env": False, "sid": True}, "what both have is A's own; the rest goes to both"


def test_a_first_user_that_lives_in_headers_needs_no_mark():
    job = prepared(header=["X-Key: a"], second_header=["X-Key: b"]).job
    assert (job.login.kind, job.second_login.kind) == ("static", "static")
    assert not job.headers[0].authenticates


def test_secrets_are_given_again(folder):
    options = {**FIRST, **SECOND, "second_header": ["X: y"], "second_cookie": ["a=b"], "second_basic_user": "john"}
    made = prepared(**options)
    entrance = Entrance(**options)
    assert again(entrance, made.job) | second_user.again(entrance, made.job) == made.secrets
    assert second_user.again(Entrance(), made.job) == {}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"second_login_user": "john", "second_login_password_env": "OTHER_VAR"}, "needs a first one"),
        ({**FIRST, "second_login_password_env": "OTHER_VAR"}, "no way in"),
        ({**FIRST, "second_totp_secret_env": "KEY_VAR"}, "needs a log-in"),
        ({**FIRST, "second_login_url": HERE}, "needs a user"),
        ({**FIRST, "second_login_user": "john"}, "Password of the second user missing"),
        (
            {**FIRST, "second_login_user": "j", "second_login_password_env": "NONE"},
            "NONE of --second-login-password-env",
        ),
        ({**FIRST, "second_header": ["x"]}, "--second-header number 1"),
    ],
)
def test_what_cannot_be_meant(options, reason):
    with pytest.raises(Problem, match=reason):
        prepared(**options)
