"""How a crash of ours is told: what, and where in the code."""

from __future__ import annotations

import traceback


def told(error: BaseException) -> str:
    """The error in one line: its kind, its words, the function and line it came from."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({frame.name}, line {frame.lineno})"
