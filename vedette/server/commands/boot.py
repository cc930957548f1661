"""Brings Django up for a command: flags become settings of the environment first, then settings are read, once."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import django
from django.db import DatabaseError

from vedette.cli.problem import Problem
from vedette.server.commands.running import Refused
from vedette.server.config import environment
from vedette.server.kernel.errors import DomainError, Invalid
from vedette.server.kernel.sealing import SealError

SETTINGS = "`docs/operate/settings.md` lists the settings."


def choose(
    *,
    data_dir: Path | None = None,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    allow_private: list[str] | None = None,
) -> environment.Environment:
    """Flags beat variables: what was given is written into this process's environment, which its children inherit.
    Makes the data directory. Raises Problem for a setting that cannot be used."""
    given = {
        "DATA_DIR": str(data_dir.expanduser().absolute()) if data_dir else None,
        "HOST": host,
        "PORT": None if port is None else str(port),
        "WORKERS": None if workers is None else str(workers),
        "ALLOW_PRIVATE": " ".join(allow_private) if allow_private else None,
    }
    for name, value in given.items():
        if value is not None:
            os.environ[f"VEDETTE_{name}"] = value
    try:
        chosen = environment.read()
        environment.database(chosen)
    except environment.SettingError as error:
        raise Problem(f"{error}.", SETTINGS) from None
    _data_dir(chosen.data_dir)
    return chosen


def _data_dir(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Problem(f"The data directory {path} cannot be made: {error.strerror}.", "Check --data-dir.") from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise Problem(f"The data directory {path} cannot be written to.", "Run as its owner, or check --data-dir.")


def django_up() -> None:
    """Loads the settings and all models. What this process writes from now on only its owner may read. Raises Problem
    for settings that cannot be used."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vedette.server.config.settings")
    try:
        django.setup()
    except environment.SettingError as error:
        raise Problem(f"{error}.", SETTINGS) from None


def in_process(place: str, **arguments: Any) -> Any:
    """Calls `module:function` once Django is up: such modules import models, so they cannot be imported before. What
    may well go wrong becomes a Problem."""
    module, _, name = place.partition(":")
    try:
        return getattr(importlib.import_module(module), name)(**arguments)
    except Invalid as error:
        faults = " ".join(
            f"{field}: {' '.join(texts)}" if field else " ".join(texts) for field, texts in error.fields.items()
        )
        raise Problem(faults or error.message) from None
    except DomainError as error:
        raise Problem(error.message) from None
    except Refused as error:
        raise Problem(str(error), error.hint) from None
    except SealError as error:
        raise Problem(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    except DatabaseError as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise Problem(f"The database cannot be used: {first}.", "`vedette doctor` looks closer.") from None
