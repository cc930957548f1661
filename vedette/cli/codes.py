"""One-time codes that a person types or a command prints, handed to the log-in that waits for them."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable

from vedette.engine.scan import Control

COMMAND_S = 120.0
MAX_CODE = 64
Source = Callable[[], str]


def source(*, prompt: bool, command: str) -> Source | None:
    """Where codes come from: the command, else the terminal, else nowhere."""
    if command:
        return lambda: from_command(command)
    return from_terminal if prompt else None


def from_command(command: str) -> str:
    """The first line that the command prints, run without a shell; empty when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_S, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    first = done.stdout.decode("utf-8", "replace").strip().partition("\n")[0]
    return first.strip()[:MAX_CODE] if done.returncode == 0 else ""


def from_terminal() -> str:
    """What a person types."""
    sys.stderr.write("One-time code: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()[:MAX_CODE]


def serve(control: Control, ask: Source) -> None:
    """Has each code that a log-in wants asked for, without holding up the scan. To be called within its loop."""
    loop = asyncio.get_running_loop()

    def work() -> None:
        code = ask()
        if code and not loop.is_closed():
            loop.call_soon_threadsafe(control.hand_in, code)

    # Nobody waits for its end: a person may never answer.
    control.on_code_wanted(lambda: threading.Thread(target=work, name="one-time code", daemon=True).start())
