"""Names for processes by which others on the same machine notice that one died: `MACHINE:PID`."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

_LONGEST = 48
_WHERE = ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid")


def name(where: tuple[str, ...] = _WHERE) -> str:
    """The machine as this process sees it: its host name, and a mark of what makes a process id mean one process.

    Machines made from one image share their host name, and so may containers: each would take the other's workers for
    dead.
    """
    marks = "\n".join(_mark(Path(path)) for path in where)
    return f"{socket.gethostname()[:_LONGEST]}.{hashlib.sha256(marks.encode()).hexdigest()[:8]}"


def _mark(path: Path) -> str:
    try:
        return str(path.readlink()) if path.is_symlink() else path.read_text(encoding="ascii").strip()
    except OSError:  # not Linux: the host name must do
        return ""


def is_alive(pid: int) -> bool:
    """Whether a process of this machine is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
