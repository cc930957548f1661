"""From what a person typed to the descriptions of APIs in a job: files read, addresses checked, secrets set apart."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from vedette.cli.bundling import bundled
from vedette.cli.problem import Problem
from vedette.contract.job import Description, Setting
from vedette.engine.parse.bundling import refers_outward
from vedette.engine.parse.postman import environment

MAX_BYTES = 50_000_000
JSON = "application/json"
_SECRET = re.compile(r"pass|pwd|secret|token|key|auth|credential|bearer", re.IGNORECASE)

Sources = Sequence[tuple[str, Sequence[str]]]
"""Kinds of description, each with the files and URLs given for it."""


def read(
    sources: Sources, environments: Sequence[str], values: Sequence[str], media: str, remarks: list[str] | None = None
) -> tuple[tuple[Description, ...], dict[str, str]]:
    """The descriptions and the secrets that they name. What is wrong with files that a description is split over is
    added to `remarks`. Raises Problem."""
    settings, secrets = settings_of(environments, values)
    found = []
    for kind, places in sources:
        for place in places:
            url = place if place.startswith(("http://", "https://")) else ""
            text = "" if url else _text(kind, place)
            if kind == "openapi" and refers_outward(text):
                text = bundled(Path(place), text, [] if remarks is None else remarks)
            found.append(Description(kind=kind, url=url, text=text, values=settings, media_type=media or JSON))
    if not found and (settings or media):
        raise Problem("Values and media types are for the description of an API.", "Give one with --openapi FILE.")
    return tuple(found), secrets


def settings_of(environments: Sequence[str], values: Sequence[str]) -> tuple[tuple[Setting, ...], dict[str, str]]:
    """The values of parameters, later ones first in rank, with the secrets among them. Raises Problem."""
    named: dict[str, str] = {}
    for place in environments:
        try:
            named |= environment(json.loads(_text("environment", place)))
        except (ValueError, RecursionError):
            raise Problem(f"{place} is not a Postman environment.", "Export it from Postman as JSON.") from None
    for index, text in enumerate(values, 1):
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Problem(f"--api-value number {index} is not a value.", "Write it like --api-value name=value.")
        named[name.strip()] = value
    settings: list[Setting] = []
    secrets: dict[str, str] = {}
    for name, value in named.items():
        secret = f"api-value {name}" if _SECRET.search(name.rpartition(".")[2]) else ""
        settings.append(Setting(name=name, secret=secret) if secret else Setting(name=name, value=value))
        secrets |= {secret: value} if secret else {}
    return tuple(settings), secrets


def _text(kind: str, place: str) -> str:
    path = Path(place)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Problem(f"{place} is too large: at most {MAX_BYTES // 1_000_000} MB are read.")
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or "its name is no file's"
        raise Problem(f"{place} cannot be read: {why}.", f"Give a file or URL: --{_flag(kind)} FILE.") from None


def _flag(kind: str) -> str:
    return "postman-env" if kind == "environment" else kind
