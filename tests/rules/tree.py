"""The project's sources as the rules see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "vedette"


def sources() -> list[Path]:
    """Every Python file of the package, in order; generated migrations left out."""
    left_out = {"__pycache__", "migrations"}
    return sorted(path for path in PACKAGE.rglob("*.py") if not left_out & set(path.parts))


def name_of(path: Path) -> str:
    """The path below the repository, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function in a file, decorators left out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{name_of(path)}:{node.name}", node.end_lineno - node.lineno + 1


def excused(name: str) -> dict[str, str]:
    """An excuse list: item -> reason."""
    lines = (ROOT / "tests" / "rules" / f"excused_{name}.txt").read_text().splitlines()
    pairs = [line.partition("  ") for line in lines if line and not line.startswith("#")]
    return {item: reason.strip() for item, _, reason in pairs}
