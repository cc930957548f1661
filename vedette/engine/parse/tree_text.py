"""Reads JSON or YAML that a stranger wrote into plain values, within bounds of size and depth."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import yaml

MAX_JSON = 20_000_000
MAX_YAML = 6_000_000
MAX_DEPTH = 100
MAX_EVENTS = 400_000
MAX_ALIASES = 5_000

MAX_NODES = 2_000
MAX_TEXT = 100_000
_TEXTS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]
    """Dates stay texts, as they are in JSON, and so does a lone `=`, for which YAML's first version has a type that
    nothing reads."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _TEXTS]
        for first, resolvers in _Safe.yaml_implicit_resolvers.items()
    }


class TextError(ValueError):
    """The text cannot be read; the message says why, as a sentence without its full stop."""


def load(text: str, most: int = 0) -> Any:
    """The value of a JSON or YAML text; `most` letters are read of JSON, MAX_JSON unless said. Repeated YAML nodes come
    as one object, not as copies. Raises TextError."""
    head = text.lstrip("\ufeff \t\r\n")
    if not head:
        raise TextError("it is empty")
    if head[0] in "{[":
        return _json(head, most or MAX_JSON)
    return _yaml(head)


def _json(text: str, most: int) -> Any:
    if len(text) > most:
        raise TextError(_too_large(text, most))
    try:
        return json.loads(text)
    except RecursionError:
        raise TextError("it is nested too deeply") from None
    except ValueError as error:
        if len(text) <= MAX_YAML and text[0] == "{" and not text[1:].lstrip().startswith('"'):
            return _yaml(text)
        raise TextError(f"it is not valid JSON: {error}") from None


def _yaml(text: str) -> Any:
    if len(text) > MAX_YAML:
        raise TextError(_too_large(text, MAX_YAML))
    try:
        _measure(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - one of PyYAML's two safe loaders
    except TextError:
        raise
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        what = str(getattr(error, "problem", "") or "").splitlines()[:1]
        raise TextError(f"it is not valid YAML{where}" + (f": {what[0]}" if what else "")) from None
    except RecursionError:
        raise TextError("it is nested too deeply") from None
    except (ValueError, TypeError) as error:
        raise TextError(f"it holds a value that cannot be read: {str(error)[:200]}") from None


def _measure(text: str) -> None:
    """Goes through the text without building anything: the loader itself would follow any depth."""
    depth = aliases = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > MAX_DEPTH:
            raise TextError("it is nested too deeply")
        if count > MAX_EVENTS or aliases > MAX_ALIASES:
            raise TextError("it holds too many parts")


def _too_large(text: str, most: int) -> str:
    return f"it is too large: {len(text):,} characters, where at most {most:,} are read"


def bounded(value: Any) -> Any:
    """The value as JSON knows it, cut to MAX_NODES parts: repeated nodes of a YAML text may stand for endless ones."""
    return _copied(value, [MAX_NODES], 0)


def _copied(value: Any, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if left[0] <= 0 or depth > MAX_DEPTH // 5:
        return None
    if isinstance(value, dict):
        return {str(key): _copied(item, left, depth + 1) for key, item in value.items() if left[0] > 0}
    if isinstance(value, list):
        return [_copied(item, left, depth + 1) for item in value if left[0] > 0]
    return str(value)[:MAX_TEXT]
