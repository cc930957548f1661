"""`vedette doctor`: what this machine has, and what is missing. With the platform installed it looks at that, too."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import ssl
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pycurl
from rich.console import Console

from vedette import __version__
from vedette.cli.problem import Exit
from vedette.engine import catalog
from vedette.engine.net import browser_process

GROUP = "vedette.doctor"
"""Entry points of further rooms: each gives functions like those of LOOKS when it is called."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at. `needed` ones that are not fine make the command fail."""

    name: str
    fine: bool
    found: str
    remedy: str = ""
    needed: bool = True


Look = Callable[[], Iterator[Diagnosis]]


def examine(console: Console) -> Exit:
    """Prints every diagnosis; code 2 when something needed is missing."""
    sick = False
    for one in (diagnosis for look in (*LOOKS, *_further()) for diagnosis in look()):
        mark = "[green]ok[/]      " if one.fine else ("[red]missing[/] " if one.needed else "[yellow]without[/] ")
        console.print(f"{mark} {one.name}: {one.found}", soft_wrap=True)
        if not one.fine and one.remedy:
            console.print(f"         {one.remedy}", markup=False, soft_wrap=True)
        sick |= one.needed and not one.fine
    return Exit.USAGE if sick else Exit.PASSED


def _further() -> Iterator[Look]:
    for point in sorted(entry_points(group=GROUP)):
        try:
            looks: Any = point.load()
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("vedette"):
                raise
            continue  # not installed: nothing to look at
        yield from looks()


def _python() -> Iterator[Diagnosis]:
    version = ".".join(str(number) for number in sys.version_info[:3])
    yield Diagnosis("Python", sys.version_info >= (3, 11), version, "Install Python 3.11 or newer.")
    yield Diagnosis("Vedette", True, f"{__version__}, {len(catalog.load().checks)} checks")


def _network() -> Iterator[Diagnosis]:
    fast = hasattr(pycurl, "AsyncCurlMulti")
    libcurl = pycurl.version.split()[1]
    yield Diagnosis("libcurl", fast, libcurl, "Reinstall the pinned requirements: make setup.")
    store = ssl.get_default_verify_paths()
    path = store.cafile or store.openssl_cafile
    found = Path(path).is_file() or any(Path(store.openssl_capath).glob("*.0"))
    yield Diagnosis("certificate store", found, path, "apt-get install ca-certificates", needed=False)


def _room() -> Iterator[Diagnosis]:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    yield Diagnosis("open files", files >= 256, str(files), "ulimit -n 4096", needed=False)
    free = shutil.disk_usage(Path.cwd()).free // 2**20
    yield Diagnosis("free disk here", free >= 200, f"{free} MB", "Free some room for events files.", needed=False)


def _browser() -> Iterator[Diagnosis]:
    # Only one that starts is one: its sandbox or a library may be what is missing.
    reason = browser_process.missing() or asyncio.run(browser_process.tried())
    where = "without its sandbox, because root runs it" if os.geteuid() == 0 else "in its sandbox"
    remedy = "Without one, scripts of pages are not run and scripting flaws are not confirmed."
    yield Diagnosis("browser", not reason, reason or f"{browser_process.found()}, {where}", remedy, needed=False)


LOOKS: tuple[Look, ...] = (_python, _network, _room, _browser)
