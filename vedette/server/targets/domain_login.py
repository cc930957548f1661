"""Basic authentication of a host whose owner is looked for: sealed, shown obfuscated, sent with the look alone."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from vedette.server.kernel import sealing
from vedette.server.targets.models import Domain
from vedette.server.targets.references import SCHEME
from vedette.server.targets.values import FieldError
from vedette.server.tenancy import queries as tenancy

USERNAME, PASSWORD = "basic_auth_username", "basic_auth_password"
SECRET = "domain-basic-auth"  # noqa: S105 - the name under which it travels
TABLE, COLUMN = "domain", "basic_password"
MAX_LENGTH = 255


def password(domain: Domain) -> str:
    """The password in the open; empty when there is none."""
    sealed = bytes(domain.basic_password)
    place = {"table": TABLE, "public_id": domain.public_id, "column": COLUMN}
    return tenancy.unseal(domain.organisation, sealed, **place).decode() if sealed else ""


def shown(domain: Domain) -> dict[str, str | None]:
    """Name and password as they may be shown; None for what there is not."""
    hidden = tenancy.obfuscated(domain.organisation, password(domain)) if domain.basic_password else None
    return {USERNAME: domain.basic_username or None, PASSWORD: hidden}


def secrets(domain: Domain) -> dict[str, str]:
    """The header that a look sends, under the name by which its job refers to it; empty without a log-in."""
    secret = password(domain)
    if not domain.basic_username and not secret:
        return {}
    return {SECRET: "Basic " + base64.b64encode(f"{domain.basic_username}:{secret}".encode()).decode()}


def fill(domain: Domain, given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Sets what is given, without saving it; None takes it away, what is shown leaves it. Returns the faults by field,
    which never repeat a value."""
    faults: dict[str, list[str]] = {}
    for name in (USERNAME, PASSWORD):
        if name not in given:
            continue
        try:
            text = _read(domain, given[name])
            if name == USERNAME:
                domain.basic_username = _username(text)
            elif not sealing.is_obfuscated(text):
                domain.basic_password = _sealed(domain, text)
            elif text != shown(domain)[PASSWORD]:
                raise FieldError("An obfuscated value stands for no stored one here: give the value itself.")
        except FieldError as error:
            faults[name] = [str(error)]
    return faults


def _read(domain: Domain, value: object) -> str:
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or len(value) > MAX_LENGTH or not value.isprintable():
        raise FieldError(f"Enter at most {MAX_LENGTH} printable characters.")
    if value.startswith(SCHEME):
        raise FieldError("Stored credentials are for targets: give the value itself.")
    # A host that repeats who asks would show the token without its owner.
    if str(domain.token) in value.lower():
        raise FieldError("It must not hold the token of the domain.")
    return value


def _username(text: str) -> str:
    if ":" in text:
        raise FieldError("A user name holds no colon.")
    return text


def _sealed(domain: Domain, text: str) -> bytes:
    if not text:
        return b""
    return tenancy.seal(domain.organisation, text, table=TABLE, public_id=domain.public_id, column=COLUMN)
