"""`vedette.yml` and the environment: the settings of `vedette scan`, for a project that is scanned again and again.

Keys are the long options' names with underscores; a flag beats an environment variable (`VEDETTE_…`, the same name in
capitals), that beats the file. `${NAME}` and `${NAME:default}` in the file's values are taken from the environment.
"""

from __future__ import annotations

import os
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from vedette.cli.problem import Problem
from vedette.contract import wire
from vedette.contract.checkinfo import Severity
from vedette.contract.job import Profile

PREFIX = "VEDETTE_"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\}")
_TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_PAGE = "See docs/use/configuration.md."


@dataclass(frozen=True, slots=True)
class Config:
    """All keys; every one is optional. Lists may be given for what a flag may be repeated for."""

    urls: list[str] | None = None
    profile: Profile | None = None
    scope: list[str] | None = None
    exclude: list[str] | None = None
    header: list[str] | None = None
    cookie: list[str] | None = None
    checks: list[str] | None = None
    rate: float | None = None
    max_requests: int | None = None
    max_time: str | None = None
    seed: int | None = None
    authorized: str | None = None
    insecure: bool | None = None
    fail_fast: bool | None = None
    allow_private: list[str] | None = None
    allow_action: list[str] | None = None
    openapi: list[str] | None = None
    postman: list[str] | None = None
    postman_env: list[str] | None = None
    graphql: list[str] | None = None
    har: list[str] | None = None
    requests: list[str] | None = None
    api_value: list[str] | None = None
    media_type: str | None = None
    only: list[str] | None = None
    since: str | None = None
    include_duplicates: bool | None = None
    sequence: list[str] | None = None
    sequences_only: bool | None = None
    described_only: bool | None = None
    test_header: list[str] | None = None
    test_cookie: list[str] | None = None
    host_header: list[str] | None = None
    host_cookie: list[str] | None = None
    events: str | None = None
    json: str | None = None
    sarif: str | None = None
    junit: str | None = None
    html: str | None = None
    csv: str | None = None
    fail_on: Severity | None = None
    fail_on_new: bool | None = None
    baseline: str | None = None
    quiet: bool | None = None
    login_url: str | None = None
    login_user: str | None = None
    login_password_env: str | None = None
    login_field: list[str] | None = None
    login_sequence: str | None = None
    login_payload_env: str | None = None
    token_field: str | None = None
    token_header: str | None = None
    totp_secret_env: str | None = None
    totp: str | None = None
    otp_prompt: bool | None = None
    otp_command: str | None = None
    basic_user: str | None = None
    client_cert: str | None = None
    check_url: str | None = None
    logged_in_pattern: str | None = None
    logout_detector: list[str] | None = None
    logout_condition: str | None = None
    second_login_url: str | None = None
    second_login_user: str | None = None
    second_login_password_env: str | None = None
    second_login_field: list[str] | None = None
    second_login_sequence: str | None = None
    second_login_payload_env: str | None = None
    second_totp_secret_env: str | None = None
    second_basic_user: str | None = None
    second_header: list[str] | None = None
    second_cookie: list[str] | None = None


def read(path: Path) -> dict[str, Any]:
    """The keys that the file sets. Raises Problem."""
    raw = _parse(path)
    known = [field.name for field in fields(Config)]
    unknown = sorted(str(key) for key in raw if key not in known)
    if unknown:
        raise Problem(
            f"The configuration {path} has unknown keys: {', '.join(unknown)}.", f"Known: {', '.join(known)}."
        )
    settled = {key: _settle(value, path) for key, value in raw.items()}
    try:
        typed = {key: _typed(key, value) if isinstance(value, str) else value for key, value in settled.items()}
        wire.load(Config, typed)
    except ValueError as error:
        raise Problem(f"The configuration {path} has a wrong value: {_plain(error)}.", _PAGE) from None
    return {key: value for key, value in typed.items() if value is not None}


def environment(variables: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The keys that the environment sets; lists hold one entry a line. Raises Problem."""
    found: dict[str, Any] = {}
    for field in fields(Config):
        name = PREFIX + field.name.upper()
        text = variables.get(name, "").strip()
        if not text:
            continue
        try:
            value = [line.strip() for line in text.splitlines() if line.strip()] if _is_list(field.name) else text
            found[field.name] = _typed(field.name, value) if isinstance(value, str) else value
            wire.load(Config, {field.name: found[field.name]})
        except ValueError as error:
            raise Problem(f"The environment variable {name} has a wrong value: {_plain(error)}.", _PAGE) from None
    return found


def _parse(path: Path) -> dict[Any, Any]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(f"The configuration {path} cannot be read: {error.strerror}.", "Check --config.") from None
    except (yaml.YAMLError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" at line {where.line + 1}" if where else ""
        raise Problem(f"The configuration {path} is not valid YAML{line}.", "Check the indentation there.") from None
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise Problem(f"The configuration {path} must hold keys and values.", _PAGE)
    return raw


def _settle(value: Any, path: Path) -> Any:
    if isinstance(value, list):
        return [_settle(item, path) for item in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _variable(match, path), value)
    return value


def _variable(match: re.Match[str], path: Path) -> str:
    name, default = match.group(1), match.group(2)
    value = os.environ.get(name, default)
    if value is None:
        raise Problem(f"{path} needs the environment variable {name}, which is not set.", f"Write ${{{name}:default}}.")
    return value


def _kinds(key: str) -> tuple[Any, ...]:
    return typing.get_args(typing.get_type_hints(Config)[key])


def _is_list(key: str) -> bool:
    return list[str] in _kinds(key)


def _typed(key: str, text: str) -> Any:
    """The text as the kind of value that the key takes. Raises ValueError."""
    kinds = _kinds(key)
    if bool in kinds:
        if text.lower() not in _TRUTH:
            raise ValueError(f"{key}: {text!r} is neither true nor false")
        return _TRUTH[text.lower()]
    number = next((kind for kind in (int, float) if kind in kinds), None)
    if number is None:
        return text
    try:
        return number(text)
    except ValueError:
        raise ValueError(f"{key}: {text!r} is not a {'whole ' if number is int else ''}number") from None


def _plain(error: ValueError) -> str:
    return str(error).removeprefix("Config.")
