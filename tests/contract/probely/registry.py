"""The exercises by the operations that they are for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.contract.probely.stage import World

Exercise = Callable[["World"], None]
_FOLDER = Path(__file__).parent / "exercises"
_found: dict[str, Exercise] = {}


def exercise(*keys: str) -> Callable[[Exercise], Exercise]:
    """Marks an exercise as that of these operations: `@exercise("PUT /targets/{}/", "PATCH /targets/{}/")`."""

    def keep(function: Exercise) -> Exercise:
        for key in keys:
            assert key not in _found, f"{key} has two exercises"
            _found[key] = function
        return function

    return keep


@cache
def exercises() -> dict[str, Exercise]:
    """All of them."""
    for path in sorted(_FOLDER.glob("*.py")):
        import_module(f"tests.contract.probely.exercises.{path.stem}")
    return _found
