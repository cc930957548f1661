"""Evaluators of code that reaches a site as text: a PHP-like and a Python-like language.

Both read and walk the code themselves: nothing is compiled or executed, no file, process or socket is reached, and time
passes only through the clock. The grammars stand in `code_php` and `code_python`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import cast

from vedette.range.sinks.bounds import BoundsError
from vedette.range.sinks.code_php import compile_program
from vedette.range.sinks.code_php_lexer import ParseError
from vedette.range.sinks.code_php_run import Jump, Run
from vedette.range.sinks.code_php_values import PhpError, Value
from vedette.range.sinks.code_python import evaluate_python

__all__ = ["ParseError", "PhpError", "evaluate_php", "evaluate_python"]


def evaluate_php(
    code: str,
    env: MutableMapping[str, object],
    clock: Callable[[float], None] | None = None,
    functions: Mapping[str, Callable[..., object]] | None = None,
) -> str:
    """Run PHP-like code as `eval` does and return what it printed.

    `env` holds the variables (null, booleans, numbers, texts, and dicts for arrays) and receives what is assigned.
    `clock` is called with the seconds of `sleep` and `usleep`. `functions` adds functions by lower-case name.
    Raises ParseError before anything runs, PhpError ("Uncaught ...") where an error ends the code.
    """
    statements = compile_program(code)
    run = Run(
        cast(MutableMapping[str, Value], env),
        clock or (lambda _seconds: None),
        cast(Mapping[str, Callable[..., Value]], functions or {}),
    )
    try:
        for statement in statements:
            statement(run)
    except Jump as jump:
        if jump.kind not in ("return", "exit"):
            raise PhpError(f"'{jump.kind}' not in the 'loop' or 'switch' context") from None
    except BoundsError:
        raise PhpError("Allowed memory size of 134217728 bytes exhausted") from None
    return "".join(run.out)
