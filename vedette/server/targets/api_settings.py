"""What is said of an API to be scanned: where its description is, values of its parameters, its log-in. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from vedette.contract.job import DESCRIPTION_KINDS
from vedette.server.targets.logins import choice, flag, page_url, parameters
from vedette.server.targets.values import FieldError, text_of

NAME = "api_scan_settings"
MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded")
PLACES = ("cookie", "header", "")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]*")
_PREFIX = re.compile(r"[\x20-\x7e]*")

DEFAULTS: dict[str, Any] = {
    "api_schema_type": "openapi",
    "api_schema_url": None,
    "api_schema_file": None,
    "custom_api_parameters": [],
    "media_type": "application/json",
    "api_login_enabled": False,
    "api_login_url": "",
    "api_login_payload": "",
    "api_login_token_field": "",
    "token_prefix": "",
    "token_parameter_name": "",
    "token_parameter_location": "",
}
LOGIN = (
    *("api_login_enabled", "api_login_url", "api_login_payload", "api_login_token_field"),
    *("token_prefix", "token_parameter_name", "token_parameter_location"),
)
"""Settings of the log-in, wiped together."""


def _text(limit: int) -> Callable[[object], str]:
    return lambda value: text_of(value, limit)


def _matching(limit: int, shape: re.Pattern[str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = text_of(value, limit).strip()
        if not shape.fullmatch(text):
            raise FieldError("It holds characters that are not allowed.")
        return text

    return read


_READERS: dict[str, Callable[[Any], Any]] = {
    "api_schema_type": choice(DESCRIPTION_KINDS, "openapi"),
    "api_schema_url": lambda value: page_url(value) or None,
    "custom_api_parameters": parameters,
    "media_type": choice(MEDIA_TYPES, "application/json"),
    "api_login_enabled": flag(False),
    "api_login_url": page_url,
    "api_login_payload": _text(4096),
    "api_login_token_field": _text(256),
    "token_prefix": _matching(16, _PREFIX),
    "token_parameter_name": _matching(256, _TOKEN),
    "token_parameter_location": choice(PLACES, ""),
}


def read(value: object, note: Callable[[str, str], None]) -> dict[str, Any] | None:
    """The settings given, each read; `note` is told the name and the fault of what is wrong. None for nothing given;
    names that are not known are passed over, as a client may send back what it was shown."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        note(NAME, "Expected an object.")
        return None
    found: dict[str, Any] = {}
    for name, reader in _READERS.items():
        if name not in value:
            continue
        try:
            found[name] = reader(value[name])
        except FieldError as error:
            note(f"{NAME}.{name}", str(error))
    return found


def of(settings: Mapping[str, Any], name: str) -> Any:
    """A setting of `Target.settings` as it is in force: the stored value, else its default."""
    return (settings.get(NAME) or {}).get(name, DEFAULTS[name])


def shown(settings: Mapping[str, Any], *, kind: str) -> dict[str, Any] | None:
    """All settings of an API as they may be shown; None for another kind of target."""
    return {**DEFAULTS, **(settings.get(NAME) or {})} if kind == "api" else None


def faults(settings: Mapping[str, Any], *, kind: str) -> list[tuple[str, str]]:
    """What is wrong with the settings taken together, by name."""
    given = settings.get(NAME)
    if kind != "api":
        return [(NAME, "Only a target of type api has a description.")] if given else []
    if not of(settings, "api_login_enabled"):
        return []
    needed = {
        "api_login_url": "Give the address to which the log-in is posted.",
        "api_login_payload": "Give what is posted to log in.",
        "api_login_token_field": "Name the field of the answer that holds the token.",
    }
    return [(f"{NAME}.{name}", text) for name, text in needed.items() if not of(settings, name)]
