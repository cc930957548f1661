"""Records to JSON and back, for every record of this package.

Bytes travel as text when they are UTF-8, else as `base64:…`; tuples as lists; enums as their values; events carry
their `kind`. Reading ignores fields it does not know and keeps events of unknown kinds as they came.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import types
import typing
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from vedette.contract import events

T = TypeVar("T")
_BASE64 = "base64:"


class WireError(ValueError):
    """What was read is not such a record; the message names the record and the field."""


@cache
def event_kinds() -> dict[str, type[events.Event]]:
    """Kind -> class, for every event."""
    return {cls.kind: cls for cls in events.Event.__subclasses__() if cls.kind != "unknown"}


def dump(value: Any) -> Any:
    """The JSON-able form of a record."""
    if isinstance(value, events.Unknown):
        return value.raw
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        out = {"kind": value.kind} if isinstance(value, events.Event) else {}
        out |= {name: dump(getattr(value, name)) for name in _field_names(type(value))}
        return out
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return _dump_bytes(value)
    if isinstance(value, dict):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump(item) for item in value]
    return value


def _dump_bytes(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return _BASE64 + base64.b64encode(value).decode()
    return _BASE64 + base64.b64encode(value).decode() if text.startswith(_BASE64) else text


@cache
def _field_names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def load(cls: type[T], raw: Any) -> T:
    """The record that `dump` gave this JSON for. Raises WireError."""
    return typing.cast(T, _load(cls, raw, cls.__name__))


def load_event(raw: Any) -> events.Event:
    """An event of whatever kind."""
    if not isinstance(raw, dict) or not isinstance(raw.get("kind"), str):
        raise WireError("an event needs a kind")
    cls = event_kinds().get(raw["kind"])
    if cls is None:
        return events.Unknown(at=float(raw.get("at") or 0), raw=raw)
    return load(cls, raw)


def dumps(value: Any) -> str:
    """One line of JSON."""
    return json.dumps(dump(value), ensure_ascii=False, separators=(",", ":"))


def loads(cls: type[T], text: str) -> T:
    """The record of one line of JSON. Raises WireError."""
    try:
        return load(cls, json.loads(text))
    except json.JSONDecodeError as error:
        raise WireError(f"{cls.__name__}: not JSON: {error}") from None


def _load(hint: Any, raw: Any, where: str) -> Any:
    if hint is Any:
        return raw
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _load_union(typing.get_args(hint), raw, where)
    if origin in (tuple, list):
        return _load_sequence(origin, typing.get_args(hint), raw, where)
    if origin is dict:
        if not isinstance(raw, dict):
            raise WireError(f"{where}: not an object")
        return {key: _load(typing.get_args(hint)[1], item, f"{where}.{key}") for key, item in raw.items()}
    if hint is events.Event:
        return load_event(raw)
    if dataclasses.is_dataclass(hint):
        return _load_record(typing.cast(type, hint), raw, where)
    return _load_scalar(hint, raw, where)


def _load_union(options: tuple[Any, ...], raw: Any, where: str) -> Any:
    if raw is None and type(None) in options:
        return None
    kept = [option for option in options if option is not type(None)]
    if len(kept) == 1:
        return _load(kept[0], raw, where)
    if any(isinstance(raw, option) for option in kept if isinstance(option, type)):
        return raw
    raise WireError(f"{where}: unexpected {type(raw).__name__}")


def _load_sequence(origin: type, args: tuple[Any, ...], raw: Any, where: str) -> Any:
    if not isinstance(raw, list):
        raise WireError(f"{where}: not a list")
    if origin is tuple and args and args[-1] is not Ellipsis:
        if len(raw) != len(args):
            raise WireError(f"{where}: needs {len(args)} items")
        return tuple(_load(arg, item, where) for arg, item in zip(args, raw, strict=True))
    return origin(_load(args[0], item, f"{where}[{index}]") for index, item in enumerate(raw))


def _load_record(cls: type, raw: Any, where: str) -> Any:
    if not isinstance(raw, dict):
        raise WireError(f"{where}: not an object")
    hints = _hints(cls)
    values = {name: _load(hints[name], raw[name], f"{where}.{name}") for name in _field_names(cls) if name in raw}
    try:
        return cls(**values)
    except TypeError as error:
        raise WireError(f"{where}: {error}") from None


def _load_scalar(hint: Any, raw: Any, where: str) -> Any:
    if hint is bytes and isinstance(raw, str):
        try:
            return base64.b64decode(raw[len(_BASE64) :], validate=True) if raw.startswith(_BASE64) else raw.encode()
        except ValueError:
            raise WireError(f"{where}: not base64") from None
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(raw)
        except ValueError:
            raise WireError(f"{where}: {raw!r} is not one of {[item.value for item in hint]}") from None
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    if not isinstance(raw, hint) or (isinstance(raw, bool) and hint is not bool):
        raise WireError(f"{where}: expected {hint.__name__}, got {type(raw).__name__}")
    return raw
