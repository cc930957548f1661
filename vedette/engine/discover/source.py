"""What a passive source is asked and what it tells; and all sources that there are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

from vedette.contract.discovery import TECHNIQUES, SourceInfo
from vedette.contract.exchange import Request
from vedette.engine.discover import sources as package


@dataclass(frozen=True, slots=True)
class Query:
    """For the names of which domain a source is asked, at which address (its usual one or another) and with which key
    (may be empty)."""

    domain: str
    url: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Names as the source wrote them, in scope or not, and the request for more of them."""

    names: tuple[str, ...]
    more: Request | None = None


Ask = Callable[[Query], Request]
Read = Callable[[Query, Request, bytes], Told]


@dataclass(frozen=True, slots=True)
class Source:
    """One passive source."""

    info: SourceInfo
    ask: Ask
    read: Read


@lru_cache(maxsize=1)
def load() -> dict[str, Source]:
    """All sources by their ids, in order. Raises ValueError for one whose form is incomplete."""
    modules = [importlib.import_module(item.name) for item in _walked()]
    return build(modules)


def build(modules: Iterable[ModuleType]) -> dict[str, Source]:
    """The sources of these modules by their ids, in order. Raises ValueError naming the module at fault."""
    found: dict[str, Source] = {}
    for module in modules:
        parts: dict[str, Any] = vars(module)
        info = parts.get("INFO")
        if not isinstance(info, SourceInfo) or not info.id or not info.title:
            raise ValueError(f"{module.__name__} has no INFO with an id and a title")
        if not callable(parts.get("ask")) or not callable(parts.get("read")):
            raise ValueError(f"{module.__name__} needs the functions ask and read")
        if info.id in found or info.id in TECHNIQUES:
            raise ValueError(f"{module.__name__}: the id {info.id} is taken")
        found[info.id] = Source(info, parts["ask"], parts["read"])
    return {name: found[name] for name in sorted(found)}


def _walked() -> Iterable[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
