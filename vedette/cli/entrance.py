"""The options that say how to get in: from what a person typed to a log-in, its secrets set apart.

Secrets never stand on the command line, which other users of the machine can read: they come from environment
variables that are named there, from files, or are asked for.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import typer

from vedette.cli.problem import Problem
from vedette.contract.job import (
    DETECTOR_KINDS,
    OTP_ALGORITHMS,
    Detector,
    Job,
    Login,
    Otp,
    RecordedStep,
    Setting,
    TokenLogin,
    secret_names,
)
from vedette.contract.recording import RecordingError
from vedette.engine.parse.recording import read

PASSWORD, TOTP, PAYLOAD, BASIC, CERTIFICATE = "login-password", "login-totp", "login-payload", "basic", "client-cert"
OPTIONS_OF_SECRETS = {
    PASSWORD: "--login-password-env VARIABLE",
    TOTP: "--totp-secret-env VARIABLE",
    PAYLOAD: "--login-payload-env VARIABLE",
    BASIC: "--basic-user NAME --login-password-env VARIABLE",
    CERTIFICATE: "--client-cert FILE",
    f"second-{PASSWORD}": "--second-login-password-env VARIABLE",
    f"second-{TOTP}": "--second-totp-secret-env VARIABLE",
    f"second-{PAYLOAD}": "--second-login-payload-env VARIABLE",
    f"second-{BASIC}": "--second-basic-user NAME --second-login-password-env VARIABLE",
}
"""What gives a secret again, by its name in the job."""

GIVEN_AGAIN = frozenset(
    (
        "login_user", "login_password_env", "login_field", "login_sequence", "login_payload_env", "totp_secret_env",
        "otp_prompt", "otp_command", "basic_user", "client_cert", "second_login_user", "second_login_password_env",
        "second_login_field", "second_login_sequence", "second_login_payload_env", "second_totp_secret_env",
        "second_basic_user", "second_header", "second_cookie",
    )
)  # fmt: skip
"""Options that a scan to be gone on with may need once more: secrets are not stored."""

MAX_FILE = 4 * 1024 * 1024
Ask = Callable[[str], str]


@dataclass(slots=True, kw_only=True)
class Entrance:
    """The options themselves."""

    login_url: str = ""
    login_user: str = ""
    login_password_env: str = ""
    login_field: list[str] = field(default_factory=list)
    login_sequence: Path | None = None
    login_payload_env: str = ""
    token_field: str = ""
    token_header: str = ""
    totp_secret_env: str = ""
    totp: str = ""
    otp_prompt: bool = False
    otp_command: str = ""
    basic_user: str = ""
    client_cert: Path | None = None
    check_url: str = ""
    logged_in_pattern: str = ""
    logout_detector: list[str] = field(default_factory=list)
    logout_condition: str = "any"
    second_login_url: str = ""
    second_login_user: str = ""
    second_login_password_env: str = ""
    second_login_field: list[str] = field(default_factory=list)
    second_login_sequence: Path | None = None
    second_login_payload_env: str = ""
    second_totp_secret_env: str = ""
    second_basic_user: str = ""
    second_header: list[str] = field(default_factory=list)
    second_cookie: list[str] = field(default_factory=list)

    @property
    def given(self) -> bool:
        """Whether any way in is named."""
        ways = (self.login_user, self.login_url, self.login_sequence, self.login_payload_env, self.login_field)
        return any(ways)

    @property
    def second_logs_in(self) -> bool:
        """Whether a way in is named for the second user."""
        ways = (self.second_login_user, self.second_login_url, self.second_login_sequence)
        return any((*ways, self.second_login_payload_env, self.second_login_field))

    @property
    def second_given(self) -> bool:
        """Whether anything is said of a second user."""
        sent = (self.second_basic_user, self.second_header, self.second_cookie)
        return self.second_logs_in or any((*sent, self.second_totp_secret_env, self.second_login_password_env))


@dataclass(slots=True)
class Opened:
    """What the options came to. `login` is None when they name no log-in that we make; `headers` go with all requests;
    `certificate` names a secret."""

    login: Login | None = None
    headers: tuple[Setting, ...] = ()
    certificate: str = ""
    secrets: dict[str, str] = field(default_factory=dict)


def opened(entrance: Entrance, start_url: str, ask: Ask | None = None, user: str = "") -> Opened:
    """Raises Problem for what cannot be meant. `ask` asks a person for a secret; without it the terminal is asked.
    `user` stands before options and names of secrets that are another user's (`second-`)."""
    ask = ask or asked
    made = Opened()
    if entrance.basic_user:
        made.secrets[user + BASIC] = _basic(entrance, ask, user)
        made.headers = (Setting(name="Authorization", secret=user + BASIC),)
    if entrance.client_cert is not None:
        made.secrets[CERTIFICATE] = _certificate(entrance.client_cert)
        made.certificate = CERTIFICATE
    if entrance.given:
        made.login = _login(entrance, start_url, made.secrets, ask, user)
    elif entrance.totp_secret_env or entrance.otp_prompt or entrance.otp_command or entrance.token_field:
        hint = f"Give --{user}login-user, --{user}login-sequence or the like."
        raise Problem("A second factor or token needs a log-in.", hint)
    return made


def watched(entrance: Entrance, login: Login) -> Login:
    """The log-in with what its session is told by. Raises Problem."""
    if entrance.logout_condition not in ("any", "all"):
        raise Problem("--logout-condition is any or all.")
    return Login(
        kind=login.kind,
        url=login.url,
        fields=login.fields,
        steps=login.steps,
        token=login.token,
        otp=login.otp,
        check_url=entrance.check_url,
        logged_in_pattern=entrance.logged_in_pattern,
        detectors=tuple(_detector(text) for text in entrance.logout_detector),
        condition=entrance.logout_condition,
    )


def _login(entrance: Entrance, start_url: str, secrets: dict[str, str], ask: Ask, user: str) -> Login:
    otp = _otp(entrance, secrets, user)
    url = entrance.login_url or start_url
    if entrance.login_sequence is not None:
        steps, found = recorded(entrance, ask, user)
        secrets.update(found)
        return Login(kind="sequence", url=steps[0].url, steps=steps, otp=otp)
    if entrance.login_payload_env:
        secrets[user + PAYLOAD] = _from_environment(entrance.login_payload_env, f"--{user}login-payload-env")
        name, _, prefix = (entrance.token_header or "Authorization: Bearer").partition(":")
        token = TokenLogin(
            payload=user + PAYLOAD, field=entrance.token_field or "token", name=name.strip(), prefix=prefix.strip()
        )
        return Login(kind="api", url=url, token=token)
    fields = _fields(entrance, secrets, ask, user)
    return Login(kind="form", url=url, fields=fields, otp=otp)


def _fields(entrance: Entrance, secrets: dict[str, str], ask: Ask, user: str) -> tuple[Setting, ...]:
    fields = [Setting(name="username", value=entrance.login_user)] if entrance.login_user else []
    if entrance.login_user:
        secrets[user + PASSWORD] = _password(entrance, ask, user)
        fields.append(Setting(name="password", secret=user + PASSWORD))
    option = f"--{user}login-field"
    for number, text in enumerate(entrance.login_field, 1):
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Problem(f"{option} number {number} is not a field.", "Write it like NAME=VALUE or NAME=env:NAME.")
        if value.startswith("env:"):
            secret = f"{user}login-field-{number}"
            secrets[secret] = _from_environment(value[4:], option)
            fields.append(Setting(name=name.strip(), secret=secret))
        else:
            fields.append(Setting(name=name.strip(), value=value))
    if not fields:
        raise Problem("A log-in by form needs a user.", f"Give --{user}login-user and --{user}login-password-env.")
    return tuple(fields)


def recorded(entrance: Entrance, ask: Ask, user: str = "") -> tuple[tuple[RecordedStep, ...], dict[str, str]]:
    """The steps of the recording, and the secrets in it. Raises Problem."""
    path = entrance.login_sequence or Path()
    values = {"USERNAME": entrance.login_user} if entrance.login_user else {}
    text = file_text(path, f"--{user}login-sequence")
    if "[CUSTOM_PASSWORD]" in text:
        values["PASSWORD"] = _password(entrance, ask, user)
    try:
        found = read(text, values, f"{user}login-step")
    except RecordingError as error:
        raise Problem(f"{path} cannot be replayed. {error}", "Record it again, or see docs/use/log-ins.md.") from None
    return found.steps, found.secrets


def _otp(entrance: Entrance, secrets: dict[str, str], user: str) -> Otp | None:
    if entrance.otp_prompt or entrance.otp_command:
        return Otp(kind="handed")
    if not entrance.totp_secret_env:
        return None
    secrets[user + TOTP] = _from_environment(entrance.totp_secret_env, f"--{user}totp-secret-env")
    algorithm, _, digits = (entrance.totp.upper() or "SHA1").partition(":")
    if algorithm not in OTP_ALGORITHMS or (digits or "6") not in ("6", "7", "8"):
        raise Problem(f"--totp does not know {entrance.totp!r}.", "For example SHA1, SHA256:8 or SHA512:6.")
    return Otp(secret=user + TOTP, algorithm=algorithm, digits=int(digits or 6))


def _detector(text: str) -> Detector:
    kind, equals, value = text.partition("=")
    if kind not in DETECTOR_KINDS or not equals or not value:
        raise Problem(
            f"--logout-detector does not know {text!r}.",
            f"Write it like KIND=VALUE; kinds: {', '.join(DETECTOR_KINDS)}.",
        )
    return Detector(kind=kind, value=value)


def _password(entrance: Entrance, ask: Ask, user: str) -> str:
    option = f"--{user}login-password-env"
    return _secret(entrance.login_password_env, option, "Password of the second user" if user else "Password", ask)


def _basic(entrance: Entrance, ask: Ask, user: str) -> str:
    password = _password(entrance, ask, user)
    return "Basic " + base64.b64encode(f"{entrance.basic_user}:{password}".encode()).decode("ascii")


def _certificate(path: Path) -> str:
    text = file_text(path, "--client-cert")
    if "-----BEGIN CERTIFICATE" not in text or "PRIVATE KEY-----" not in text:
        raise Problem(f"{path} needs a certificate and its key, both as PEM.", "Put both into one file.")
    return text


def file_text(path: Path, option: str) -> str:
    """What a file of the option holds. Raises Problem when it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE + 1)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.", f"Check {option}.") from None
    if len(raw) > MAX_FILE:
        raise Problem(f"{path} is larger than {MAX_FILE >> 20} MiB.", f"Check {option}.")
    return raw.decode("utf-8", "replace")


def _secret(name: str, option: str, what: str, ask: Ask) -> str:
    return _from_environment(name, option) if name else ask(what)


def _from_environment(name: str, option: str, variables: Mapping[str, str] = os.environ) -> str:
    value = variables.get(name, "")
    if not value:
        raise Problem(f"The environment variable {name} of {option} is not set.", "Export it, or name another one.")
    return value


def asked(what: str) -> str:
    """A secret from the terminal. Raises Problem when there is nobody to ask."""
    if not sys.stdin.isatty():
        raise Problem(f"{what} missing.", "Name the environment variable that holds it: --login-password-env NAME.")
    return str(typer.prompt(what, hide_input=True, err=True))


def again(entrance: Entrance, job: Job, ask: Ask | None = None) -> dict[str, str]:
    """The secrets that a job to be gone on with needs of these options; those that they do not give are left out."""
    return again_as(entrance, job, ask, "")


def again_as(entrance: Entrance, job: Job, ask: Ask | None, user: str) -> dict[str, str]:
    """As `again`, of the user whose options and secrets have `user` before their names."""
    wanted = secret_names(job)
    ask = ask or asked
    found: dict[str, str] = {}
    if entrance.login_sequence is not None:
        found |= recorded(entrance, ask, user)[1]
    if entrance.client_cert is not None:
        found[CERTIFICATE] = _certificate(entrance.client_cert)
    for secret, variable, option in (
        (TOTP, entrance.totp_secret_env, "totp-secret-env"),
        (PAYLOAD, entrance.login_payload_env, "login-payload-env"),
        (PASSWORD, entrance.login_password_env, "login-password-env"),
    ):
        if user + secret in wanted and variable:
            found[user + secret] = _from_environment(variable, f"--{user}{option}")
    if user + BASIC in wanted and entrance.basic_user:
        found[user + BASIC] = _basic(entrance, ask, user)
    for number, text in enumerate(entrance.login_field, 1):
        secret = f"{user}login-field-{number}"
        if secret in wanted and (value := text.partition("=")[2]).startswith("env:"):
            found[secret] = _from_environment(value[4:], f"--{user}login-field")
    return {name: value for name, value in found.items() if name in wanted}
