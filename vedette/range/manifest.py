"""All that is planted on the practice site, gathered from the pages that declare it."""

from __future__ import annotations

from vedette.range.pages import MODULES
from vedette.range.planted import Flaw, LookAlike, Maze, Trap

FLAWS: tuple[Flaw, ...] = tuple(flaw for module in MODULES for flaw in getattr(module, "FLAWS", ()))
LOOKALIKES: tuple[LookAlike, ...] = tuple(like for module in MODULES for like in getattr(module, "LOOKALIKES", ()))
TRAPS: tuple[Trap, ...] = tuple(trap for module in MODULES for trap in getattr(module, "TRAPS", ()))
MAZES: tuple[Maze, ...] = tuple(maze for module in MODULES for maze in getattr(module, "MAZES", ()))
