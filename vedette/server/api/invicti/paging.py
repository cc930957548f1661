"""The paging envelope around `List`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from vedette.server.api.invicti import query

DEFAULT_SIZE = 200
MAX_SIZE = 200
M = TypeVar("M", bound=Model)


def page(request: Request, rows: QuerySet[M], shape: Callable[[Sequence[M]], list[Any]]) -> dict[str, Any]:
    """The page asked for; one past the end is empty. `shape` takes the rows of the page together."""
    number = query.number(request, "page", 1)
    size = min(query.number(request, "pageSize", DEFAULT_SIZE), MAX_SIZE)
    total = rows.count()
    pages = -(-total // size)
    first = (number - 1) * size
    return {
        "FirstItemOnPage": first + 1,
        "HasNextPage": number < pages,
        "HasPreviousPage": number > 1,
        "IsFirstPage": number == 1,
        "IsLastPage": number >= pages,
        "LastItemOnPage": min(first + size, total),
        "List": shape(list(rows[first : first + size])),
        "PageCount": pages,
        "PageNumber": number,
        "PageSize": size,
        "TotalItemCount": total,
    }
