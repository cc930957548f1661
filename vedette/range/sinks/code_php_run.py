"""A running program of the PHP-like language: variables, output, steps, and the places that can be assigned to."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TypeAlias

from vedette.range.sinks.bounds import BoundsError
from vedette.range.sinks.code_php_functions import FUNCTIONS
from vedette.range.sinks.code_php_values import PhpError, Value, thrown, to_int, to_text, type_name

_STEPS_MAX = 20_000
_OUTPUT_MAX = 300_000


class Jump(Exception):  # noqa: N818 - no error, a way out of blocks
    """`break`, `continue`, `return` or `exit` on its way; `kind` says which."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(slots=True)
class Run:
    """The state of one evaluation."""

    variables: MutableMapping[str, Value]
    clock: Callable[[float], None]
    functions: Mapping[str, Callable[..., Value]]
    out: list[str] = field(default_factory=list)
    steps: int = 0
    written: int = 0

    def step(self) -> None:
        """Count one statement or call; raises PhpError past the limit."""
        self.steps += 1
        if self.steps > _STEPS_MAX:
            raise PhpError("Maximum execution time of 30 seconds exceeded")

    def write(self, text: str) -> None:
        """Print."""
        self.written += len(text)
        if self.written > _OUTPUT_MAX:
            raise PhpError("Allowed memory size of 134217728 bytes exhausted")
        self.out.append(text)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock(seconds)

    def call(self, name: str, arguments: list[Value]) -> Value:
        """Call a function by its name."""
        self.step()
        plain = name.lstrip("\\").lower()
        if plain in self.functions:
            return self.functions[plain](*arguments)
        function = FUNCTIONS.get(plain)
        if function is None:
            raise thrown("Error", f"Call to undefined function {name.lstrip(chr(92))}()")
        _check_count(plain, function, len(arguments))
        try:
            return function(self, *arguments)
        except (BoundsError, OverflowError):
            raise PhpError("Allowed memory size of 134217728 bytes exhausted") from None


def _check_count(name: str, function: Callable[..., Value], given: int) -> None:
    kinds = list(inspect.signature(function).parameters.values())[1:]
    many = any(kind.kind is inspect.Parameter.VAR_POSITIONAL for kind in kinds)
    named = [kind for kind in kinds if kind.kind is not inspect.Parameter.VAR_POSITIONAL]
    least = sum(kind.default is inspect.Parameter.empty for kind in named)
    if given < least or (given > len(named) and not many):
        exact = least == len(named) and not many
        how = "exactly" if exact else "at least" if given < least else "at most"
        wanted = least if exact or given < least else len(named)
        plural = "" if wanted == 1 else "s"
        message = f"{name}() expects {how} {wanted} argument{plural}, {given} given"
        raise thrown("ArgumentCountError", message)


Evaluate: TypeAlias = Callable[[Run], Value]


def array_key(value: Value) -> int | str:
    """Return the key that an index stands for: whole numbers in texts are numbers."""
    if isinstance(value, str):
        canonical = value.lstrip("-").isascii() and value.lstrip("-").isdecimal() and str(int(value)) == value
        return int(value) if canonical else value
    if isinstance(value, dict):
        raise thrown("TypeError", "Illegal offset type")
    return "" if value is None else to_int(value)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable whose name may itself be computed."""

    name: Evaluate

    def read(self, run: Run) -> Value:
        """Return the value, null where it is not set."""
        return run.variables.get(to_text(self.name(run)))

    def write(self, run: Run, value: Value) -> None:
        """Assign."""
        run.variables[to_text(self.name(run))] = value


@dataclass(frozen=True, slots=True)
class Element:
    """An element of an array, or a character of a text; no key means the end of the array."""

    holder: Place
    key: Evaluate | None

    def read(self, run: Run) -> Value:
        """Return the element, null where it is not there."""
        if self.key is None:
            raise thrown("Error", "Cannot use [] for reading")
        return element(self.holder.read(run), self.key(run))

    def write(self, run: Run, value: Value) -> None:
        """Assign into a copy of the array, which then replaces it."""
        held = self.holder.read(run)
        if held is not None and not isinstance(held, dict):
            raise thrown("Error", f"Cannot use a scalar value as an array: {type_name(held)}")
        copy = dict(held or {})
        following = max((key for key in copy if isinstance(key, int)), default=-1) + 1
        copy[following if self.key is None else array_key(self.key(run))] = value
        self.holder.write(run, copy)


Place: TypeAlias = "Variable | Element"


def element(held: Value, key: Value) -> Value:
    """Return an element of an array or a character of a text, null where it is not there."""
    if isinstance(held, dict):
        return held.get(array_key(key))
    if isinstance(held, str):
        place = to_int(key)
        return held[place] if -len(held) <= place < len(held) else ""
    return None
