"""Bodies as this vendor's clients send them: JSON or forms, bare or wrapped in the name of the resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_MAX_DEPTH = 5


def unwrapped(data: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a body: brackets in form names become objects, and an object that holds nothing but one of these
    names holds its fields there. Raises ValueError for a body that is no object."""
    if isinstance(data, QueryDict):
        data = _nested(data)
    if data is None or data == "":
        return {}
    if not isinstance(data, Mapping):
        raise ValueError("a body must be an object")
    if len(data) == 1:
        name, inner = next(iter(data.items()))
        if name in names and isinstance(inner, Mapping):
            return dict(inner)
    return dict(data)


def _nested(form: QueryDict) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in form:
        first, *rest = [name.partition("[")[0], *_BRACKETS.findall(name)[:_MAX_DEPTH]]
        value: Any = form[name]
        if rest and rest[-1] == "":
            rest, value = rest[:-1], form.getlist(name)
        place = out
        for step, following in zip([first, *rest], rest, strict=False):
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                inner = place[step] = {}
            place, first = inner, following
        place[first] = value
    return out
