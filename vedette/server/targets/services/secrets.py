"""What a target knows to log in: sealed at rest, shown obfuscated, and unchanged when that is sent back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from vedette.server.kernel import sealing
from vedette.server.kernel.ids import new_id
from vedette.server.targets import api_settings, logins
from vedette.server.targets.logins import Pair
from vedette.server.targets.models import Target, TargetSecret
from vedette.server.targets.references import is_reference
from vedette.server.targets.rules import Errors
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.models import Organisation

TABLE = "target_secret"
COLUMN = "value"
_PATHS = {
    "form_login": "form_login",
    "otp_secret": "otp_secret",
    "basic_auth": "basic_auth.password",
    "api_login_payload": f"{api_settings.NAME}.api_login_payload",
    "custom_api_parameters": f"{api_settings.NAME}.custom_api_parameters",
}
"""Where a fault of a secret is told, by the name under which it is sealed."""
_UNKNOWN = "An obfuscated value stands for no stored one here: give the value itself."


def opened(target: Target, name: str) -> str:
    """A sealed text; empty when there is none."""
    row = next((row for row in target.secrets.all() if row.name == name), None)
    if row is None:
        return ""
    return tenancy.unseal(target.organisation, row.sealed, table=TABLE, public_id=row.public_id, column=COLUMN).decode()


def opened_pairs(target: Target, name: str) -> list[Pair]:
    """Sealed names and values."""
    return [Pair(*one) for one in json.loads(opened(target, name) or "[]")]


def resolve(target: Target | None, values: dict[str, Any], errors: Errors) -> None:
    """Puts the stored secrets in the place of what stands for them; None for a target that is only being made."""
    for name, place, key in _slots(values):
        given = place[key]
        if isinstance(given, str):
            place[key] = _text(target, name, given, errors)
        else:
            place[key] = _pairs(target, name, given, errors)


def merged(organisation: Organisation, settings: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the values read from a client put in, as they may be shown; defaults are left out."""
    found = dict(settings)
    for name, default in logins.DEFAULTS.items():
        if name in values:
            value = values[name]
            value = {**logins.of(settings, name), **value} if isinstance(value, dict) else value
            _set(found, name, value, default)
    if values.get(api_settings.NAME) is not None:
        known = dict(settings.get(api_settings.NAME) or {})
        for name, value in values[api_settings.NAME].items():
            _set(known, name, value, api_settings.DEFAULTS[name])
        _set(found, api_settings.NAME, known, {})
    for _name, place, key in _slots(found):
        # Those that were there already are obfuscated, and stay as they are.
        place[key] = _shown(organisation, place[key])
    return found


def write(target: Target, values: Mapping[str, Any]) -> None:
    """Seals the secrets among the values, in the caller's transaction; an empty one is taken away."""
    for name, place, key in _slots(values):
        value = place[key]
        text = value if isinstance(value, str) else _json(value)
        put(target, name, text)


def put(target: Target, name: str, text: str) -> None:
    """Seals a text under a name, in the place of the one before; an empty one is taken away."""
    TargetSecret.objects.filter(target=target, name=name).delete()
    if not text:
        return
    public_id = new_id()
    sealed = tenancy.seal(target.organisation, text, table=TABLE, public_id=public_id, column=COLUMN)
    TargetSecret.objects.create(public_id=public_id, target=target, name=name, sealed=sealed)


def _set(found: dict[str, Any], name: str, value: Any, default: Any) -> None:
    if value == default or value == [] or value is None:
        found.pop(name, None)
    else:
        found[name] = value


def _slots(values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The secrets among settings: the name under which each is sealed, and its place."""
    for name in ("form_login", "otp_secret"):
        if values.get(name) is not None:
            yield name, values, name  # type: ignore[misc]
    login = values.get("basic_auth")
    if login is not None and "password" in login:
        yield "basic_auth", login, "password"
    api = values.get(api_settings.NAME)
    for name in ("api_login_payload", "custom_api_parameters"):
        if api is not None and name in api:
            yield name, api, name


def _text(target: Target | None, name: str, given: str, errors: Errors) -> str:
    if not sealing.is_obfuscated(given):
        return given
    stored = opened(target, name) if target is not None else ""
    if target is None or not stored or tenancy.obfuscated(target.organisation, stored) != given:
        errors.add(_PATHS[name], _UNKNOWN)
        return ""
    return stored


def _pairs(target: Target | None, name: str, given: list[Pair], errors: Errors) -> list[Pair]:
    if not any(sealing.is_obfuscated(pair.value) for pair in given):
        return given
    stored = opened_pairs(target, name) if target is not None else []
    found: list[Pair] = []
    for pair in given:
        if not sealing.is_obfuscated(pair.value):
            found.append(pair)
            continue
        match = _match(target, pair, stored)
        if match is None:
            errors.add(_PATHS[name], _UNKNOWN)
        else:
            # Whoever sends back what they were shown may not know the value: it must not become readable that way.
            found.append(Pair(pair.name, match.value, True))
    return found


def _match(target: Target | None, given: Pair, stored: list[Pair]) -> Pair | None:
    if target is None:
        return None
    same = [one for one in stored if tenancy.obfuscated(target.organisation, one.value) == given.value]
    named = [one for one in same if one.name == given.name]
    return next(iter([*named, *same]), None)


def _shown(organisation: Organisation, value: Any) -> Any:
    if isinstance(value, str):
        known = not value or sealing.is_obfuscated(value) or is_reference(value)
        return value if known else tenancy.obfuscated(organisation, value)
    return [_shown_pair(organisation, one) for one in value]


def _shown_pair(organisation: Organisation, pair: Any) -> dict[str, str]:
    if isinstance(pair, dict):
        return pair
    hidden = pair.hidden and pair.value and not is_reference(pair.value)
    return {"name": pair.name, "value": tenancy.obfuscated(organisation, pair.value) if hidden else pair.value}


def _json(pairs: list[Pair]) -> str:
    return json.dumps([[one.name, one.value, one.hidden] for one in pairs]) if pairs else ""
