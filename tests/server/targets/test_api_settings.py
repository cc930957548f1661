"""What is said of an API: each part read strictly."""

from __future__ import annotations

from typing import Any

import pytest

from vedette.server.targets import api_settings
from vedette.server.targets.logins import Pair

LOGIN = {"api_login_url": "https://api.example/in", "api_login_payload": "{}", "api_login_token_field": "token"}


def read(value: object) -> tuple[dict[str, Any] | None, dict[str, str]]:
    noted: dict[str, str] = {}
    return api_settings.read(value, lambda name, text: noted.update({name: text})), noted


def test_only_what_was_given_is_read() -> None:
    assert read(None) == (None, {})
    assert read({}) == ({}, {})
    given = {"api_schema_type": "graphql", "api_schema_url": "", "unknown": 1, "api_schema_file": "x"}
    assert read(given) == ({"api_schema_type": "graphql", "api_schema_url": None}, {})
    found, _ = read({"custom_api_parameters": [{"name": "shop", "value": "7"}]})
    assert found == {"custom_api_parameters": [Pair("shop", "7")]}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ([], "api_scan_settings"),
        ({"api_schema_type": "wsdl"}, "api_scan_settings.api_schema_type"),
        ({"api_login_payload": "x" * 4097}, "api_scan_settings.api_login_payload"),
        ({"token_prefix": "a\r\nb"}, "api_scan_settings.token_prefix"),
        ({"token_parameter_name": "X: y"}, "api_scan_settings.token_parameter_name"),
    ],
)
def test_each_fault_is_named(given: object, name: str) -> None:
    assert list(read(given)[1]) == [name]


def test_all_of_it_is_shown_for_an_api_alone() -> None:
    assert api_settings.shown({}, kind="single") is None
    shown = api_settings.shown({"api_scan_settings": {"token_prefix": "Bearer"}}, kind="api")
    assert shown == {**api_settings.DEFAULTS, "token_prefix": "Bearer"}


@pytest.mark.parametrize(
    ("settings", "kind", "count"),
    [
        ({}, "single", 0),
        ({"media_type": "application/json"}, "single", 1),
        ({"media_type": "application/json"}, "api", 0),
        ({"api_login_enabled": True}, "api", 3),
        ({"api_login_enabled": True, **LOGIN}, "api", 0),
    ],
)
def test_what_belongs_together(settings: dict[str, Any], kind: str, count: int) -> None:
    assert len(api_settings.faults({"api_scan_settings": settings}, kind=kind)) == count
