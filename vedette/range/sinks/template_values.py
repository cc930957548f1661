"""What template expressions work on: plain data, undefined names, and the few methods that plain data has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


class TemplateError(Exception):
    """A template that cannot be read or rendered."""


@dataclass(frozen=True, slots=True)
class Undefined:
    """A name or attribute that is not there: empty when printed, an error when used."""

    hint: str

    def __str__(self) -> str:
        return ""

    def __bool__(self) -> bool:
        return False

    def fail(self) -> TemplateError:
        """Return the error that using it raises."""
        return TemplateError(self.hint)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value, ready to be called with plain arguments."""

    name: str
    kind: str
    call: Callable[..., object]

    def __str__(self) -> str:
        return f"<built-in method {self.name} of {self.kind} object>"


_TEXT_METHODS = frozenset(
    (
        *("capitalize", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdigit", "islower", "isupper"),
        *("join", "lower", "lstrip", "partition", "replace", "rstrip", "split", "startswith", "strip", "swapcase"),
        *("title", "upper"),
    )
)
_METHODS: dict[type, frozenset[str]] = {
    str: _TEXT_METHODS,
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
    dict: frozenset(("get", "items", "keys", "values")),
}


def shown_type(value: object) -> str:
    """Return the way an error names the type of a value."""
    return f"{type(value).__name__} object"


def attribute(value: object, name: str) -> object:
    """Return `value.name`: a method or an entry of plain data; names with a leading underscore are refused."""
    if isinstance(value, Undefined):
        raise value.fail()
    if name.startswith("_"):
        raise TemplateError(f"access to attribute '{name}' of '{type(value).__name__}' object is unsafe.")
    if name in _METHODS.get(type(value), ()):
        return Method(name, type(value).__name__, getattr(value, name))
    if isinstance(value, Mapping) and name in value:
        return value[name]
    return Undefined(f"'{shown_type(value)}' has no attribute '{name}'")


def item(value: object, key: object) -> object:
    """Return `value[key]`: an entry, element or slice of plain data, else its attribute of that name."""
    if isinstance(value, Undefined):
        raise value.fail()
    if isinstance(value, Mapping | list | tuple | str):
        try:
            return value[key]  # type: ignore[index,call-overload]
        except (LookupError, TypeError):
            pass
    if isinstance(key, str):
        return attribute(value, key)
    return Undefined(f"{shown_type(value)} has no element {key!r}")


def call(target: object, arguments: list[object], named: dict[str, object]) -> object:
    """Call a method; nothing but methods of plain data can be called."""
    if isinstance(target, Undefined):
        raise target.fail()
    if not isinstance(target, Method):
        raise TemplateError(f"'{type(target).__name__}' object is not callable")
    for argument in (*arguments, *named.values()):
        if isinstance(argument, Undefined):
            raise argument.fail()
    return target.call(*arguments, **named)
