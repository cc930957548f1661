"""A seal that catches a sink reaching for a process, a file, a socket or the compiler."""

from __future__ import annotations

import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from vedette.range.sinks.files import VirtualFiles
from vedette.range.sinks.shell import Shell

_STDLIB = sysconfig.get_path("stdlib")
_FORBIDDEN = ("os.", "subprocess.", "socket.", "shutil.", "ctypes.", "pty.", "urllib.", "exec", "pickle.")
_state = threading.local()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not getattr(_state, "sealed", False):
        return
    # Python may load a codec of its own the first time it is needed.
    own = bool(arguments) and str(arguments[0]).startswith(_STDLIB)
    if (event == "open" and not own) or (event.startswith(_FORBIDDEN) and not own and not _importing(event)):
        _state.broken.append((event, arguments))


def _importing(event: str) -> bool:
    return event in ("exec", "os.listdir") and "importlib" in str(sys._getframe(2).f_code.co_filename)


sys.addaudithook(_watch)


@contextmanager
def seal() -> Iterator[None]:
    _state.broken = []
    _state.sealed = True
    try:
        yield
    finally:
        _state.sealed = False
    assert _state.broken == []


@pytest.fixture
def sealed() -> Callable[..., Any]:
    """Call a function and fail if it started a process, opened a file or socket, or executed code."""

    def run(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with seal():
            return function(*arguments, **named)

    return run


@pytest.fixture
def sh() -> Callable[[str], tuple[str, str, int]]:
    """Run a command in a fresh shell: output, errors, status."""

    def run(command: str) -> tuple[str, str, int]:
        result = Shell(VirtualFiles(), lambda _seconds: None).run(command)
        return result.stdout, result.stderr, result.code

    return run
