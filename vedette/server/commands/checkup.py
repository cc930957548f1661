"""What `vedette doctor` looks at when the platform is installed. Changes nothing, and needs no platform that runs."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from vedette.cli.doctor import Diagnosis
from vedette.cli.problem import Problem
from vedette.server.commands.boot import SETTINGS, django_up, in_process
from vedette.server.config import environment
from vedette.server.config.environment import Environment, SettingError

Look = Callable[[], Iterator[Diagnosis]]
START = "`vedette up` makes it."


def looks() -> Iterator[Look]:
    """The instance, where one was made."""
    try:
        chosen = environment.read()
    except SettingError as error:
        fault = str(error)
        yield lambda: iter([Diagnosis("settings", False, fault, SETTINGS)])
        return
    if not _begun(chosen):
        found = f"{chosen.data_dir}: nothing there yet"
        yield lambda: iter([Diagnosis("data directory", False, found, START, needed=False)])
        return
    yield lambda: _files(chosen)
    yield _instance


def _begun(chosen: Environment) -> bool:
    # Whatever asks further makes what is missing: a key, an empty database.
    database = chosen.database or (chosen.data_dir / "vedette.sqlite3").exists()
    return bool(database) and chosen.secret_key_file.exists()


def _files(chosen: Environment) -> Iterator[Diagnosis]:
    folder = chosen.data_dir
    yield Diagnosis("data directory", *_closed(folder), f"chmod 700 {folder}")
    for name, path in (("key ring", chosen.master_keys), ("secret key", chosen.secret_key_file)):
        if path.exists():
            yield Diagnosis(name, *_closed(path), f"chmod 600 {path}")
        else:
            yield Diagnosis(name, False, f"{path}: none", START, needed=False)
    free = shutil.disk_usage(folder).free // 2**20
    yield Diagnosis("free disk for data", free >= 1000, f"{free} MB", "Free some room.", needed=False)


def _closed(path: Path) -> tuple[bool, str]:
    mode = stat.S_IMODE(path.stat().st_mode)
    return not mode & 0o077, f"{path}, mode {mode:04o}"


def _instance() -> Iterator[Diagnosis]:
    try:
        django_up()
        found: list[Diagnosis] = in_process("vedette.server.commands.instance:diagnoses")
    except Problem as problem:
        yield Diagnosis("database", False, str(problem), problem.hint)
        return
    yield from found
