"""From headers and cookies as they are typed to settings of a job, their values set apart as secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vedette.cli.problem import Problem
from vedette.contract.job import Setting

Given = tuple[Setting, ...]


def headers_of(texts: Iterable[str], user: str = "") -> tuple[Given, dict[str, str]]:
    """Headers written `Name: value`, and their values by the names of secrets; `user` stands before options and names
    that are another user's (`second-`). Raises Problem."""
    settings: list[Setting] = []
    secrets: dict[str, str] = {}
    for index, text in enumerate(texts, 1):
        name, colon, value = text.partition(":")
        if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name.strip()) or re.search(r"[\r\n]", value):
            # What was typed may be a secret, and build servers keep what is printed: the value is not repeated.
            hint = f"Write it like --{user}header 'Name: value'."
            raise Problem(f"--{user}header number {index} is not a header.", hint)
        secrets[f"{user}header-{index}"] = value.strip()
        settings.append(Setting(name=name.strip(), secret=f"{user}header-{index}"))
    return tuple(settings), secrets


def cookies_of(texts: Iterable[str], user: str = "") -> tuple[Given, dict[str, str]]:
    """Cookies written `name=value; other=value`, as with `headers_of`. Raises Problem."""
    settings: list[Setting] = []
    secrets: dict[str, str] = {}
    pairs = [pair.strip() for text in texts for pair in text.split(";") if pair.strip()]
    whose = "Cookie" if not user else f"--{user}cookie"
    for index, pair in enumerate(pairs, 1):
        name, equals, value = pair.partition("=")
        if not equals or not name.strip() or re.search(r"[\s,]", name.strip()):
            hint = f"Write it like --{user}cookie 'name=value; other=value'."
            raise Problem(f"{whose} number {index} is not a cookie.", hint)
        secrets[f"{user}cookie-{index}"] = value.strip()
        settings.append(Setting(name=name.strip(), secret=f"{user}cookie-{index}"))
    return tuple(settings), secrets
