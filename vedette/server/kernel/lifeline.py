"""A child process that does not outlive its parent, however that ends. Needs the standard library alone."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with(parent: int, *, by: int = signal.SIGTERM) -> None:
    """Asks the kernel to send this process a signal when its parent (a process id) dies. Linux only; nothing elsewhere.

    The kernel watches the thread that started this process: that has to be one that lives as long as the parent does.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:  # it died before the kernel was asked
        os.kill(os.getpid(), by)
