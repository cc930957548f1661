"""What the PHP-like language's operators, statements and literals do, as functions of the run."""

from __future__ import annotations

from collections.abc import Callable

from vedette.range.sinks.code_php_lexer import ParseError
from vedette.range.sinks.code_php_run import Evaluate, Jump, Place, Run, array_key
from vedette.range.sinks.code_php_values import (
    Value,
    arithmetic,
    bitwise,
    concatenate,
    identical,
    order,
    thrown,
    to_bool,
    to_int,
    to_text,
)
from vedette.range.sinks.tokens import Token

_COMPARE: dict[str, Callable[[Value, Value], Value]] = {
    "==": lambda a, b: order(a, b) == 0,
    "!=": lambda a, b: order(a, b) != 0,
    "<>": lambda a, b: order(a, b) != 0,
    "===": identical,
    "!==": lambda a, b: not identical(a, b),
    "<=>": order,
    "<": lambda a, b: order(a, b) < 0,
    "<=": lambda a, b: order(a, b) <= 0,
    ">": lambda a, b: order(a, b) > 0,
    ">=": lambda a, b: order(a, b) >= 0,
}


def number_of(token: Token) -> Value:
    """Return the value of a number as written; raises ParseError."""
    text = token.text.replace("_", "").lower()
    if token.kind == "float":
        return float(text)
    if text.startswith("0") and len(text) > 1 and text[1].isdigit():
        if set(text) & {"8", "9"}:
            raise ParseError("Invalid numeric literal")
        number = int(text, 8)
    else:
        number = int(text, 0)
    # Through the text, for a float can also be infinite.
    return number if number < 2**63 else float(str(number) if number < 10**400 else "inf")


def array_of(pairs: list[tuple[Evaluate | None, Evaluate]], run: Run) -> Value:
    """Return an array from keys and values."""
    found: dict[int | str, Value] = {}
    for key, value in pairs:
        following = max((place for place in found if isinstance(place, int)), default=-1) + 1
        found[array_key(key(run)) if key else following] = value(run)
    return found


def binary(sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
    """Return the function of an operator with two sides."""
    if sign in ("or", "||"):
        return lambda run: to_bool(left(run)) or to_bool(right(run))
    if sign in ("and", "&&"):
        return lambda run: to_bool(left(run)) and to_bool(right(run))
    if sign == "xor":
        return lambda run: to_bool(left(run)) != to_bool(right(run))
    if sign == "??":
        return lambda run: right(run) if (held := left(run)) is None else held
    if sign in _COMPARE:
        return lambda run: _COMPARE[sign](left(run), right(run))
    if sign == ".":
        return lambda run: concatenate(left(run), right(run))
    if sign in ("&", "|", "^"):
        return lambda run: bitwise(sign, left(run), right(run))
    return lambda run: arithmetic(sign, left(run), right(run))


def prefixed(sign: str, operand: Evaluate) -> Evaluate:
    """Return the function of an operator before its operand."""
    if sign == "!":
        return lambda run: not to_bool(operand(run))
    if sign in ("-", "+"):
        return lambda run: arithmetic("*", operand(run), -1 if sign == "-" else 1)
    return (lambda run: ~to_int(operand(run))) if sign == "~" else operand


def elvis(value: Value, other: Evaluate, run: Run) -> Value:
    """Return the value, or the other where it is not true."""
    return value if to_bool(value) else other(run)


def stepped(target: tuple[Place, int], *, before: bool) -> Evaluate:
    """Return the function of `++` or `--` before or after its place."""
    place, by = target

    def step(run: Run) -> Value:
        old = place.read(run)
        # Null counts up to one but not down.
        new = arithmetic("+", old, by) if old is not None else (1 if by > 0 else None)
        place.write(run, new)
        return new if before else old

    return step


def throwing(kind: str, message: str) -> Evaluate:
    """Return a function that throws."""

    def throw(_run: Run) -> Value:
        raise thrown(kind, message)

    return throw


def jumping(kind: str) -> Evaluate:
    """Return a function that jumps out of its block."""

    def jump(_run: Run) -> Value:
        raise Jump(kind)

    return jump


def stepping(statement: Evaluate) -> Evaluate:
    """Return the statement, counted as a step."""

    def run_statement(run: Run) -> Value:
        run.step()
        return statement(run)

    return run_statement


def in_sequence(body: list[Evaluate]) -> Evaluate:
    """Return the function that runs statements one by one."""

    def run_all(run: Run) -> Value:
        for statement in body:
            statement(run)
        return None

    return run_all


def runs_on(body: Evaluate, run: Run) -> bool:
    """Run the body of a loop; False where a `break` ended the loop."""
    run.step()
    try:
        body(run)
    except Jump as jump:
        if jump.kind not in ("break", "continue"):
            raise
        return jump.kind == "continue"
    return True


def loop(first: list[Evaluate], tests: list[Evaluate], steps: list[Evaluate], body: Evaluate) -> Evaluate:
    """Return the function of a loop with its starts, conditions and steps."""

    def run_loop(run: Run) -> Value:
        for part in first:
            part(run)
        while all([to_bool(test(run)) for test in tests][-1:]) and runs_on(body, run):
            for part in steps:
                part(run)
        return None

    return run_loop


def printing(operand: Evaluate) -> Evaluate:
    """Return the function of `print`, whose value is 1."""

    def show(run: Run) -> Value:
        run.write(to_text(operand(run)))
        return 1

    return show
